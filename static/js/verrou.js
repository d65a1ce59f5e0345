// The lock: when nobody has touched any tab of this browser for long enough, the screen is locked and the drafts are kept.
// While somebody reads or types without asking for a page, the server is told that the session is in use.
(() => {
  const { verrouApres, presence } = document.body.dataset;
  const form = document.querySelector("form[data-verrou]");
  if (!verrouApres || !form) return;
  const APRES = Number(verrouApres) * 1000;
  const CLE = "aipi:activite";
  let dit = Date.now();
  let ici = Date.now();

  const noter = () => {
    ici = Date.now();
    try { localStorage.setItem(CLE, String(ici)); } catch { /* this tab alone knows */ }
  };
  const derniere = () => {
    try { return Math.max(ici, Number(localStorage.getItem(CLE)) || 0); } catch { return ici; }
  };
  form.addEventListener("submit", () => {
    form.elements.next.value = location.pathname + location.search;
  });
  for (const nom of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(nom, noter, { passive: true });
  noter();

  async function veiller() {
    const maintenant = Date.now();
    if (maintenant - derniere() >= APRES) {
      clearInterval(veille);
      form.requestSubmit();
    } else if (ici > dit && maintenant - dit > APRES / 3) {
      dit = maintenant;
      const corps = new FormData();
      corps.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      await fetch(presence, { method: "POST", body: corps, headers: { "X-AIPi-Fond": "presence" } }).catch(() => null);
    }
  }
  const veille = setInterval(veiller, Math.min(15000, APRES / 4));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) veiller(); });
})();
