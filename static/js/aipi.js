// Small comforts: pages work without them.
document.addEventListener("keydown", (evenement) => {
  const cible = evenement.target;
  if (evenement.key === "Escape") {
    document.querySelectorAll("details.compte[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  if (evenement.key !== "/" || evenement.ctrlKey || evenement.metaKey || evenement.altKey) return;
  if (cible.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(cible.tagName)) return;
  const champ = document.getElementById("chercher");
  if (champ) {
    evenement.preventDefault();
    champ.focus();
  }
});

// After a refused form, the first field in error is under the hand.
const erreur = document.querySelector("main .is-invalid");
if (erreur) erreur.focus();
