"""The grammar of ``x-source``: where the first value of a field comes from.

``enterprise.name`` · ``agency.phone`` · ``user.name`` · ``task.title`` · ``clock.today`` · ``team[]`` ·
``team[].cert_no`` · ``team[role=记录人].name`` · ``prev(inspection_notice).enterprise`` · ``clauses(duties)`` ·
``clauses(confirm_text:site_record)`` · ``clauses(materials, /items)`` · ``laws(notice)`` · ``evidence[]`` · ``const:无异议``
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NAMESPACES: Final = (
    "enterprise",
    "agency",
    "user",
    "task",
    "team",
    "prev",
    "clock",
    "clauses",
    "laws",
    "evidence",
    "const",
)
_NAME = r"[a-z][a-z0-9_]*"
_FACT = re.compile(rf"(enterprise|agency|user|task)\.({_NAME})")
_CLOCK = re.compile(r"(clock)\.(today|now)")
_TEAM = re.compile(rf"(team)\[(?:({_NAME})=([^\]]+))?\](?:\.({_NAME}))?")
_PREV = re.compile(rf"(prev)\(({_NAME})\)\.({_NAME}(?:\.{_NAME})*)")
_CLAUSES = re.compile(rf"(clauses)\(({_NAME})(?::([a-z][a-z0-9_-]*)|,\s*(/{_NAME}(?:/{_NAME})*))?\)")
_EVIDENCE = re.compile(r"(evidence)\[\]")
_LAWS = re.compile(rf"(laws)\(({_NAME})\)")


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed ``x-source``.

    ``argument`` is the document type of prev, the library of clauses, the set of laws, the text of const;
    ``path`` the fact, the member's field or the dotted path; ``select`` a (field, value) that a team member must
    have; ``key`` one item of a library; ``place`` the list of the body that chooses among its items.
    """

    namespace: str
    text: str
    argument: str = ""
    path: str = ""
    select: tuple[str, str] | None = None
    key: str = ""
    place: str = ""


def parse_source(text: str) -> Source:
    """The meaning of an ``x-source``. Raises ValueError with a Chinese sentence."""
    if text.startswith("const:") and len(text) > 6:
        return Source("const", text, argument=text[6:])
    if match := _FACT.fullmatch(text) or _CLOCK.fullmatch(text):
        return Source(match[1], text, path=match[2])
    if match := _TEAM.fullmatch(text):
        select = (match[2], match[3]) if match[2] else None
        if select and not match[4]:
            raise ValueError(f"来源“{text}”选定了一个人，还要写取哪一项，例如 team[role=记录人].name")
        return Source("team", text, path=match[4] or "", select=select)
    if match := _PREV.fullmatch(text):
        return Source("prev", text, argument=match[2], path=match[3])
    if match := _CLAUSES.fullmatch(text):
        return Source("clauses", text, argument=match[2], key=match[3] or "", place=match[4] or "")
    if match := _LAWS.fullmatch(text):
        return Source("laws", text, argument=match[2])
    if _EVIDENCE.fullmatch(text):
        return Source("evidence", text)
    raise ValueError(f"来源“{text}”的写法不认识")
