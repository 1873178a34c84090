"""A catalogue out of a spreadsheet as a draft: a new batch, a text issued anew, or another state of a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.calculators.maintain_service import day_of
from formserver.core.clock import today_in_china
from formserver.core.errors import AppError, Kind, Problem, error_code
from formserver.core.permissions import Actor
from formserver.equipment.catalogue_content import RECALLED, VERIFIED
from formserver.equipment.catalogue_deriving import with_rules
from formserver.equipment.catalogue_drafts import CatalogueDrafts, require_open
from formserver.equipment.catalogue_import import Imported, put_lines, read_catalogue
from formserver.equipment.catalogue_models import ELIMINATION, CatalogueDraft, Json
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.permissions import EquipmentPermission

HEAD_FIELDS: Final[tuple[tuple[str, str, int], ...]] = (
    ("title", "简称", 200),
    ("full_title", "全称", 200),
    ("issuer", "发布单位", 100),
    ("document_no", "文号", 100),
    ("issued_on", "发布日期", 10),
    ("valid_from", "施行日期", 10),
    ("note", "说明", 2000),
)
_ISSUED: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
HEAD_FAULTY = error_code(
    "EQUIPMENT_CATALOGUE_HEAD_FAULTY",
    Kind.INVALID,
    zh="目录的基本信息还有 {count} 处需要填写或改正。",
    en="{count} fields of the head of the catalogue need attention.",
)
LINES_FAULTY = error_code(
    "EQUIPMENT_CATALOGUE_LINES_FAULTY",
    Kind.INVALID,
    zh="表格里有 {count} 个单元格需要改正，没有导入；请按下面列出的地址逐个改好后再上传。",
    en="{count} cells of the spreadsheet need attention; nothing was imported.",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants made of a file: ``way`` is new (another catalogue), issued (``base`` issued anew) or mend."""

    way: str
    base: str
    head: Mapping[str, str]
    checked: bool
    purpose: str = ""


class Importing:
    """Spreadsheets in; drafts out."""

    def __init__(self, drafts: CatalogueDrafts, library: EquipmentLibrary) -> None:
        self._drafts = drafts
        self._library = library

    def draft(self, actor: Actor, wish: Wish, data: bytes, filename: str) -> tuple[CatalogueDraft, Imported]:
        """A draft with every line of the file. Raises NOT_ALLOWED, NOT_FOUND, NOT_A_WORKBOOK,
        EQUIPMENT_CATALOGUE_HEAD_FAULTY with the fields, EQUIPMENT_CATALOGUE_LINES_FAULTY with the cells,
        EQUIPMENT_EDITION_TAKEN."""
        actor.require(EquipmentPermission.MAINTAIN)
        base: Json = {}
        name, _, edition = wish.base.partition("/")
        if wish.way != "new":
            base = self._drafts.content(ELIMINATION, name, edition)
        head = {**{key: str(base.get(key) or "") for key, _, _ in HEAD_FIELDS}, **_given(wish)}
        faults = head_faults(head)
        if wish.way == "mend":
            faults = [one for one in faults if one.pointer != "/valid_from"]
        if faults:
            raise HEAD_FAULTY(count=len(faults), problems=tuple(faults))
        found = self._read(actor, data, filename)
        content = self._content(base, head, wish, found)
        if wish.way == "new":
            edition = head["issued_on"][:4]
            made = self._drafts.begin(actor, str(content["name"]), edition, content, wish.purpose)
            return made, found
        new = head["issued_on"][:4] if wish.way == "issued" else ""
        made = self._drafts.copy(
            actor, ELIMINATION, name, edition, wish.purpose, content=content, edition=new
        )
        return made, found

    def replace_lines(
        self, actor: Actor, draft: CatalogueDraft, data: bytes, filename: str, *, seen: int
    ) -> tuple[CatalogueDraft, Imported]:
        """The lines of a draft as the file says them; lines it does not have are gone (the comparison shows them).

        Raises NOT_ALLOWED, NOT_A_WORKBOOK, EQUIPMENT_CATALOGUE_LINES_FAULTY, EQUIPMENT_DRAFT_CHANGED,
        EQUIPMENT_DRAFT_CLOSED.
        """
        actor.require(EquipmentPermission.MAINTAIN)
        require_open(draft)
        found = self._read(actor, data, filename)
        content = put_lines(draft.content, found.lines, draft.content)
        content = with_rules(self._library, content, draft.content)
        return self._drafts.save(actor, draft.id, content, seen=seen), found

    def _read(self, actor: Actor, data: bytes, filename: str) -> Imported:
        today = today_in_china(self._drafts.clock).isoformat()
        found = read_catalogue(data, filename, actor.name, today)
        if found.problems:
            cells = tuple(
                Problem("CELL", f"{one.title}：{one.message}", one.address) for one in found.problems
            )
            raise LINES_FAULTY(count=len(cells), problems=cells)
        return found

    def _content(self, base: Json, head: Mapping[str, str], wish: Wish, found: Imported) -> Json:
        content: Json = {
            **base,
            "$id": "",
            "format": 1,
            "name": str(base.get("name") or self._drafts.free_name(head["title"])),
            **{key: head[key] for key, _, _ in HEAD_FIELDS},
            "valid_to": base.get("valid_to") if wish.way == "mend" else None,
            "confidence": VERIFIED if wish.checked else RECALLED,
            "sources": dict(base.get("sources") or {}),
            "rules": list(base.get("rules") or []),
        }
        content.pop("$schema", None)
        content = put_lines(content, found.lines, base)
        used = {str(one["source"]) for one in content["items"]}
        content["sources"] = {key: text for key, text in content["sources"].items() if key in used}
        return with_rules(self._library, content, base)


def head_faults(head: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the head as typed, each with the field it belongs to."""
    found = []
    for key, title, most in HEAD_FIELDS:
        text = head.get(key, "")
        if not text and key in ("title", "full_title", "issuer", "issued_on", "valid_from"):
            found.append(Problem("HEAD", f"请填写{title}。", f"/{key}"))
        elif len(text) > most:
            found.append(Problem("HEAD", f"{title}最多 {most} 个字。", f"/{key}"))
    issued = head.get("issued_on", "")
    if issued and (_ISSUED.fullmatch(issued) is None or not _real(issued)):
        found.append(
            Problem("HEAD", "发布日期写成 2026-03-06；只知道年或月的写 2026 或 2026-03。", "/issued_on")
        )
    first = head.get("valid_from", "")
    if first and (
        day_of(first) is None or not date(1990, 1, 1) <= date.fromisoformat(first) <= date(2100, 12, 31)
    ):
        found.append(Problem("HEAD", "施行日期写成 2026-03-06。", "/valid_from"))
    return found


def kept_error(error: AppError) -> bool:
    """Whether a refusal belongs on the page that asked, beside what was typed."""
    return error.kind in (Kind.INVALID, Kind.CONFLICT)


def _given(wish: Wish) -> dict[str, str]:
    """What was typed; of a mended edition empty fields keep what it says."""
    typed = {key: " ".join(wish.head.get(key, "").split()) for key, _, _ in HEAD_FIELDS}
    return {key: text for key, text in typed.items() if text or wish.way == "new"}


def _real(text: str) -> bool:
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def head_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The head of a file as a form shows it."""
    return {key: str(content.get(key) or "") for key, _, _ in HEAD_FIELDS}
