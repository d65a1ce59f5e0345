// Grids typed like a spreadsheet: arrows, Enter, paste of a block, totals as one types. The page works without.
(() => {
  const FORME = /^([-\u2212\u2013]?) ?(\d+|\d{1,3}(?:\s\d{3})+)(?:[.,](\d{1,4}))?\s?[h€]?$/;
  const UNITE = 10000n;

  // Ten-thousandths, exact; null for what is empty or no number.
  const lire = (texte) => {
    const trouve = FORME.exec(texte.trim());
    if (!trouve) return null;
    const valeur = BigInt(trouve[2].replace(/\s/g, "")) * UNITE + BigInt((trouve[3] || "").padEnd(4, "0"));
    return trouve[1] ? -valeur : valeur;
  };
  // A fraction written in French, rounded half up, away from zero.
  const ecrire = (numerateur, denominateur, decimales, fixe) => {
    const dix = 10n ** BigInt(decimales);
    const absolu = numerateur < 0n ? -numerateur : numerateur;
    const unites = (2n * absolu * dix + denominateur) / (2n * denominateur);
    let reste = decimales ? String(unites % dix).padStart(decimales, "0") : "";
    if (!fixe) reste = reste.replace(/0+$/, "");
    const entiers = String(unites / dix).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return (numerateur < 0n && unites ? "\u2212" : "") + entiers + (reste && `,${reste}`);
  };

  const installer = (table) => {
    const formulaire = table.closest("form");
    const etat = formulaire.querySelector("[data-etat]");
    const rangs = [...table.tBodies].flatMap((corps) => [...corps.rows]).filter((rang) => rang.querySelector("input, select"));
    const position = (champ) => [rangs.indexOf(champ.closest("tr")), champ.closest("td").cellIndex];
    const champ = (rang, colonne) => rangs[rang]?.cells[colonne]?.querySelector("input, select") ?? null;
    // Where each number stands: rows and columns do not move.
    const places = new Map([...table.querySelectorAll('input[inputmode="decimal"]')].map((entree) => [entree, position(entree)]));
    const depuis = Math.min(...[...table.querySelectorAll("[data-total-ligne]")].map((ou) => Number(ou.dataset.totalLigne)));
    const dire = (texte) => { if (etat) etat.textContent = texte; };

    // What each cell holds in the database: the page came with it, a draft may bring what it was typed over.
    let [source, montrees] = ["", {}];
    const montree = (nom) => {
      const texte = formulaire.elements.montrees.value;
      if (texte !== source) [source, montrees] = [texte, JSON.parse(texte)];
      return montrees[nom] ?? "";
    };
    // A number half typed is no fault: it is told once the cell is left, and taken back as soon as it is right.
    const signaler = (entree, quittee) => {
      const texte = entree.value.trim();
      const faute = texte !== "" && lire(texte) === null;
      const id = `faute-${entree.name}`;
      let mot = document.getElementById(id);
      entree.classList.toggle("modifiee", !faute && texte !== montree(entree.name));
      if (faute && !quittee && !mot) return;
      if (faute) {
        if (!mot) {
          mot = document.createElement("p");
          mot.className = "grille-faute";
          mot.id = id;
          entree.after(mot);
        }
        mot.textContent = `«\u00a0${texte.slice(0, 40)}\u00a0» n’est pas un nombre\u202f: écrivez par exemple 101,5.`;
        entree.setAttribute("aria-invalid", "true");
        entree.setAttribute("aria-describedby", id);
      } else {
        mot?.remove();
        entree.removeAttribute("aria-invalid");
        entree.removeAttribute("aria-describedby");
      }
      entree.classList.toggle("is-invalid", faute);
    };

    const poser = (ou, valeur) => { ou.textContent = valeur === undefined ? "\u2014" : ecrire(valeur, UNITE, 2, "decimales" in table.dataset); };
    const totaliser = () => {
      const [lignes, colonnes] = [new Map(), new Map()];
      let tout;
      places.forEach(([rang, colonne], entree) => {
        const valeur = lire(entree.value);
        if (valeur === null) return;
        colonnes.set(colonne, (colonnes.get(colonne) ?? 0n) + valeur);
        if (colonne < depuis) return;
        lignes.set(rang, (lignes.get(rang) ?? 0n) + valeur);
        tout = (tout ?? 0n) + valeur;
      });
      table.querySelectorAll("[data-total-ligne]").forEach((ou) => poser(ou, lignes.get(rangs.indexOf(ou.closest("tr")))));
      table.querySelectorAll("[data-total-colonne]").forEach((ou) => poser(ou, colonnes.get(ou.cellIndex)));
      table.querySelectorAll("[data-total-tout]").forEach((ou) => poser(ou, tout));
      const bilan = formulaire.querySelector("[data-bilan]");
      if (!bilan) return;
      const heures = colonnes.get(Number(bilan.dataset.bilan));
      poser(bilan, heures);
      const etp = formulaire.querySelector("[data-etp]");
      etp.textContent = heures === undefined ? "\u2014" : ecrire(heures * 12n, lire(etp.dataset.etp), 1, true);
    };
    // A pasted block or a draft changes hundreds of cells: they are added up once.
    let prevu = false;
    const totaliserBientot = () => {
      if (prevu) return;
      prevu = true;
      queueMicrotask(() => { prevu = false; totaliser(); });
    };
    const compter = () => {
      const modifiees = table.querySelectorAll(".modifiee").length;
      const fautes = table.querySelectorAll(".is-invalid").length;
      const morceaux = [];
      if (modifiees) morceaux.push(`${modifiees} case${modifiees > 1 ? "s" : ""} modifiée${modifiees > 1 ? "s" : ""}, pas encore enregistrée${modifiees > 1 ? "s" : ""}`);
      if (fautes) morceaux.push(`${fautes} case${fautes > 1 ? "s" : ""} à corriger`);
      return morceaux.join(" · ");
    };
    const suivre = (entree, quittee) => {
      if (entree.inputMode === "decimal") signaler(entree, quittee);
      else entree.classList.toggle("modifiee", entree.value !== montree(entree.name));
      totaliserBientot();
    };

    const aller = (rang, colonne, evenement) => {
      const cible = champ(rang, colonne);
      if (!cible) return;
      evenement.preventDefault();
      cible.focus();
      if (cible.select) cible.select();
    };

    table.addEventListener("keydown", (evenement) => {
      const entree = evenement.target;
      if (evenement.ctrlKey || evenement.metaKey || evenement.altKey || !entree.closest("td")) return;
      const [rang, colonne] = position(entree);
      const texte = entree.inputMode === "decimal";
      const debut = texte && entree.selectionStart === 0;
      const fin = texte && entree.selectionEnd === entree.value.length;
      switch (evenement.key) {
        case "Enter":
          if (entree.matches("input, select")) {
            evenement.preventDefault();
            aller(rang + (evenement.shiftKey ? -1 : 1), colonne, evenement);
          }
          break;
        case "ArrowDown": if (texte) aller(rang + 1, colonne, evenement); break;
        case "ArrowUp": if (texte) aller(rang - 1, colonne, evenement); break;
        case "ArrowRight": if (fin && !evenement.shiftKey) aller(rang, colonne + 1, evenement); break;
        case "ArrowLeft": if (debut && !evenement.shiftKey) aller(rang, colonne - 1, evenement); break;
        case "Escape":
          if (texte && entree.value !== montree(entree.name)) {
            entree.value = montree(entree.name);
            entree.dispatchEvent(new Event("input", { bubbles: true }));
            entree.select();
          }
          break;
      }
    });
    table.addEventListener("focusin", (evenement) => {
      if (evenement.target.inputMode === "decimal") evenement.target.select();
    });
    table.addEventListener("input", (evenement) => suivre(evenement.target, false));
    table.addEventListener("change", (evenement) => {
      suivre(evenement.target, true);
      dire(compter() || "Rien n’a changé.");
    });

    table.addEventListener("paste", (evenement) => {
      const entree = evenement.target;
      if (entree.inputMode !== "decimal") return;
      const texte = (evenement.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n").replace(/\n$/, "");
      if (!/[\t\n]/.test(texte)) return;
      evenement.preventDefault();
      const [rang, colonne] = position(entree);
      let collees = 0;
      let dehors = 0;
      texte.split("\n").forEach((ligne, i) => ligne.split("\t").forEach((cellule, j) => {
        const cible = champ(rang + i, colonne + j);
        if (!cible || cible.inputMode !== "decimal") {
          if (cellule.trim()) dehors += 1;
          return;
        }
        cible.value = cellule.trim();
        cible.dispatchEvent(new Event("change", { bubbles: true }));
        collees += 1;
      }));
      const morceaux = [`${collees} case${collees > 1 ? "s" : ""} collée${collees > 1 ? "s" : ""}`];
      if (dehors) morceaux.push(`${dehors} hors du tableau, laissée${dehors > 1 ? "s" : ""} de côté`);
      dire([...morceaux, compter()].filter(Boolean).join(" · "));
    });

    const copier = formulaire.querySelector("[data-copier]");
    if (copier && navigator.clipboard) {
      copier.hidden = false;
      copier.addEventListener("click", async () => {
        const dit = (cellule) => {
          const controle = cellule.querySelector("input, select");
          return (controle ? controle.value : (cellule.querySelector("a") ?? cellule).textContent).trim().replace(/\s+/g, " ").replace(/^\u2014$/, "");
        };
        await navigator.clipboard.writeText([...table.rows].map((rang) => [...rang.cells].map(dit).join("\t")).join("\n"));
        dire("Le tableau est copié\u202f: collez-le dans un tableur.");
      });
    }

    // Leaving a cell may move what is below it: a button pressed meanwhile would slip away from under the pointer.
    formulaire.addEventListener("mousedown", (evenement) => {
      if (evenement.target.closest("button")) evenement.preventDefault();
    });

    if (compter()) dire(compter());
  };

  document.querySelectorAll("table[data-grille]").forEach(installer);
  document.querySelectorAll("[data-imprimer]").forEach((bouton) => {
    bouton.hidden = false;
    bouton.addEventListener("click", () => window.print());
  });
})();
