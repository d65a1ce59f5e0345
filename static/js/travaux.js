// Looks at how far a work is; without this script a link of the page does.
const barre = document.getElementById("avance");

async function regarder() {
  try {
    const reponse = await fetch(barre.dataset.etat, { headers: { Accept: "application/json" } });
    const etat = await reponse.json();
    barre.value = etat.avance;
    const dit = document.querySelector("[data-etat-dit] .pastille");
    if (dit) dit.lastChild.textContent = etat.etat;
    if (etat.message) document.getElementById("etape").textContent = etat.message;
    if (!etat.enRoute) {
      window.location.reload();
      return;
    }
  } catch {
    // The network is away for a moment: look again.
  }
  window.setTimeout(regarder, 1500);
}

if (barre) window.setTimeout(regarder, 1000);
