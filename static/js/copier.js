// A button beside a number copies it, and says so. Without scripts or without a clipboard it stays hidden.
document.querySelectorAll("[data-copie]").forEach((bouton) => {
  if (!navigator.clipboard) return;
  bouton.hidden = false;
  bouton.addEventListener("click", async () => {
    const dit = bouton.querySelector("[data-copie-faite]");
    try {
      await navigator.clipboard.writeText(bouton.dataset.copie);
      dit.textContent = " Copié";
    } catch {
      dit.textContent = " Non copié";
    }
    setTimeout(() => { dit.textContent = ""; }, 2000);
  });
});
