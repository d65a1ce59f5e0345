"""The administration site: reference data in French, case data read-only. Who may enter is decided in `aipi.roles`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from aipi import roles
from aipi.models import Compte

M = TypeVar("M", bound=Model)


def _compte(request: HttpRequest) -> Compte | None:
    return request.user if isinstance(request.user, Compte) else None


class Administration(admin.AdminSite):
    site_header = "AIPi — administration"
    site_title = "Administration"
    index_title = "Données de référence"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        compte = _compte(request)
        return compte is not None and compte.is_active and roles.administration(compte)

    @method_decorator(require_safe)
    @method_decorator(roles.public)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page, the site's own, with its brake on attempts."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]  # any response will do, whatever the stubs say
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one page to change one’s own password, too."""
        return redirect("mot_de_passe")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The administration answers no other method than its pages and forms need; a signed-in stranger gets a 403."""
        gardee: Callable[..., HttpResponseBase] = super().admin_view(view, cacheable)

        def par_role(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _compte(request) is not None:
                return roles.acces(roles.administration)(gardee)(request, *args, **kwargs)
            return gardee(request, *args, **kwargs)

        par_role.regle = (roles.administration,)  # type: ignore[attr-defined]  # read by aipi.verifications
        return require_http_methods(["GET", "HEAD", "POST"])(par_role)


class ModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Base of every model here: permissions come from `aipi.roles`, and no list of persons is ever offered to choose from."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        compte = _compte(request)
        return compte is not None and roles.peut_lire(compte, self.model)

    def _modifiable(self, request: HttpRequest) -> bool:
        compte = _compte(request)
        return compte is not None and roles.peut_modifier(compte, self.model)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._modifiable(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._modifiable(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._modifiable(request)

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return [
            champ
            for champ in self.get_list_display(request)
            if isinstance(champ, str)
            and any(f.name == champ and isinstance(f, ForeignKey) for f in self.model._meta.fields)
        ]


class Dossiers(ModelAdmin):
    """Content of files: read by the director only, changed by nobody here. A private note stays its author's."""

    exclude = ("note_privee",)
    list_per_page = 25
    ordering = ("ref",)


def enregistrer(modele: type[Model], **options: Any) -> None:
    """Register a case model for reading, with what its list shows."""
    admin.site.register(modele, type(f"{modele.__name__}Admin", (Dossiers,), options))
