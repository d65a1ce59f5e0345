"""The history of case data: who changed what, when, from what to what. Written by django-auditlog, read here.

Every model that holds the content of files is followed, by its rule in `aipi.roles`: none can be forgotten. A private
note is never copied into the history, nor is the folded text of search, which says nothing new.
"""

from __future__ import annotations

from auditlog.registry import auditlog
from django.apps import apps

from aipi.roles import MODELES, Nature

JAMAIS_COPIES = ("note_privee", "recherche")

for _label, _regle in MODELES.items():
    if _regle.nature is Nature.DOSSIER:
        _modele = apps.get_model(_label)
        _noms = {champ.name for champ in _modele._meta.fields}
        auditlog.register(_modele, exclude_fields=[nom for nom in JAMAIS_COPIES if nom in _noms])
