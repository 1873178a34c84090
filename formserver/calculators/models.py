"""A confirmed figure and a kept calculation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody compared a figure (or a formula) of a definition with the standard itself.

    ``figure_id`` is ``<definition id>#<place in it>``; ``value`` the text that was confirmed: a definition that says
    something else later is not confirmed by it. ``against_what`` names the original, e.g. 标准原文第5页表2.
    """

    id: str
    figure_id: str
    value: str
    confidence_before: str
    against_what: str
    note: str
    confirmed_by: str
    confirmed_by_name: str
    agency_id: str
    confirmed_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_by_name: str = ""
    withdrawn_reason: str = ""

    def holds_for(self, value: str) -> bool:
        """Whether a figure of this value (or a formula of these words) is the one that was confirmed."""
        return self.withdrawn_at is None and same_value(self.value, value)


def same_value(one: str, other: str) -> bool:
    """Whether two texts say the same: the same words, or the same number."""
    if one == other:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


@dataclass(frozen=True, slots=True)
class SavedCalculation:
    """A calculation as it was asked and answered. ``request`` and ``result`` are plain data of the contract.

    ``enterprise_id`` is empty where no enterprise was chosen. Numbers are never altered, whatever later editions say;
    its owner may give it another title or enterprise, and delete it.
    """

    id: str
    owner_id: str
    owner_name: str
    agency_id: str
    enterprise_id: str
    calculator: str
    product: str
    title: str
    request: dict[str, Any]
    result: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UsedProduct:
    """A product a person kept calculations of; ``last`` is when the newest was kept."""

    calculator: str
    product: str
    last: datetime
