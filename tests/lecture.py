"""A page as its reader sees it: without the keys drawn at random, in which any short word turns up one day."""

from __future__ import annotations

import re

# Signatures and CSRF keys: a run of letters and figures longer than any word, reference or address of the tests.
JETON = re.compile(r"(?<![\w-])[\w-]{27,}(?![\w-])", re.ASCII)


def sans_jetons(texte: str) -> str:
    return JETON.sub("…", texte)
