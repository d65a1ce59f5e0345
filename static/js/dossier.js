// Comforts of a dossier; the page works without them.
document.querySelectorAll("[data-copier-texte]").forEach((bouton) => {
  if (!navigator.clipboard) return;
  bouton.hidden = false;
  bouton.addEventListener("click", async () => {
    await navigator.clipboard.writeText(bouton.dataset.copierTexte);
    bouton.nextElementSibling.textContent = "Copié";
  });
});

// The print view offers a button where the browser can print by itself.
document.querySelectorAll("[data-imprimer]").forEach((bouton) => {
  bouton.hidden = false;
  bouton.addEventListener("click", () => window.print());
});
