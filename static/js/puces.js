// Inserting a figure chip or the first draft where the cursor is; without this script they are typed.
const champ = document.getElementById("id_corps");

function inserer(texte) {
  const [debut, fin] = [champ.selectionStart, champ.selectionEnd];
  champ.setRangeText(texte, debut, fin, "end");
  champ.dispatchEvent(new Event("input", { bubbles: true }));
  champ.focus();
}

if (champ) {
  document.querySelectorAll("[data-puce]").forEach((bouton) => {
    bouton.hidden = false;
    bouton.addEventListener("click", () => inserer(`{{ ${bouton.dataset.puce} }}`));
  });
  const chercher = document.querySelector("[data-insertion]");
  chercher.hidden = false;
  document.querySelector("[data-variantes]").hidden = false;
  chercher.addEventListener("click", () => {
    const code = document.getElementById("chercher-chiffre").value.trim();
    const variantes = ["chiffre-atelier", "chiffre-annee"].map((nom) => document.getElementById(nom).value);
    // Only the figures of the workshops are cut by workshop.
    if (!code.startsWith("aci.")) variantes[0] = "";
    if (code) inserer(`{{ ${[code, ...variantes].filter(Boolean).join(" ")} }}`);
  });
  const jet = document.querySelector("[data-jet]");
  if (jet) {
    jet.hidden = false;
    jet.addEventListener("click", () => inserer(document.getElementById("premier-jet").value));
  }
}
