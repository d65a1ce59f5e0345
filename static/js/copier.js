// A telephone number is copied in one click, where the browser allows it: the button is not there otherwise.
document.querySelectorAll("[data-copier-texte]").forEach((bouton) => {
  if (!navigator.clipboard) return;
  bouton.hidden = false;
  bouton.addEventListener("click", async () => {
    await navigator.clipboard.writeText(bouton.dataset.copierTexte);
    bouton.nextElementSibling.textContent = "Copié";
  });
});
