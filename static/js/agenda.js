// Copies the secret address; without scripts it is selected and copied by hand.
const bouton = document.querySelector("[data-copier-lien]");
const lien = document.getElementById("lien");
if (lien) lien.select();
if (bouton && lien && navigator.clipboard) {
  bouton.hidden = false;
  bouton.addEventListener("click", async () => {
    lien.select();
    await navigator.clipboard.writeText(lien.value);
    document.querySelector("[data-copie]").textContent = "Le lien est copié.";
  });
}
