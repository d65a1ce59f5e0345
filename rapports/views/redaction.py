"""What the director writes: texts section by section with their history, photographs, until the report is closed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger, peut_voir_rapport, visibles
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe
from rapports.ecriture import libelle_entier
from rapports.forms import PhotoDitsForm, PhotoForm, TexteForm
from rapports.indicateurs import INDICATEURS
from rapports.models import Photo, Rapport, Texte, VersionTexte
from rapports.plan import Plan, prendre_la_suite
from rapports.premier_jet import figures_de, lignes_de, premier_jet
from rapports.puces import lire, valeur
from rapports.rendu.composition import Composition, Feuillet, LiensSite
from rapports.rendu.document import dessiner_page
from rapports.saisies import chiffres_tapes
from rapports.sommaire import SECTION_ATELIER, SECTION_LIBRE, SECTIONS_SIGNEES, pages, section_connue
from rapports.sommaire.blocs import Page
from rapports.textes import differences, en_html


def page_de_section(section: str) -> tuple[Page, Axe | None]:
    """The declared page that the section follows, and its workshop. Raises Http404 for no such section."""
    if section.startswith(SECTION_ATELIER):
        code = section.removeprefix(SECTION_ATELIER)
        if not Atelier.objects.filter(code=code).exists():
            raise Http404("Cet atelier n’existe pas.")
        return next(page for page in pages() if page.par_atelier), Axe.lire("atelier", code)
    if not section_connue(section):
        raise Http404("Le rapport n’a pas cette section.")
    if section in SECTIONS_SIGNEES or section.startswith(SECTION_LIBRE):
        return Page(section, SECTIONS_SIGNEES.get(section, ""), ()), None
    return next(page for page in pages() if page.code == section), None


def titre_de(section: str, rapport: Rapport | None, periode: Periode) -> str:
    """The title of the section in this report. Raises Http404 for no such section."""
    page, axe = page_de_section(section)
    ligne = Plan(rapport, periode).lignes.get(section)
    if section.startswith(SECTION_LIBRE) and ligne is None:
        raise Http404("Le rapport n’a pas cette section.")
    if ligne is not None and ligne.titre:
        return ligne.titre
    if axe is not None:
        return axe.libelle
    return f"{page.surtitre}\u202f: {page.titre[0].lower()}{page.titre[1:]}" if page.surtitre else page.titre


def rapport_ouvert(periode: Periode) -> Rapport | None:
    """The report of the period, None before its first text. Raises PermissionDenied once closed."""
    rapport = Rapport.objects.filter(debut=periode.debut, fin=periode.fin).first()
    if rapport is not None and rapport.clos:
        raise PermissionDenied("Ce rapport est clos : il ne change plus.")
    return rapport


def rapport_a_ecrire(periode: Periode) -> Rapport:
    """The report of the period, made at need with the plan of the one before, and locked. Raises PermissionDenied once closed."""
    rapport, _ = Rapport.objects.get_or_create(debut=periode.debut, fin=periode.fin)
    rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
    if rapport.clos:
        raise PermissionDenied("Ce rapport est clos : il ne change plus.")
    # Not only when it is new: accepting a remark of the control may have made it.
    prendre_la_suite(rapport)
    return rapport


def retour(periode: Periode, section: str) -> str:
    ancre = section.replace(":", "-").replace("_", "-").lower()
    return f"{reverse('rapport_detail', args=[periode])}#page-{ancre}"


def texte_de(rapport: Rapport | None, section: str) -> Texte:
    """The text of a section, a new one before the first saving."""
    existant = Texte.objects.filter(rapport=rapport, section=section).first() if rapport is not None else None
    return existant or Texte(rapport=rapport, section=section)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
@transaction.atomic
def texte_update(request: HttpRequest, periode: Periode, section: str) -> HttpResponse:
    """The text of a section, beside the figures it may use, last year's text and a first draft."""
    rapport = rapport_a_ecrire(periode) if request.method == "POST" else rapport_ouvert(periode)
    titre = titre_de(section, rapport, periode)
    texte = texte_de(rapport, section)
    form = TexteForm(request.POST or None, instance=texte, signee=section in SECTIONS_SIGNEES)
    autre = ""
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version_lue"] == texte.version:
            form.enregistrer(compte_de(request))
            messages.success(request, f"Texte enregistré\u202f: {titre}.")
            return redirect(retour(periode, section))
        # Somebody saved since: both texts are shown, and sending again means that both were read.
        autre = Texte.objects.get(pk=texte.pk).corps
        form.relire(texte.version)
    return _formulaire(request, periode, section, rapport, form, PhotoForm(), autre)


@require_POST
@acces(peut_rediger)
def texte_apercu(request: HttpRequest, periode: Periode, section: str) -> HttpResponse:
    """The section as it would be printed with the text sent, which is not saved. Only its own figures are computed."""
    rapport = rapport_ouvert(periode)
    page, axe = page_de_section(section)
    composition = Composition(periode, LiensSite(), timezone.localdate())
    composition.textes = {section: en_html(request.POST.get("corps", ""), composition.chiffre, composition.lien)}
    mise_en_page = composition.plan.place(section, 0, page.code).mise_en_page
    feuillet = Feuillet(page, section, titre_de(section, rapport, periode), axe, mise_en_page)
    return render(
        request,
        "rapports/texte_apercu.html",
        {
            "periode": periode,
            "section": section,
            "composition": composition,
            "document": False,
            "page": dessiner_page(feuillet, composition),
        },
    )


