"""What is known of a sheet before it is laid out: how far it reaches, what it hides, which cells show no value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

LAST_ROW: Final = 1_048_576
"""Of any sheet."""
MOST_NAMED: Final = 1_000
"""Addresses kept by name; beyond them only the count grows."""


@dataclass(slots=True)
class SheetFacts:
    """One member of a workbook. Addresses are as in the file (``C17``).

    ``missing`` are formulas without a value, ``faults`` cells with ``#N/A`` and the like: readers show both as empty.
    """

    last_row: int = 0
    last_column: int = 0
    texts: int = 0
    """References to shared texts."""
    formulas: int = 0
    missing: list[str] = field(default_factory=list)
    missing_count: int = 0
    faults: list[str] = field(default_factory=list)
    faults_count: int = 0
    hidden_rows: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last, from 1."""
    filtered: bool = False

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1 to the last row and column that hold something."""
        return self.last_row * self.last_column

    def miss(self, address: str) -> None:
        """A formula nobody has worked out."""
        self.missing_count += 1
        if len(self.missing) < MOST_NAMED:
            self.missing.append(address)

    def fault(self, address: str) -> None:
        """A cell that shows an error."""
        self.faults_count += 1
        if len(self.faults) < MOST_NAMED:
            self.faults.append(address)
