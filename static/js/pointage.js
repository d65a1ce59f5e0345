// Pointing without leaving the line: the page is sent and read again behind the scenes. Without this, it reloads.
document.addEventListener("submit", async (evenement) => {
  const bouton = evenement.submitter;
  const liste = document.querySelector("[data-pointage]");
  if (!bouton || !liste || !liste.contains(evenement.target)) return;
  evenement.preventDefault();
  const formulaire = evenement.target;
  const ligne = formulaire.closest("li").id;
  liste.setAttribute("aria-busy", "true");
  try {
    const reponse = await fetch(formulaire.action, { method: "POST", body: new FormData(formulaire, bouton) });
    if (!reponse.ok || reponse.url.includes("/connexion/")) throw new Error(reponse.status);
    const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
    document.querySelector("#contenu").querySelectorAll(":scope > .alert").forEach((avis) => avis.remove());
    document.querySelector("#contenu").prepend(...page.querySelectorAll("#contenu > .alert"));
    liste.replaceWith(page.querySelector("[data-pointage]"));
    const apres = document.getElementById(ligne);
    const suite = apres || document.querySelector("[data-pointage] li");
    if (suite) (suite.querySelector("button") || suite).focus();
  } catch {
    // The network or the session is gone: the browser’s own way says so.
    const choix = document.createElement("input");
    choix.type = "hidden";
    choix.name = bouton.name;
    choix.value = bouton.value;
    formulaire.append(choix);
    formulaire.submit();
  }
});
