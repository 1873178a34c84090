"""The register of numbers of the memory twin."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from formserver.core.errors import NOT_FOUND
from formserver.core.models import NumberEntry, NumberStatus, Series
from formserver.store.failures import CONFLICT


class NumberState(Protocol):
    """The part of the state this register works on."""

    counters: dict[Series, int]
    numbers: dict[tuple[Series, int], NumberEntry]


class MemoryNumbers:
    """:class:`~formserver.core.store_ports.NumberLedger` in dictionaries."""

    def __init__(self, state: NumberState) -> None:
        self._state = state

    def allocate(self, series: Series) -> int:
        """The next seq of the series."""
        seq = self._state.counters.get(series, 1)
        self._state.counters[series] = seq + 1
        return seq

    def set_start(self, series: Series, next_seq: int) -> None:
        """Start in mid-year. Raises STORE_CONFLICT."""
        used = [seq for known, seq in self._state.numbers if known == series]
        if next_seq <= max([0, *used]):
            raise CONFLICT(what=f"起始号 {next_seq} 或其后的号")
        self._state.counters[series] = next_seq

    def record(self, entry: NumberEntry) -> NumberEntry:
        """Insert a line. Raises STORE_CONFLICT."""
        if entry.seq <= 0 and entry.status is NumberStatus.EXTERNAL:
            seqs = [seq for known, seq in self._state.numbers if known == entry.series]
            entry = replace(entry, seq=min([1, *seqs]) - 1)
        if (entry.series, entry.seq) in self._state.numbers or self._line(entry) is not None:
            raise CONFLICT(what=f"文号“{entry.text}”")
        self._state.numbers[entry.series, entry.seq] = entry
        return entry

    def change(self, entry: NumberEntry, *, expected: NumberStatus | None = None) -> None:
        """Change the line with this text, if it has the ``expected`` status. Raises NOT_FOUND, STORE_CONFLICT."""
        known = self._line(entry)
        if known is None:
            raise NOT_FOUND(what=f"文号“{entry.text}”")
        if expected is not None and known.status is not expected:
            raise CONFLICT(what=f"文号“{entry.text}”")
        changed = replace(entry, series=known.series, seq=known.seq)
        self._state.numbers[known.series, known.seq] = changed

    def next_seq(self, series: Series) -> int:
        """The seq that comes next."""
        return self._state.counters.get(series, 1)

    def reserved(self, agency_id: str, type_key: str) -> tuple[NumberEntry, ...]:
        """The reserved numbers that nobody has used, oldest first."""
        found = [
            entry
            for (series, _), entry in self._state.numbers.items()
            if (series.agency_id, series.type, entry.status) == (agency_id, type_key, NumberStatus.RESERVED)
        ]
        return tuple(sorted(found, key=lambda entry: (entry.series.year, entry.seq)))

    def for_document(self, document_id: str) -> tuple[NumberEntry, ...]:
        """The lines of a document, oldest first."""
        found = [entry for entry in self._state.numbers.values() if entry.document_id == document_id]
        return tuple(sorted(found, key=lambda entry: (entry.at, entry.series.year, entry.seq)))

    def entries(self, series: Series) -> tuple[NumberEntry, ...]:
        """The register of a series by seq."""
        found = [entry for (known, _), entry in self._state.numbers.items() if known == series]
        return tuple(sorted(found, key=lambda entry: entry.seq))

    def _line(self, entry: NumberEntry) -> NumberEntry | None:
        for known in self._state.numbers.values():
            same_register = (known.series.agency_id, known.series.type) == (
                entry.series.agency_id,
                entry.series.type,
            )
            if same_register and known.text == entry.text:
                return known
        return None
