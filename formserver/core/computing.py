"""Fields the server works out: what stands in them is never what somebody sent.

A property with ``x-widget: calculator:<name>`` belongs to the :class:`FieldComputer` registered under that name by a
slice (``Feature.computers``). It is asked whenever a body is about to be kept: a change to a draft, a new document, a
version, a merge. What people state (inputs) passes through; what it makes of that is replaced by its own, except where
nothing was changed since a body this server has kept itself: old numbers are never worked out again in silence.

Rows of other lists that a computer fills carry :data:`CALCULATED`, the place they come from; a person who takes one
over moves that text to :data:`DETACHED`, and the row is theirs from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from formserver.core.clock import today_in_china
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.errors import Problem
from formserver.core.merge import Merged, three_way
from formserver.core.models import Json
from formserver.core.store_ports import UnitOfWork

if TYPE_CHECKING:
    from formserver.core.service_kit import Kit

PREFIX: Final = "calculator:"
CALCULATED: Final = "calculated"
"""Property of a row: which place of the computed field it was made from. Such a row is drawn and not typed into."""
DETACHED: Final = "detached"
"""Property of a row: where it came from before a person took it over."""
UNSETTLED: Final = "CALCULATION_UNSETTLED"
"""Code of what stands against a calculation that cannot be stated as a result yet."""


class FieldComputer(Protocol):
    """Works out the computed parts of a body for one field. Never raises for what people typed."""

    def compute(self, dt: DocumentType, field: Field, body: Json, trusted: Sequence[Json], on: date) -> Json:
        """``body`` with its computed parts made anew; what is not theirs stays the same, typed nonsense too.

        A part whose inputs equal those in one of ``trusted`` (bodies this server kept) keeps the result stored there.
        """
        ...

    def unsettled(self, dt: DocumentType, field: Field, body: Mapping[str, Any]) -> list[Problem]:
        """Warnings (:data:`UNSETTLED`) for rows whose result does not stand yet, each at its row."""
        ...

    def stated(self, dt: DocumentType, field: Field, body: Json) -> Json:
        """``body`` without what :meth:`compute` makes: what two people's work is compared and merged by."""
        ...


FieldComputerFactory = Callable[[UnitOfWork], FieldComputer]
"""Makes the computer for one unit of work, so that it reads what it needs (confirmed figures) on its connection."""


def computer_name(field: Field) -> str:
    """The name of the computer a field belongs to; empty for ordinary fields."""
    return field.widget.removeprefix(PREFIX) if field.widget.startswith(PREFIX) else ""


@lru_cache(maxsize=256)
def computed_fields(dt: DocumentType) -> tuple[Field, ...]:
    """The top-level fields of a type that are computed."""
    return tuple(field for field in dt.children.get("", ()) if computer_name(field))


def compute(kit: Kit, u: UnitOfWork, dt: DocumentType, body: Json, *trusted: Mapping[str, Any]) -> Json:
    """``body`` as it may be kept: every computed part is the server's own."""
    on = today_in_china(kit.clock)
    for field, computer in _computers(kit, u, dt):
        body = computer.compute(dt, field, body, [dict(one) for one in trusted], on)
    return body


def unsettled(
    kit: Kit, dt: DocumentType, body: Mapping[str, Any], hidden: Collection[str] = ()
) -> list[Problem]:
    """What stands against the results of a body, as warnings; nothing of fields that are ``hidden``."""
    if not computed_fields(dt):
        return []
    with kit.store.uow() as u:
        return [
            problem
            for field, computer in _computers(kit, u, dt)
            if field.pointer not in hidden
            for problem in computer.unsettled(dt, field, body)
        ]


def merge_stated(kit: Kit, u: UnitOfWork, dt: DocumentType, base: Json, mine: Json, theirs: Json) -> Merged:
    """A three-way merge of what people stated; results are no reason for a conflict and must be computed again."""
    for field, computer in _computers(kit, u, dt):
        base, mine, theirs = (computer.stated(dt, field, one) for one in (base, mine, theirs))
    return three_way(base, mine, theirs)


def _computers(kit: Kit, u: UnitOfWork, dt: DocumentType) -> list[tuple[Field, FieldComputer]]:
    found = []
    for field in computed_fields(dt):
        factory = kit.computers.get(computer_name(field))
        if factory is not None:
            found.append((field, factory(u)))
    return found
