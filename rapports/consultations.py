"""What the addresses of the reports open of a file, for the reading log: the lists behind the figures alone name people."""

from __future__ import annotations

from aipi.consultations import Acte, Ouverture, inscrire, sans_dossier

inscrire(indicateur_liste=Ouverture(Acte.LISTE))
# A dashboard names nobody: reading it is not written, asking for that of another funder is.
inscrire(
    **{
        f"tableau_{page}": Ouverture(None, "rapports.Tableau")
        for page in ("detail", "fichier", "publier", "question", "retirer")
    },
    acces_create=Ouverture(None, "rapports.Tableau"),
    acces_revoquer=Ouverture(None, "rapports.AccesFinanceur"),
    question_repondre=Ouverture(None, "rapports.QuestionFinanceur"),
)
sans_dossier(
    "Un rapport ne contient que des chiffres, des textes et des photographies : il ne nomme aucune personne accompagnée.",
    *(f"rapport_{page}" for page in ("detail", "formes", "clore", "controle", "rouvrir", "differences", "plan")),
    *(f"rapport_{fichier}" for fichier in ("pdf", "court", "xlsx")),
    *(f"texte_{page}" for page in ("update", "restaurer", "apercu", "historique")),
    *(f"photo_{page}" for page in ("create", "image", "update", "delete")),
    "section_create",
    "perspective_list",
    "indicateur_detail",
)
sans_dossier("Une édition garde des références, jamais des noms.", "edition_list", "edition_fichier")
sans_dossier(
    "Un tableau de financeur ne montre que des nombres publiés, les petits cachés : il ne nomme personne.",
    *(f"partage_{page}" for page in ("detail", "fichier", "question")),
    "api_tableau",
)
