// The form of a contact: Ctrl + Enter saves, one tap proposes the next appointment, the day follows the appointment settled.
(() => {
  const zone = document.querySelector("[data-contact]");
  if (!zone) return;
  const formulaire = zone.closest("form");
  const jour = (date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

  formulaire.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "Enter" || !(evenement.ctrlKey || evenement.metaKey) || evenement.repeat) return;
    evenement.preventDefault();
    formulaire.requestSubmit(formulaire.querySelector("button[type=submit].btn-primary"));
  });

  const date = formulaire.elements.date;
  const prochain = formulaire.elements.rdv_date;
  zone.querySelectorAll("[data-propositions] button").forEach((bouton) => {
    bouton.addEventListener("click", () => {
      const [annee, mois, quantieme] = (date.value || jour(new Date())).split("-").map(Number);
      const ajoutes = Number(bouton.dataset.mois || 0);
      // The same day of the month, or its last one; then never on a Saturday or a Sunday.
      const dernier = new Date(annee, mois + ajoutes, 0).getDate();
      const propose = new Date(annee, mois - 1 + ajoutes, Math.min(quantieme, dernier) + Number(bouton.dataset.jours || 0));
      while (propose.getDay() % 6 === 0) propose.setDate(propose.getDate() + 1);
      prochain.value = jour(propose);
      prochain.dispatchEvent(new Event("input", { bubbles: true }));
      prochain.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  const regle = document.getElementById("id_regle");
  if (regle) {
    regle.addEventListener("change", () => {
      const [avant, apres] = regle.checked ? ["jour", "date"] : ["date", "jour"];
      if (date.value === regle.dataset[avant]) date.value = regle.dataset[apres];
    });
  }
})();
