"""Takes what people decided over from the list before: 沿用待复核, until somebody looks at it again."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from formserver.core.ids import new_id
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.models import Decision, EquipmentList, ListRow
from formserver.equipment.review_repository import DecisionRepository

CARRIED = "carried"


@dataclasses.dataclass(frozen=True, slots=True)
class _Earlier:
    """As little as possible: a list may hold a hundred thousand of them."""

    standing: str
    act: str
    basis: str
    reason: str
    by: str
    by_name: str
    at: datetime


class Carrier:
    """Made once per checking, asked for every row; it does not hold on to the unit of work it was made in.

    The same equipment is what has the same identity (model, date and place as stated) and, where a list holds it several
    times, the same copy. A decision that was taken back, and rows that cannot be judged, carry nothing.
    """

    def __init__(self, u: UnitOfWork, previous: EquipmentList | None) -> None:
        self._from = previous.id if previous else ""
        self._earlier: dict[tuple[bytes, int], _Earlier] = {}
        if previous is None:
            return
        for identity, copy, standing, one in u.repository(DecisionRepository).carriable(previous.id):
            known = _Earlier(standing, one.act, one.basis, one.reason, one.by, one.by_name, one.at)
            self._earlier[bytes.fromhex(identity), copy] = known

    def carry(self, row: ListRow, new_list: EquipmentList) -> tuple[ListRow, Decision | None]:
        """The row with what stood before, and the decision to append; both as they are where nothing was decided.

        The decision keeps its act, person, time and reason and names the list it came from; what the machine says is
        that of the new list.
        """
        earlier = self._earlier.get((bytes.fromhex(row.identity), row.copy)) if row.verdict else None
        if earlier is None:
            return row, None
        decision = Decision(
            id=new_id(),
            list_id=new_list.id,
            number=row.number,
            identity=row.identity,
            copy=row.copy,
            act=earlier.act,
            basis=earlier.basis,
            reason=earlier.reason,
            before=row.standing,
            after=earlier.standing,
            machine=row.verdict,
            library=new_list.library,
            by=earlier.by,
            by_name=earlier.by_name,
            agency_id=new_list.agency_id,
            at=earlier.at.astimezone(UTC),
            carried_from=self._from,
        )
        return dataclasses.replace(row, standing=earlier.standing, decided=CARRIED), decision
