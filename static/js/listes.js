// Comforts of a list: the numbers beside the choices of its filters come after the page; one box chooses the whole page.
(() => {
  const formulaire = document.querySelector("form[data-decompte]");
  if (formulaire) {
    const adresse = new URL(window.location.href);
    adresse.searchParams.delete("page");
    adresse.searchParams.set("decompte", "fragment");
    fetch(adresse, { credentials: "same-origin" })
      .then((reponse) => (reponse.ok && !reponse.redirected ? reponse.text() : ""))
      .then((texte) => {
        const recu = new DOMParser().parseFromString(texte, "text/html");
        recu.querySelectorAll("select").forEach((compte) => {
          const choix = formulaire.elements.namedItem(compte.name);
          if (!choix || !choix.options) return;
          // Only the words change: what is being chosen stays chosen.
          [...compte.options].forEach((option) => {
            const ici = [...choix.options].find((o) => o.value === option.value);
            if (ici) ici.textContent = option.textContent;
          });
        });
        formulaire.dataset.decompte = "fait";
      })
      .catch(() => {});
  }

  const lots = document.querySelector("form[data-lots]");
  if (!lots) return;
  const boites = [...lots.querySelectorAll("input[name=ligne]")];
  const legende = lots.querySelector(".lot legend");
  const phrase = legende.textContent;
  const toutes = lots.querySelector("input[name=toutes]");
  const page = document.createElement("input");
  page.type = "checkbox";
  page.className = "form-check-input";
  page.setAttribute("aria-label", "Choisir toute la page");
  lots.querySelector("th.choix").append(page);
  const dire = () => {
    const choisies = boites.filter((boite) => boite.checked).length;
    page.checked = choisies === boites.length;
    page.indeterminate = choisies > 0 && choisies < boites.length;
    legende.textContent = choisies ? `Avec les lignes choisies (${choisies})` : phrase;
    lots.classList.toggle("lots-choisies", choisies > 0 || Boolean(toutes && toutes.checked));
  };
  page.addEventListener("change", () => {
    boites.forEach((boite) => {
      boite.checked = page.checked;
    });
    dire();
  });
  lots.addEventListener("change", dire);
  dire();
})();
