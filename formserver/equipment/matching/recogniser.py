"""Recognition of one row after another as of a day."""

from __future__ import annotations

from formserver.equipment.matching.model import Equipment, Finding


class Recogniser:
    """Immutable; safe to share between threads. The same row always gives the same finding."""

    def recognise(self, equipment: Equipment) -> Finding:
        """What the catalogues say about one row. Never raises for what people wrote."""
        raise NotImplementedError
