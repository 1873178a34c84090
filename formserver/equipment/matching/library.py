"""Which catalogues and rules hold on a day, read from the definitions of this server and kept until they change."""

from __future__ import annotations

from datetime import date

from formserver.core.definitions.editions import Catalogue
from formserver.equipment.matching.model import Batch, Item, Rule
from formserver.equipment.matching.recogniser import Recogniser


class EquipmentLibrary:
    """One per process; safe to share between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @property
    def catalogue(self) -> Catalogue:
        """The definitions it reads from."""
        return self._catalogue

    def batches(self, on: date | None = None) -> tuple[Batch, ...]:
        """The edition of every elimination catalogue in force on ``on``, all usable editions for None; in order of name."""
        raise NotImplementedError

    def item(self, ref: str, on: date) -> Item | None:
        """The line ``batch_2:1-1.1`` of the edition in force on ``on``."""
        raise NotImplementedError

    def rules(self, on: date) -> tuple[Rule, ...]:
        """Every rule in the order that decides between equals: those of ``matching``, then those catalogues bring."""
        raise NotImplementedError

    def recogniser(self, as_of: date) -> Recogniser:
        """Recognition as of a day (matching specification: the day of the inspection). Kept per day."""
        raise NotImplementedError

    def stamp(self, as_of: date) -> str:
        """A short hash of every definition a recogniser of that day rests on: what a result names as its rule library."""
        raise NotImplementedError