@require_safe
@acces(peut_rediger)
def texte_historique(request: HttpRequest, periode: Periode, section: str) -> HttpResponse:
    """Every version of a text; `?avec=N` compares one to the present text."""
    rapport = get_object_or_404(Rapport, debut=periode.debut, fin=periode.fin)
    texte = get_object_or_404(Texte, rapport=rapport, section=section)
    versions = list(texte.versions.select_related("auteur"))
    choisie = next((v for v in versions if str(v.numero) == request.GET.get("avec")), None)
    return render(
        request,
        "rapports/texte_historique.html",
        {
            "periode": periode,
            "section": section,
            "titre": titre_de(section, rapport, periode),
            "texte": texte,
            "versions": versions,
            "choisie": choisie,
            "differences": differences(*(dit.corps.replace("\r\n", "\n") for dit in (choisie, texte)))
            if choisie is not None
            else [],
            "ecriture": not rapport.clos,
        },
    )


@require_POST
@acces(peut_rediger)
@transaction.atomic
def texte_restaurer(request: HttpRequest, periode: Periode, section: str, numero: int) -> HttpResponse:
    """Bring back a former version, as a new one: nothing is lost."""
    rapport = rapport_a_ecrire(periode)
    texte = get_object_or_404(Texte, rapport=rapport, section=section)
    version = get_object_or_404(VersionTexte, texte=texte, numero=numero)
    texte.corps = version.corps
    texte.enregistrer(compte_de(request))
    messages.success(request, f"La version {numero} est de nouveau le texte de la section.")
    return redirect("texte_update", periode, section)


@require_POST
@acces(peut_rediger)
@transaction.atomic
def photo_create(request: HttpRequest, periode: Periode, section: str) -> HttpResponse:
    """One more photograph in a section."""
    rapport = rapport_a_ecrire(periode)
    titre_de(section, rapport, periode)
    form = PhotoForm(request.POST, request.FILES, instance=Photo(rapport=rapport, section=section))
    if form.is_valid():
        form.instance.ordre = Photo.objects.filter(rapport=rapport, section=section).count()
        form.save()
        messages.success(request, "Photographie ajoutée.")
        return redirect("texte_update", periode, section)
    texte = TexteForm(instance=texte_de(rapport, section), signee=section in SECTIONS_SIGNEES)
    return _formulaire(request, periode, section, rapport, texte, form)


def _formulaire(
    request: HttpRequest,
    periode: Periode,
    section: str,
    rapport: Rapport | None,
    form: TexteForm,
    photo: PhotoForm,
    autre: str = "",
) -> HttpResponse:
    composition = Composition(periode, LiensSite(), timezone.localdate())
    page, axe = page_de_section(section)
    figures = figures_de(page, axe)
    precedent = periode.precedente
    corps = str(form["corps"].value() or "")
    return render(
        request,
        "rapports/texte_form.html",
        {
            "periode": periode,
            "section": section,
            "titre": titre_de(section, rapport, periode),
            "form": form,
            "photo_form": photo,
            "photos": Photo.objects.filter(rapport=rapport, section=section) if rapport else Photo.objects.none(),
            "retour": retour(periode, section),
            "autre": autre,
            "figures": [
                {
                    "puce": contenu,
                    "libelle": libelle_entier(declaration),
                    "valeur": valeur(lire(contenu), composition.chiffre(declaration.code, axe)),
                }
                for contenu, declaration in figures
            ],
            "lignes": lignes_de(page, axe, composition),
            "ateliers": Atelier.objects.order_by("nom"),
            "equipes": Equipe.objects.order_by("nom"),
            "toutes": [(code, libelle_entier(indicateur)) for code, indicateur in INDICATEURS.items()],
            "an_dernier": Texte.objects.filter(
                rapport__debut=precedent.debut, rapport__fin=precedent.fin, section=section
            ).first(),
            "premier_jet": premier_jet(composition, figures, axe),
            "tapes": chiffres_tapes(corps, composition),
            "versions": VersionTexte.objects.filter(texte=form.instance).count() if form.instance.pk else 0,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
@transaction.atomic
def photo_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Its caption, what it shows, and the consent of those who can be recognised, which often comes after it."""
    photo = get_object_or_404(Photo.objects.select_related("rapport"), pk=pk)
    periode = photo.rapport.periode
    rapport_ouvert(periode)
    form = PhotoDitsForm(request.POST or None, instance=photo)
    if request.method == "POST" and form.is_valid():
        rapport_a_ecrire(periode)
        form.save()
        messages.success(request, "Photographie modifiée.")
        return redirect("texte_update", periode, photo.section)
    return render(request, "rapports/photo_form.html", {"photo": photo, "periode": periode, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
@transaction.atomic
def photo_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take the photograph away, its file too."""
    photo = get_object_or_404(Photo.objects.select_related("rapport"), pk=pk)
    periode = photo.rapport.periode
    if request.method != "POST":
        rapport_ouvert(periode)
        return render(request, "rapports/photo_delete.html", {"photo": photo, "periode": periode})
    rapport_a_ecrire(periode)
    fichier, nom = photo.image.storage, str(photo.image.name)
    partagee = Photo.objects.filter(image=nom).exclude(pk=pk).exists()
    photo.delete()
    if not partagee:
        transaction.on_commit(lambda: fichier.delete(nom))
    messages.success(request, "Photographie retirée.")
    return redirect("texte_update", periode, photo.section)


@require_safe
@acces(peut_voir_rapport)
def photo_image(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The image itself: photographs have no other address."""
    photo = get_object_or_404(visibles(Photo.objects.all(), compte_de(request)), pk=pk)
    try:
        image = photo.image.open("rb")
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de cette photographie manque.") from erreur
    return FileResponse(image, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
