// Passkeys: asks the browser to make one (data-creer) or to sign with one (data-signer), and sends its answer with the form.
(() => {
  const octets = (texte) =>
    Uint8Array.from(atob(texte.replaceAll("-", "+").replaceAll("_", "/")), (signe) => signe.charCodeAt(0));
  const texte = (tampon) =>
    btoa(String.fromCharCode(...new Uint8Array(tampon))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const liste = (cles = []) => cles.map((cle) => ({ ...cle, id: octets(cle.id) }));

  async function demander(form) {
    const options = JSON.parse(form.dataset.options).publicKey;
    options.challenge = octets(options.challenge);
    if ("creer" in form.dataset) {
      options.user.id = octets(options.user.id);
      options.excludeCredentials = liste(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = liste(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }

  function ecrire(cle) {
    const reponse = { clientDataJSON: texte(cle.response.clientDataJSON) };
    for (const nom of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (cle.response[nom]) reponse[nom] = texte(cle.response[nom]);
    }
    return JSON.stringify({
      id: cle.id, rawId: texte(cle.rawId), type: cle.type, response: reponse,
      clientExtensionResults: cle.getClientExtensionResults(),
    });
  }

  for (const form of document.querySelectorAll("form[data-options]")) {
    const dire = form.querySelector("[data-dire]");
    if (!window.PublicKeyCredential) {
      dire.textContent = "Ce navigateur, ou cette adresse, ne permet pas les clés d’accès.";
      continue;
    }
    form.querySelector("button").disabled = false;
    form.addEventListener("submit", async (evenement) => {
      if (form.elements.reponse.value) return;
      evenement.preventDefault();
      dire.textContent = "Suivez ce que demande votre appareil…";
      try {
        form.elements.reponse.value = ecrire(await demander(form));
        form.requestSubmit();
      } catch {
        dire.textContent = "Rien n’a été fait : la clé a été refusée, ou l’attente a été trop longue. Réessayez.";
      }
    });
  }
})();
