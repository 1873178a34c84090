"""Lines of catalogues to choose from in the form of a rule: by model, number of the line or name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import jsonify, request

from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_browse import Browsing
from formserver.equipment.catalogue_content import row_of, rows_of
from formserver.equipment.catalogue_diff import line_title
from formserver.equipment.catalogue_draft_page import shown_draft
from formserver.equipment.catalogue_models import ELIMINATION, CatalogueDraft, Json
from formserver.equipment.matching.normalising import normal_form
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import service
from formserver.web.permissions import requires

FOUND_MOST: Final = 40
TOLD_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A line as rules name it, and as people do ("" for one that is in no catalogue)."""

    ref: str
    title: str
    where: str = ""


@equipment.get("/drafts/<catalogue_draft_id>/line-choices")
@requires(EquipmentPermission.MAINTAIN)
def line_choices(catalogue_draft_id: str) -> Any:
    """Lines a text finds, those of the draft itself first."""
    found = find_lines(shown_draft(catalogue_draft_id), request.args.get("q", ""))
    return jsonify(lines=[{"ref": one.ref, "title": one.title, "where": one.where} for one in found])


def find_lines(draft: CatalogueDraft, text: str) -> tuple[LineChoice, ...]:
    """Lines whose number, name or model holds every word of ``text``, at most 40; exact numbers and models first."""
    words = ["".join(word.split()).casefold() for word in text[:100].split()]
    if not words or sum(map(len, words)) < 2:
        return ()
    normal = normal_form(text[:100])
    first: list[LineChoice] = []
    later: list[LineChoice] = []
    seen: set[str] = set()
    for name, where, line in _every(draft):
        ref = f"{name}:{line.get('id')}"
        said = "".join(f"{where} {line_title(line)} {ref}".split()).casefold()
        model = normal_form(str(line.get("model") or ""))
        if ref in seen or not (all(word in said for word in words) or (len(normal) > 1 and normal in model)):
            continue
        seen.add(ref)
        exact = text.strip() == str(line.get("seq")) or (len(normal) > 1 and normal == model)
        (first if exact else later).append(LineChoice(ref, line_title(line), where))
        if len(first) >= FOUND_MOST:
            break
    return tuple((*first, *later)[:FOUND_MOST])


def told_lines(draft: CatalogueDraft, refs: Any) -> tuple[LineChoice, ...]:
    """What the references of a rule stand for, the first hundred."""
    if not isinstance(refs, list):
        return ()
    wanted = [str(one) for one in refs[:TOLD_MOST]]
    known: dict[str, LineChoice] = {}
    names = {one.partition(":")[0] for one in wanted}
    for name, where, data in _files(draft):
        if name not in names:
            continue
        for ref in wanted:
            head, _, line_id = ref.partition(":")
            if head == name and ref not in known and (line := row_of(data, "items", line_id)) is not None:
                known[ref] = LineChoice(ref, line_title(line), where)
    return tuple(known.get(one, LineChoice(one, "")) for one in wanted)


def with_lines(rule: Json, chosen: Sequence[str]) -> Json:
    """The rule with the chosen lines behind those it names already."""
    items = rule.get("items")
    have = [str(one) for one in items] if isinstance(items, list) else []
    more = [one.strip() for one in chosen[:FOUND_MOST] if one.strip() and one.strip() not in have]
    return {**rule, "items": [*have, *dict.fromkeys(more)]} if more else rule


def _every(draft: CatalogueDraft) -> Iterator[tuple[str, str, Json]]:
    for name, where, data in _files(draft):
        for line in rows_of(data, "items"):
            yield name, where, line


def _files(draft: CatalogueDraft) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Name, title and file of every catalogue: the draft itself, then editions in force, then all others."""
    editions = sorted(service(Browsing).editions(ELIMINATION), key=lambda one: one.state != "现行")
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    if draft.kind == ELIMINATION:
        found.append((draft.name, f"本草案 {draft.title}", draft.content))
    found += [
        (one.definition.name, f"{one.title} {one.definition.version}", one.data)
        for one in editions
        if one.definition.status != "withdrawn"
    ]
    return found
