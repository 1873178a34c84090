"""What accounts needs from slices above it, and gets through the context."""

from __future__ import annotations

from typing import Protocol

from formserver.core.store_ports import UnitOfWork


class AgencyDirectory(Protocol):
    """The tree of agencies, as far as deciding who sees what."""

    def subtree_ids(self, agency_id: str) -> frozenset[str]:
        """The agency and everything below it; empty for an unknown id."""
        ...

    def name_of(self, agency_id: str) -> str:
        """The agency's name, or an empty text."""
        ...

    def name_within(self, u: UnitOfWork, agency_id: str) -> str:
        """Like :meth:`name_of`, inside a unit of work that is open already."""
        ...

    def id_by_code(self, code: str) -> str:
        """The id of the agency with this code. Raises NOT_FOUND."""
        ...
