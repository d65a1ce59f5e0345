// The search field proposes persons while one types; « / » searches, « n » notes a contact. Without it the form goes to the list.
(() => {
  const formulaire = document.querySelector("form.chercher");
  if (!formulaire) return;
  const champ = formulaire.querySelector("input");
  const etiquette = formulaire.querySelector("label");
  const grille = formulaire.querySelector("[role=grid]");
  const liste = grille.querySelector("[data-lignes]");
  const annonce = formulaire.querySelector("[data-annonce]");
  const peutNoter = formulaire.hasAttribute("data-noter");
  const MOTS = { chercher: "Chercher une personne", noter: "Noter un contact avec…" };
  const ATTENTE = 120;
  const MINIMUM = 2;
  let mode = "chercher";
  let lignes = [];
  let rang = -1;
  let montre = "";
  let minuterie = 0;
  let requete = null;

  champ.setAttribute("role", "combobox");
  champ.setAttribute("aria-autocomplete", "list");
  champ.setAttribute("aria-haspopup", "grid");
  champ.setAttribute("aria-controls", grille.id);
  champ.setAttribute("aria-expanded", "false");

  const prendreMode = (nouveau) => {
    mode = nouveau;
    champ.placeholder = MOTS[mode];
    etiquette.textContent = MOTS[mode];
    formulaire.classList.toggle("chercher-noter", mode === "noter");
  };

  const fermer = () => {
    clearTimeout(minuterie);
    grille.hidden = true;
    lignes = [];
    rang = -1;
    montre = "";
    annonce.textContent = "";
    champ.setAttribute("aria-expanded", "false");
    champ.removeAttribute("aria-activedescendant");
  };

  const choisir = (nouveau) => {
    rang = nouveau;
    lignes.forEach((ligne, i) => {
      ligne.classList.toggle("choisie", i === rang);
      ligne.setAttribute("aria-selected", i === rang ? "true" : "false");
    });
    if (rang < 0) return champ.removeAttribute("aria-activedescendant");
    const cellules = lignes[rang].querySelectorAll("[role=gridcell]");
    champ.setAttribute("aria-activedescendant", (mode === "noter" && cellules[1] ? cellules[1] : cellules[0]).id);
    lignes[rang].scrollIntoView({ block: "nearest" });
  };

  const montrer = (html, texte) => {
    liste.innerHTML = html;
    lignes = [...liste.querySelectorAll("[role=row]")].filter((ligne) => ligne.querySelector("a"));
    montre = texte;
    grille.hidden = false;
    champ.setAttribute("aria-expanded", "true");
    annonce.textContent = lignes.length ? `${lignes.length} personne${lignes.length > 1 ? "s" : ""}` : "Personne ne correspond.";
    choisir(lignes.length ? 0 : -1);
  };

  // True when what is shown answers what is typed; false when the server could not be asked.
  const demander = async () => {
    const texte = champ.value.trim();
    clearTimeout(minuterie);
    if (texte.length < MINIMUM) {
      fermer();
      return true;
    }
    if (texte === montre) return true;
    if (requete) requete.abort();
    requete = new AbortController();
    try {
      const adresse = `${formulaire.dataset.suggestions}?q=${encodeURIComponent(texte)}`;
      const reponse = await fetch(adresse, { signal: requete.signal });
      if (!reponse.ok || reponse.redirected) throw new Error("refusé");
      montrer(await reponse.text(), texte);
      return true;
    } catch (erreur) {
      if (erreur.name !== "AbortError") fermer();
      return false;
    }
  };

  const ouvrir = async (noter) => {
    const repondu = await demander();
    const liens = lignes[rang] ? lignes[rang].querySelectorAll("a") : [];
    const lien = noter && liens[1] ? liens[1] : liens[0];
    if (lien) window.location.assign(lien.href);
    else if (!repondu || mode === "chercher") formulaire.submit();
  };

  champ.addEventListener("input", () => {
    clearTimeout(minuterie);
    minuterie = setTimeout(demander, ATTENTE);
  });

  champ.addEventListener("keydown", (evenement) => {
    if (evenement.isComposing) return;
    const pas = { ArrowDown: 1, ArrowUp: -1 }[evenement.key];
    if (pas && lignes.length) {
      evenement.preventDefault();
      choisir((rang + pas + lignes.length) % lignes.length);
    } else if (evenement.key === "Enter" && champ.value.trim().length >= MINIMUM) {
      evenement.preventDefault();
      ouvrir(peutNoter && (mode === "noter" || evenement.ctrlKey || evenement.metaKey));
    } else if (evenement.key === "Escape") {
      evenement.preventDefault();
      if (grille.hidden) champ.blur();
      else fermer();
    }
  });

  formulaire.addEventListener("focusout", (evenement) => {
    if (formulaire.contains(evenement.relatedTarget)) return;
    fermer();
    prendreMode("chercher");
  });

  // A press on a row must not take the focus away before its link is followed.
  grille.addEventListener("mousedown", (evenement) => evenement.preventDefault());

  // Single-letter keys can be turned off: those who dictate, or whose hand shakes, would trigger them unwillingly.
  const interrupteur = document.getElementById("raccourcis");
  const actifs = () => {
    try {
      return localStorage.getItem("raccourcis") !== "non";
    } catch {
      return true;
    }
  };
  if (interrupteur) {
    interrupteur.checked = actifs();
    interrupteur.addEventListener("change", () => {
      try {
        localStorage.setItem("raccourcis", interrupteur.checked ? "oui" : "non");
      } catch {
        interrupteur.checked = true;
      }
    });
  }

  document.addEventListener("keydown", (evenement) => {
    if (evenement.ctrlKey || evenement.metaKey || evenement.altKey || evenement.defaultPrevented || !actifs()) return;
    const cible = evenement.target;
    if (cible.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(cible.tagName)) return;
    if (evenement.key === "/" || (evenement.key === "n" && peutNoter)) {
      evenement.preventDefault();
      prendreMode(evenement.key === "n" ? "noter" : "chercher");
      champ.focus();
      champ.select();
    }
  });
})();
