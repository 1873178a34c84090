"""The filter of the list: read from the address, said as a sentence, asked of the store.

Unknown words in an address are left out, never an error page: addresses are kept, sent by mail and typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from flask import url_for
from werkzeug.datastructures import MultiDict

from formserver.core.models import State
from formserver.core.numbering import normalise_number
from formserver.core.permissions import CONFIDENTIALITY, Actor
from formserver.core.store_ports import DocumentQuery
from formserver.documents.columns import ORIGINS

PAGE: Final = 30
LONGEST_TEXT: Final = 100
LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True)
class Names:
    """What ids of a filter are called, as far as this person may know; an id without a name is left out."""

    types: Mapping[str, str]
    agencies: Mapping[str, str]
    people: Mapping[str, str]
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the list asks for. ``agency`` means it and everything below it."""

    text: str = ""
    enterprise: str = ""
    enterprise_id: str = ""
    types: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    since: date | None = None
    until: date | None = None
    mine: bool = False
    author: str = ""
    agency: str = ""
    number: str = ""
    numbered: bool | None = None
    level: int | None = None
    origins: tuple[str, ...] = ()
    task: str = ""
    cursor: str = ""

    def query(self, actor: Actor, agency_ids: tuple[str, ...] = (), limit: int = PAGE) -> DocumentQuery:
        """For the store; ``agency_ids`` are what ``agency`` means."""
        return DocumentQuery(
            text=f"{self.text} {self.enterprise}".strip(),
            types=self.types,
            states=self.states,
            agency_ids=agency_ids,
            enterprise_id=self.enterprise_id,
            task_id=self.task,
            created_by=actor.user_id if self.mine else self.author,
            number=normalise_number(self.number) if self.number else "",
            numbered=self.numbered,
            confidentiality=self.level,
            origins=self.origins,
            date_from=self.since,
            date_to=self.until,
            cursor=self.cursor,
            limit=limit,
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """The address of the list without the page mark."""
        words: dict[str, Any] = {
            "q": self.text,
            "ent": self.enterprise,
            "enterprise": self.enterprise_id,
            "type": list(self.types),
            "state": [state.value for state in self.states],
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "mine": "1" if self.mine else "",
            "author": self.author,
            "agency": self.agency,
            "no": self.number,
            "numbered": "" if self.numbered is None else str(int(self.numbered)),
            "level": "" if self.level is None else str(self.level),
            "origin": list(self.origins),
            "task": self.task,
        }
        return {key: value for key, value in words.items() if value}

    @property
    def year(self) -> int:
        """The calendar year the dates make up, or 0."""
        since, until = self.since, self.until
        if since and until and (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
            return since.year if since.year == until.year else 0
        return 0


def read_filter(args: MultiDict[str, str], names: Names) -> Filter:
    """The filter of an address."""
    states = {state.value: state for state in State}
    origins = tuple(dict.fromkeys(o for o in args.getlist("origin") if o in ORIGINS and o != "form"))
    level = args.get("level", type=int)
    wanted = Filter(
        text=args.get("q", "").strip()[:LONGEST_TEXT],
        enterprise=args.get("ent", "").strip()[:LONGEST_TEXT],
        enterprise_id=args.get("enterprise", "")[:LONGEST_ID] if names.enterprise else "",
        types=tuple(dict.fromkeys(t for t in args.getlist("type") if t in names.types)),
        states=tuple(dict.fromkeys(states[s] for s in args.getlist("state") if s in states)),
        since=_day(args.get("from", "")),
        until=_day(args.get("to", "")),
        mine=args.get("mine") == "1",
        author=args.get("author", "") if args.get("author", "") in names.people else "",
        agency=args.get("agency", "") if args.get("agency", "") in names.agencies else "",
        number=args.get("no", "").strip()[:LONGEST_TEXT],
        numbered={"1": True, "0": False}.get(args.get("numbered", "")),
        level=level if level is not None and 0 <= level < len(CONFIDENTIALITY) else None,
        origins=origins,
        task=args.get("task", "").strip()[:LONGEST_ID],
        cursor=args.get("cursor", ""),
    )
    if (year := args.get("year", type=int)) and 1900 <= year <= 2999:
        wanted = replace(wanted, since=date(year, 1, 1), until=date(year, 12, 31))
    return wanted


def chips(wanted: Filter, names: Names, **kept: Any) -> list[tuple[str, str]]:
    """(words, address without them): the sentence above the list, in the order it reads; each part can go."""
    found: list[tuple[str, str]] = []

    def add(words: str, *keys: str, value: str = "") -> None:
        left = dict(wanted.arguments)
        rest = [v for v in left[keys[0]] if v != value] if value else []
        for key in keys:
            left.pop(key, None)
        if rest:
            left[keys[0]] = rest
        found.append((words, url_for("documents.index", **left, **kept)))

    if wanted.mine:
        add("我新建的", "mine")
    if wanted.author:
        add(f"{names.people[wanted.author]}新建的", "author")
    for state in wanted.states:
        add(state.value, "state", value=state.value)
    for origin in wanted.origins:
        add(ORIGINS[origin], "origin", value=origin)
    if wanted.level is not None:
        add(f"密级为{CONFIDENTIALITY[wanted.level]}", "level")
    if wanted.numbered is not None:
        add("有文号" if wanted.numbered else "没有文号", "numbered")
    if wanted.number:
        add(f"文号为{wanted.number}", "no")
    if wanted.agency:
        add(f"{names.agencies[wanted.agency]}及下级机构", "agency")
    if wanted.enterprise_id:
        add(names.enterprise, "enterprise")
    if wanted.enterprise:
        add(f"企业“{wanted.enterprise}”", "ent")
    if wanted.task:
        add("同一监察任务", "task")
    if wanted.year:
        add(f"{wanted.year}年", "from", "to")
    else:
        if wanted.since:
            add(f"{wanted.since.isoformat()} 起", "from")
        if wanted.until:
            add(f"{wanted.until.isoformat()} 止", "to")
    for key in wanted.types:
        add(names.types[key], "type", value=key)
    if wanted.text:
        add(f"含“{wanted.text}”", "q")
    return found


def sentence(wanted: Filter, names: Names) -> str:
    """The filter in one line, for the second sheet of an export and for the name of a view."""
    return "、".join(words for words, _ in chips(wanted, names)) or "管辖范围内的全部文书"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
