// How many are ticked and when the last one comes, said as one chooses.
const formulaire = document.querySelector("[data-convocations]");
const apercu = document.querySelector("[data-apercu]");

const dire = () => {
  const coches = [...formulaire.querySelectorAll("input[name=suivis]:checked")];
  const [heures, minutes] = formulaire.elements.heure.value.split(":").map(Number);
  const recus = {};
  for (const coche of coches) {
    const receveur = formulaire.elements.intervenant.value || coche.dataset.receveur || "";
    recus[receveur] = (recus[receveur] || 0) + 1;
  }
  let texte = coches.length < 2 ? `${coches.length} personne cochée` : `${coches.length} personnes cochées`;
  const file = Math.max(0, ...Object.values(recus));
  if (file > 1 && heures >= 0) {
    const derniere = heures * 60 + minutes + (file - 1) * Number(formulaire.elements.intervalle.value);
    const reste = derniere % 60;
    texte +=
      derniere < 1440
        ? `\u202f; dernier rendez-vous à ${Math.floor(derniere / 60)}\u00a0h${reste ? `\u00a0${String(reste).padStart(2, "0")}` : ""}`
        : "\u202f; le dernier rendez-vous serait après minuit";
  }
  apercu.textContent = `${texte}.`;
};

if (formulaire) {
  formulaire.addEventListener("input", dire);
  dire();
}
