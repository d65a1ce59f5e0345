// Small comforts: pages work without them.
document.addEventListener("keydown", (evenement) => {
  if (evenement.key === "Escape") {
    document.querySelectorAll("details.compte[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
});

// On a telephone the tabs are one line: the one that is open is in sight.
document.querySelector(".onglets [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// After a refused form, the first field in error is under the hand.
const erreur = document.querySelector("main .is-invalid");
if (erreur) erreur.focus();
