"""A stated row and its judgement as a row of a kept list."""

from __future__ import annotations

from formserver.equipment.joint import Judgement, judgement_to_json
from formserver.equipment.lists_identity import Copies, identity_of
from formserver.equipment.models import ListRow
from formserver.equipment.reading.keeping import stated_to_json
from formserver.equipment.reading.model import StatedRow
from formserver.equipment.row_amounts import row_amounts


def list_row(list_id: str, stated: StatedRow, judgement: Judgement | None, copies: Copies) -> ListRow:
    """The row as it is kept before anybody has spoken about it; ``judgement`` is None for blocked rows."""
    identity = identity_of(stated.cells)
    kept = stated_to_json(stated)
    verdict = judgement.verdict.value if judgement is not None else ""
    return ListRow(
        list_id=list_id,
        number=stated.number,
        sheet=stated.sheet,
        row=stated.row,
        identity=identity,
        copy=copies.next(identity),
        stated=kept,
        judged=judgement_to_json(judgement) if judgement is not None else {},
        verdict=verdict,
        category=judgement.finding.category if judgement is not None else "",
        reason=judgement.reason if judgement is not None else "",
        catalogue=judgement.finding.catalogue if judgement is not None else "",
        grade=judgement.grade.grade if judgement is not None else "",
        standing=verdict,
        **row_amounts(kept),
    )
