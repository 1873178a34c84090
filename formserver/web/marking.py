"""Shows where words were found: everything stored is escaped first, then the hits get their mark."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from formserver.core.store_ports import MARK_END, MARK_START


def mark_words(plain: str, text: str) -> Markup:
    """``plain`` with every part of ``text`` marked wherever it stands, capital or small."""
    words = sorted({word for word in text.split() if word}, key=len, reverse=True)
    if not words:
        return escape(plain)
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    clean = plain.replace(MARK_START, "").replace(MARK_END, "")
    return mark_snippet(pattern.sub(lambda hit: f"{MARK_START}{hit.group()}{MARK_END}", clean))


def mark_snippet(snippet: str) -> Markup:
    """A snippet of the index, whose hits stand between MARK_START and MARK_END."""
    escaped = str(escape(snippet))
    return Markup(escaped.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>"))  # noqa: S704  escaped above
