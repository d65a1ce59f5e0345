// An end is proposed from a beginning and a number of months, until somebody writes another one.
const fin = document.querySelector("input[data-depuis]");

// The same rule as `fin_apres` in insertion_sociale/regles.py: the eve of the same day, or the last day of a shorter month.
const finApres = (annee, mois, jour, duree) => {
  const dernier = new Date(Date.UTC(annee, mois + duree, 0)).getUTCDate();
  return new Date(Date.UTC(annee, mois - 1 + duree, jour > dernier ? dernier : jour - 1));
};

if (fin) {
  const formulaire = fin.form;
  const selon = JSON.parse(fin.dataset.selon || "{}");
  let proposee = fin.value;

  const duree = () => {
    let mois = Number(fin.dataset.mois);
    for (const [cas, valeur] of Object.entries(selon)) {
      const [champ, choix] = cas.split("=");
      if (formulaire.elements[champ].value === choix) mois = valeur;
    }
    return mois;
  };

  formulaire.addEventListener("change", (evenement) => {
    if (evenement.target === fin || fin.value !== proposee) return;
    let depart = formulaire.elements[fin.dataset.depuis].value;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(depart)) return;
    if (fin.dataset.apres >= depart) {
      depart = new Date(Date.parse(fin.dataset.apres) + 86400000).toISOString().slice(0, 10);
    }
    const [annee, mois, jour] = depart.split("-").map(Number);
    const nombre = duree();
    fin.value = nombre ? finApres(annee, mois, jour, nombre).toISOString().slice(0, 10) : "";
    proposee = fin.value;
  });
}
