"""The tag `url`, which looks up once the address of a page that takes the key of a row. It is Django’s own for the rest."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_de_django
from django.utils.safestring import SafeString

from aipi.adresses import adresse_de

register = template.Library()


class Adresse(URLNode):
    def render(self, context: Context) -> str:
        if len(self.args) == 1 and not self.kwargs:
            nom, cle = self.view_name.resolve(context), self.args[0].resolve(context)
            # A name within a space depends on the page; another kind of argument is written its own way.
            if type(cle) is int and cle >= 0 and ":" not in nom and (trouvee := adresse_de(nom, cle)):
                if self.asvar is None:
                    return SafeString(trouvee)
                context[self.asvar] = trouvee
                return SafeString("")
        return super().render(context)


@register.tag
def url(parser: Parser, token: Token) -> Adresse:
    lu = url_de_django(parser, token)
    return Adresse(lu.view_name, lu.args, lu.kwargs, lu.asvar)
