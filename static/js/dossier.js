// Comforts of a dossier; the page works without them.

// The print view offers a button where the browser can print by itself.
document.querySelectorAll("[data-imprimer]").forEach((bouton) => {
  bouton.hidden = false;
  bouton.addEventListener("click", () => window.print());
});
