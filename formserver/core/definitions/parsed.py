"""What a reading of typed text gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parsed:
    """``value`` in body form, or None.

    ``interpretation`` is shown when the reading is more than the letters (理解为 2024年5月6日). ``question`` is asked
    when it is not certain: without a value the typed text stays as raw text; with one it is a hint beside the field.
    No value and no question: the field is left empty.
    """

    value: Any = None
    interpretation: str = ""
    question: str = ""

    @property
    def understood(self) -> bool:
        """Whether the text may leave the raw store: there is a value, or it means that nothing is filled in."""
        return self.value is not None or not self.question


NOTHING = Parsed()
"""An empty field."""
