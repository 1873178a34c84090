"""What another judgement changes in a row, and a whole list of such changes. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formserver.equipment.joint import Judgement, judgement_to_json
from formserver.equipment.models import ListRow


@dataclass(frozen=True, slots=True)
class Change:
    """One row that would come to something else: verdicts by key, rules by id, ``was`` and ``now`` catalogue and line."""

    number: int
    name: str
    model: str
    before: str
    after: str
    rule_before: str
    rule_after: str
    was: str
    now: str
    decided: str
    standing: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change: ``moves`` counts (verdict before, after), ``shown`` are the first, ``kept`` the rows under a
    decision whose machine verdict changes. ``library`` is the stamp it was worked out with."""

    library: str
    rows: int
    changed: int
    kept: int
    moves: tuple[tuple[str, str, int], ...]
    shown: tuple[Change, ...]


def change_of(row: ListRow, judgement: Judgement) -> Change | None:
    """What another judgement changes that matters: verdict, rule or line of the catalogue. None where nothing does."""
    finding, old = judgement.finding, dict(row.judged.get("finding", {}))
    item = finding.item.ref if finding.item else ""
    old_item = str((old.get("item") or {}).get("ref", ""))
    was = (row.verdict, str(old.get("rule", "")), old_item, row.reason)
    if was == (judgement.verdict.value, finding.rule, item, judgement.reason):
        return None
    cells = row.stated.get("cells", {})
    return Change(
        number=row.number,
        name=str(cells.get("name", ""))[:60],
        model=str(cells.get("model", ""))[:80],
        before=row.verdict,
        after=judgement.verdict.value,
        rule_before=str(old.get("rule", "")),
        rule_after=finding.rule,
        was=f"{old.get('catalogue', '')} {old.get('seq', '')}".strip(),
        now=f"{finding.catalogue} {finding.seq}".strip(),
        decided=row.decided,
        standing=row.standing,
    )


def judged_again(row: ListRow, judgement: Judgement) -> ListRow:
    """The row with another judgement; what a person decided stands, to be looked at where the machine changed its mind."""
    finding, verdict = judgement.finding, judgement.verdict.value
    moved = verdict != row.verdict
    return dataclasses.replace(
        row,
        judged=judgement_to_json(judgement),
        verdict=verdict,
        category=finding.category,
        reason=judgement.reason,
        catalogue=finding.catalogue,
        grade=judgement.grade.grade,
        standing=row.standing if row.decided else verdict,
        decided="carried" if row.decided and moved else row.decided,
    )


def preview_to_json(preview: Preview) -> dict[str, Any]:
    """As the result of a job."""
    plain = dataclasses.asdict(preview)
    return {**plain, "moves": [list(one) for one in preview.moves], "shown": list(plain["shown"])}


def preview_from_json(data: Mapping[str, Any]) -> Preview:
    """The inverse of :func:`preview_to_json`."""
    moves = tuple((str(one[0]), str(one[1]), int(one[2])) for one in data["moves"])
    shown = tuple(Change(**one) for one in data["shown"])
    return Preview(**{**data, "moves": moves, "shown": shown})
