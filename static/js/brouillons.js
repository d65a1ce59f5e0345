// Drafts of the forms marked data-brouillon: what is typed is kept on the device at once and on the server a second
// later, put back when the form is opened again, and sent when the network returns if it was away. See aipi/brouillons.py.
(() => {
  const { compte, brouillons, connexion } = document.body.dataset;
  const SEPT_JOURS = 7 * 24 * 3600 * 1000;
  const FOND = "X-AIPi-Fond";
  const PREFIXE = "aipi:brouillon:";
  const suivis = [];
  const ouverture = performance.getEntriesByType("navigation")[0]?.type;

  // The device. Storage may be full, or forbidden: then only the server keeps.
  const tiroir = {
    lire(cle) {
      try { return JSON.parse(localStorage.getItem(cle)); } catch { return null; }
    },
    ecrire(cle, valeur) {
      try { localStorage.setItem(cle, JSON.stringify(valeur)); return true; } catch { return false; }
    },
    jeter(cle) {
      try { localStorage.removeItem(cle); } catch { /* nothing was kept */ }
    },
    cles() {
      try { return Object.keys(localStorage).filter((cle) => cle.startsWith("aipi:")); } catch { return []; }
    },
  };
  for (const cle of tiroir.cles().filter((cle) => cle.startsWith(PREFIXE))) {
    if (!(tiroir.lire(cle)?.date > Date.now() - SEPT_JOURS)) tiroir.jeter(cle);
  }
  if (!compte) return;
  const cleLocale = (cle) => `${PREFIXE}${compte}:${cle}`;
  const CLE_ENVOIS = `aipi:envois:${compte}`;
  const lireEnvois = () => tiroir.lire(CLE_ENVOIS) || [];

  // Words, at the foot of the window so that nothing on the page moves.
  const bandeau = document.createElement("div");
  bandeau.className = "bandeau-brouillon";
  bandeau.setAttribute("role", "status");
  document.body.append(bandeau);
  const lignes = new Map();

  // What sticks to the foot of a page makes room for it.
  function placer() {
    document.documentElement.classList.toggle("avec-bandeau", lignes.size > 0);
    document.documentElement.style.setProperty("--bandeau", `${bandeau.offsetHeight}px`);
  }
  addEventListener("resize", placer);

  function taire(code) {
    lignes.get(code)?.remove();
    lignes.delete(code);
    placer();
  }

  // A line of words; `gestes` is a list of [label, address or function].
  function dire(code, texte, gestes = []) {
    if (lignes.get(code)?.dataset.texte === texte) return;
    taire(code);
    const ligne = document.createElement("p");
    ligne.dataset.texte = texte;
    ligne.append(texte);
    for (const [libelle, geste] of [...gestes, ["Fermer", () => taire(code)]]) {
      const lien = document.createElement(typeof geste === "string" ? "a" : "button");
      if (typeof geste === "string") lien.href = geste;
      else {
        lien.type = "button";
        lien.addEventListener("click", geste);
      }
      lien.textContent = libelle;
      ligne.append(" ", lien);
    }
    bandeau.append(ligne);
    lignes.set(code, ligne);
    placer();
  }

  const heure = (date) => new Date(date).toLocaleTimeString("fr-FR", { hour: "numeric", minute: "2-digit" }).replace(":", " h ");
  const jour = (date) => new Date(date).toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
  const ici = () => location.pathname + location.search;
  const direFinDeSession = () =>
    dire("session", "Votre session est terminée\u202f: reconnectez-vous, rien n’est perdu.", [
      ["Se reconnecter", `${connexion}?next=${encodeURIComponent(ici())}`],
    ]);

  // The server. Answers null when it cannot be reached.
  const jetonsCsrf = () => document.querySelectorAll("input[name=csrfmiddlewaretoken]");

  async function rafraichirCsrf() {
    const page = new DOMParser().parseFromString(await (await fetch(ici())).text(), "text/html");
    const jeton = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    // Someone else may have signed in meanwhile, in another tab.
    if (!jeton || page.body.dataset.compte !== compte) return false;
    jetonsCsrf().forEach((champ) => { champ.value = jeton; });
    return true;
  }

  // A slow network is given time for a form itself; a draft has its copy on the device.
  const PATIENCE = { brouillon: 8000, envoi: 30000 };
  const enVol = new Set();

  async function poster(adresse, champs, nature, encore = true) {
    const corps = new FormData();
    for (const [nom, valeur] of champs) corps.append(nom, valeur);
    corps.append("csrfmiddlewaretoken", jetonsCsrf()[0]?.value || "");
    const arret = new AbortController();
    const minuterie = setTimeout(() => arret.abort(), PATIENCE[nature]);
    if (nature === "brouillon") enVol.add(arret);
    try {
      const reponse = await fetch(adresse, { method: "POST", body: corps, headers: { [FOND]: nature }, signal: arret.signal });
      if (reponse.status === 403 && encore && (await rafraichirCsrf())) return await poster(adresse, champs, nature, false);
      if (reponse.status === 401) direFinDeSession();
      else taire("session");
      taire("reseau");
      return reponse;
    } catch {
      return null;
    } finally {
      clearTimeout(minuterie);
      enVol.delete(arret);
    }
  }

  // A form as { name: [values] }; `parDefaut`: as the server made it, whatever the browser put back since.
  const ignore = (champ) =>
    !champ.name || champ.matches("fieldset, output, [type=password], [type=file], [type=submit], [type=button], [type=reset]") ||
    champ.name === "csrfmiddlewaretoken" || champ.name === "brouillon";

  function lire(form, parDefaut = false) {
    const contenu = {};
    for (const champ of form.elements) {
      if (ignore(champ)) continue;
      const valeurs = (contenu[champ.name] ||= []);
      if (champ.matches("[type=checkbox], [type=radio]")) {
        if (parDefaut ? champ.defaultChecked : champ.checked) valeurs.push(champ.value);
      } else if (champ.tagName === "SELECT") {
        let choix = [...champ.options].filter((option) => (parDefaut ? option.defaultSelected : option.selected));
        if (!choix.length && !champ.multiple && champ.options.length) choix = [champ.options[0]];
        valeurs.push(...choix.map((option) => option.value));
      } else valeurs.push((parDefaut ? champ.defaultValue : champ.value).replaceAll("\r\n", "\n"));
    }
    return contenu;
  }

  function ecrire(form, contenu) {
    const rangs = {};
    for (const champ of form.elements) {
      const valeurs = ignore(champ) ? null : contenu[champ.name];
      if (!valeurs) continue;
      let change = false;
      if (champ.matches("[type=checkbox], [type=radio]")) {
        change = champ.checked !== valeurs.includes(champ.value);
        champ.checked = valeurs.includes(champ.value);
      } else if (champ.tagName === "SELECT") {
        const connues = [...champ.options].filter((option) => valeurs.includes(option.value));
        if (!champ.multiple && !connues.length) continue;
        for (const option of champ.options) {
          change ||= option.selected !== connues.includes(option);
          option.selected = connues.includes(option);
        }
      } else {
        const rang = (rangs[champ.name] = (rangs[champ.name] ?? -1) + 1);
        if (rang >= valeurs.length) continue;
        change = champ.value.replaceAll("\r\n", "\n") !== valeurs[rang];
        if (change) champ.value = valeurs[rang];
      }
      if (!change) continue;
      champ.closest("details")?.setAttribute("open", "");
      for (const nom of ["input", "change"]) champ.dispatchEvent(new Event(nom, { bubbles: true }));
    }
  }

  // The one-time token and the fingerprints travel with a draft, but are not what was typed.
  const visible = (contenu) =>
    JSON.stringify(Object.entries(contenu).filter(([nom]) => !/(^|-)(jeton|empreintes)$/.test(nom)).sort());

  // Not form.action, which a field of that name would hide.
  const adresseDe = (form, bouton) =>
    new URL(bouton?.getAttribute("formaction") || form.getAttribute("action") || location.href, location.href);

  const cleDe = (form) => {
    if (form.dataset.brouillon) return form.dataset.brouillon;
    const adresse = adresseDe(form);
    // How one came here is not what the form is about.
    for (const nom of ["retour", "tournee"]) adresse.searchParams.delete(nom);
    return adresse.pathname + adresse.search;
  };

  function suivre(form, reponse) {
    const cle = cleDe(form);
    const initial = lire(form, true);
    // The answer to a form sent shows what was typed: it is not saved, whatever it looks like.
    let reference = reponse === cle ? null : visible(initial);
    let minuterie = 0;
    let aEnvoyer = false;
    let enAttente = null;
    let restitution = false;
    let touche = false;
    let enCours = false;
    let passe = false;
    let maj = tiroir.lire(cleLocale(cle))?.maj || "";
    let chaine = Promise.resolve();

    const temoin = document.createElement("input");
    Object.assign(temoin, { type: "hidden", name: "brouillon", value: cle });
    form.append(temoin);
    const etat = form.querySelector("[data-etat-brouillon]");
    const montrer = (texte) => { if (etat) etat.textContent = texte; };

    const corps = (geste, contenu) => [
      ["geste", geste], ["cle", cle], ["compte", compte], ["depuis", maj], ["contenu", contenu ? JSON.stringify(contenu) : ""],
    ];
    const distant = (geste, contenu) => {
      chaine = chaine.then(async () => {
        const retour = await poster(brouillons, corps(geste, contenu), "brouillon");
        return retour && { statut: retour.status, ...(retour.ok ? await retour.json() : {}) };
      });
      return chaine;
    };

    function garderIci() {
      const contenu = lire(form);
      if (visible(contenu) === reference) {
        tiroir.jeter(cleLocale(cle));
        return null;
      }
      if (!tiroir.ecrire(cleLocale(cle), { date: Date.now(), contenu, maj })) {
        dire("plein", "Cet appareil ne peut plus garder de brouillon\u202f: il est gardé sur le serveur seulement.");
      }
      return contenu;
    }

    async function garderLa() {
      clearTimeout(minuterie);
      aEnvoyer = false;
      const contenu = garderIci();
      const retour = await distant(contenu ? "garder" : "jeter", contenu);
      if (!retour) {
        aEnvoyer = true;
        dire("reseau", "Le serveur ne répond pas\u202f: ce que vous tapez est gardé sur cet appareil.");
      } else if (retour.statut === 200 && contenu) {
        maj = retour.date;
        const encore = visible(lire(form)) === visible(contenu);
        if (encore) tiroir.ecrire(cleLocale(cle), { date: Date.now(), contenu, maj, su: true });
        montrer(`Brouillon gardé à ${heure(Date.now())}`);
        if (retour.autre) dire("appareil", "Cette fiche est aussi en cours de saisie ailleurs\u202f: le brouillon garde le dernier texte tapé.");
      } else montrer(retour.statut === 200 ? "" : "Brouillon gardé sur cet appareil");
      return retour;
    }

    function taper() {
      if (restitution) return;
      touche = true;
      aEnvoyer = true;
      garderIci();
      clearTimeout(minuterie);
      minuterie = setTimeout(garderLa, 1000);
      if (modifiee()) dire("attente", "Modifié depuis l’enregistrement sans réseau\u202f: enregistrez de nouveau, pour que tout parte à son retour.");
    }

    // What was sent without a network says all that its draft would: a draft sent beside it could come after it, and outlive it.
    const attend = () => enAttente !== null && visible(lire(form)) === enAttente;
    const modifiee = () => enAttente !== null && !attend();
    const patienter = () => {
      enAttente = lireEnvois().some((envoi) => envoi.cle === cle) ? visible(lire(form)) : null;
      if (enAttente === null) return;
      clearTimeout(minuterie);
      aEnvoyer = false;
    };

    function remettre(contenu) {
      restitution = true;
      ecrire(form, contenu);
      restitution = false;
      form.dispatchEvent(new CustomEvent("brouillon:repris", { bubbles: true }));
    }

    function reprendre(contenu, date) {
      const avant = lire(form);
      if (visible(contenu) === visible(avant)) return;
      remettre(contenu);
      dire("repris", `Brouillon du ${jour(date)} à ${heure(date)} repris.`, [
        ["Repartir de zéro", () => {
          const ecarte = lire(form);
          remettre(initial);
          garderLa();
          dire("repris", "Brouillon écarté.", [["Le reprendre", () => { remettre(ecarte); taper(); taire("repris"); }]]);
        }],
      ]);
    }

    const proposer = (contenu, date) =>
      dire("repris", `Un brouillon du ${jour(date)} à ${heure(date)} est gardé aussi.`, [
        ["Le reprendre à la place", () => { taire("repris"); reprendre(contenu, date); }],
      ]);

    async function retrouver(deja) {
      const local = tiroir.lire(cleLocale(cle));
      if (local) (deja ? proposer : reprendre)(local.contenu, local.date);
      patienter();
      const retour = await distant("lire");
      if (retour?.statut === 200 && !retour.date && local?.su) {
        // Saved or thrown away from elsewhere since: what this device kept is of the past.
        tiroir.jeter(cleLocale(cle));
        if (!touche) {
          remettre(initial);
          taire("repris");
        }
        return;
      }
      const autre = retour?.contenu && retour.date !== maj && !(local && local.date > Date.parse(retour.date));
      if (!autre) {
        if (retour?.statut === 200 && local && (local.date > Date.parse(retour.date || 0) || !retour.date) && !attend()) garderLa();
        return;
      }
      maj = retour.date;
      if (!touche) reprendre(retour.contenu, retour.date);
      else if (visible(retour.contenu) !== visible(lire(form))) proposer(retour.contenu, retour.date);
    }

    function attendre(bouton) {
      const donnees = new FormData(form);
      if (bouton?.name) donnees.append(bouton.name, bouton.value);
      const champs = [...donnees].filter(([nom]) => nom !== "csrfmiddlewaretoken");
      if (champs.some(([, valeur]) => typeof valeur !== "string" && valeur.size)) {
        dire("reseau", "Le serveur ne répond pas, et un fichier ne peut pas attendre ici\u202f: gardez cette page ouverte et réessayez.");
        return;
      }
      const envoi = {
        cle, action: adresseDe(form, bouton).href, page: ici(), date: Date.now(),
        champs: champs.filter(([, valeur]) => typeof valeur === "string"),
      };
      tiroir.ecrire(CLE_ENVOIS, [...lireEnvois().filter((autre) => autre.cle !== cle), envoi]);
      patienter();
      taire("reseau");
      dire("attente", "Pas de connexion\u202f: votre saisie est gardée sur cet appareil et partira dès le retour du réseau. Vous pouvez fermer cette page.");
    }

    form.addEventListener("input", taper);
    form.addEventListener("change", taper);
    form.addEventListener("submit", async (evenement) => {
      // What opens beside (a preview) saves nothing: this page stays, and goes on keeping.
      if (passe || evenement.defaultPrevented || evenement.submitter?.formTarget) return;
      evenement.preventDefault();
      if (enCours) return;
      enCours = true;
      reference = null;
      // Nobody waits behind a draft on its way: this one says more.
      enVol.forEach((arret) => arret.abort());
      const retour = navigator.onLine ? await garderLa() : (garderIci(), null);
      enCours = false;
      if (!retour) attendre(evenement.submitter);
      else if (retour.statut === 401) location.assign(`${connexion}?next=${encodeURIComponent(ici())}`);
      else laisserPasser(evenement.submitter);
    });
    function laisserPasser(bouton) {
      tiroir.ecrire(CLE_ENVOIS, lireEnvois().filter((envoi) => envoi.cle !== cle));
      passe = true;
      aEnvoyer = false;
      form.requestSubmit(bouton && form.contains(bouton) ? bouton : undefined);
    }
    const partir = () => {
      if (!aEnvoyer || passe) return;
      const contenu = garderIci();
      const donnees = new FormData();
      for (const [nom, valeur] of corps(contenu ? "garder" : "jeter", contenu)) donnees.append(nom, valeur);
      donnees.append("csrfmiddlewaretoken", jetonsCsrf()[0]?.value || "");
      navigator.sendBeacon(brouillons, donnees);
    };
    addEventListener("pagehide", partir);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") partir(); });
    addEventListener("pageshow", (evenement) => { if (evenement.persisted) passe = enCours = false; });
    suivis.push({
      cle, laisserPasser, quitter() { passe = true; aEnvoyer = false; clearTimeout(minuterie); },
      relancer() { if (aEnvoyer && navigator.onLine && !attend()) garderLa(); },
      modifiee,
    });

    if (reference === null) garderLa();
    else {
      // Typed before this script was there. A page gone back to or loaded again shows what the browser remembers: that is not typing.
      const main = document.activeElement;
      const deja = ouverture === "navigate" && main?.form === form && main.matches("input, textarea") && main.value !== main.defaultValue;
      retrouver(deja);
      if (deja) taper();
    }
  }

  // What was sent without a network leaves as soon as it is back, once: the one-time token of the form sees to it.
  let envoiEnCours = false;
  async function envoyer() {
    if (envoiEnCours || !navigator.onLine || !lireEnvois().length) return;
    envoiEnCours = true;
    try {
      if (navigator.locks) await navigator.locks.request("aipi:envois", { ifAvailable: true }, (verrou) => verrou && vider());
      else await vider();
    } finally {
      envoiEnCours = false;
    }
  }

  async function vider() {
    for (const envoi of lireEnvois()) {
      const fiche = suivis.find((suivi) => suivi.cle === envoi.cle);
      if (fiche?.modifiee()) continue;
      const reponse = await poster(envoi.action, envoi.champs, "envoi");
      if (!reponse || reponse.status === 401 || reponse.status >= 500) return;
      tiroir.ecrire(CLE_ENVOIS, lireEnvois().filter((autre) => autre.cle !== envoi.cle || autre.date !== envoi.date));
      taire("attente");
      if (reponse.headers.get("Content-Type")?.startsWith("application/json")) {
        const { adresse, messages } = await reponse.json();
        const texte = `Envoyé au retour du réseau. ${messages.join(" ") || "C’est enregistré."}`;
        tiroir.jeter(cleLocale(envoi.cle));
        if (fiche) {
          fiche.quitter();
          tiroir.ecrire("aipi:dit", texte);
          location.assign(adresse);
          return;
        }
        dire(`envoi ${envoi.date}`, texte, [["Voir", adresse]]);
      } else if (fiche) {
        // Refused: sent again as any form, the page says why at its field.
        fiche.laisserPasser();
        return;
      } else {
        dire(`envoi ${envoi.date}`, `Votre saisie du ${jour(envoi.date)} à ${heure(envoi.date)} n’a pas pu être enregistrée telle quelle. Elle est gardée.`, [
          ["La revoir", envoi.page],
        ]);
      }
    }
  }

  // Another tab on the same form.
  const canal = "BroadcastChannel" in window ? new BroadcastChannel("aipi") : null;
  const annoncer = (geste, cle) => canal?.postMessage({ geste, cle, compte });
  canal?.addEventListener("message", ({ data }) => {
    if (data.compte !== compte || !suivis.some((suivi) => suivi.cle === data.cle)) return;
    if (data.geste === "qui") annoncer("ici", data.cle);
    if (data.geste === "qui" || data.geste === "ici") {
      dire("onglet", "Cette fiche est aussi ouverte dans un autre onglet\u202f: le brouillon garde le dernier texte tapé.");
    } else if (data.geste === "parti") taire("onglet");
    else dire("enregistre", "Cette fiche vient d’être enregistrée dans un autre onglet. Ce que vous avez tapé ici est gardé.");
  });

  // What became of the form sent just before this page: the server says it in a cookie (aipi/brouillons.py).
  let reponse = "";
  const temoin = document.cookie.match(/(?:^|; )aipi_brouillon=(garde|jete)\|([^;]*)/);
  if (temoin) {
    document.cookie = "aipi_brouillon=; path=/; max-age=0; samesite=lax";
    const cle = decodeURIComponent(temoin[2]);
    if (temoin[1] === "garde") reponse = cle;
    else {
      tiroir.jeter(cleLocale(cle));
      annoncer("enregistre", cle);
    }
  }
  const dit = tiroir.lire("aipi:dit");
  if (dit) {
    tiroir.jeter("aipi:dit");
    dire("envoye", dit);
  }

  document.querySelectorAll("form[data-brouillon]").forEach((form) => suivre(form, reponse));
  suivis.forEach(({ cle }) => annoncer("qui", cle));
  addEventListener("pagehide", () => suivis.forEach(({ cle }) => annoncer("parti", cle)));
  const relancer = () => { suivis.forEach((suivi) => suivi.relancer()); envoyer(); };
  addEventListener("online", relancer);
  setInterval(relancer, 10000);
  envoyer();

  // Signing out leaves nothing on the device, and does not throw away what still waits for the network.
  const sortie = document.querySelector("form[data-sortie]");
  let prevenu = false;
  sortie?.addEventListener("submit", async (evenement) => {
    if (lireEnvois().length && !prevenu) {
      evenement.preventDefault();
      prevenu = true;
      await envoyer();
      if (!lireEnvois().length) return sortie.requestSubmit();
      dire("sortie", "Une saisie attend encore le réseau\u202f: elle serait perdue. Déconnectez-vous de nouveau pour la perdre.");
      return;
    }
    suivis.forEach((suivi) => suivi.quitter());
    tiroir.cles().forEach((cle) => tiroir.jeter(cle));
  });
})();
