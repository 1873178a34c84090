"""What a draft would change: labelled rows, and the newest lists of one's agencies."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.permissions import Actor
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_trial import trial_catalogue
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.repository import EquipmentListRepository
from formserver.equipment.sample_checking import Pairs, broken, differing, outcomes
from formserver.equipment.sample_models import STATED
from formserver.equipment.sample_service import Samples

MOST_LISTS: Final = 5
MOST_ROWS: Final = 20_000
_EXAMPLES: Final = 5
_KEPT: Final = 4
"""A library of rules takes some megabytes."""


@dataclass(frozen=True, slots=True)
class SampleEffect:
    """Labelled rows under a draft: those that stop being right, that become right, and others that change."""

    rows: int
    broken: Pairs
    mended: Pairs
    others: Pairs

    @property
    def nothing(self) -> bool:
        """Whether every labelled row comes out as before."""
        return not (self.broken or self.mended or self.others)


@dataclass(frozen=True, slots=True)
class RowEffect:
    """A row of a list whose verdict would change."""

    number: int
    name: str
    model: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ListEffect:
    """One list: how many of its rows were tried, how many change, by (before, after), and the first of them."""

    list: EquipmentList
    rows: int
    changed: int
    turns: Mapping[tuple[str, str], int]
    examples: tuple[RowEffect, ...]
    cut: bool = False


class Effects:
    """Tries drafts out; nothing is written."""

    def __init__(self, drafts: CatalogueDrafts, samples: Samples) -> None:
        self._drafts = drafts
        self._samples = samples
        self._tried: OrderedDict[str, tuple[int, object, EquipmentLibrary]] = OrderedDict()
        self._lock = threading.Lock()

    def library(self, draft: CatalogueDraft) -> EquipmentLibrary:
        """Recognition as if the draft held, kept for the drafts tried last. Raises ValueError for days that are none."""
        catalogue = self._drafts.catalogue
        mark = catalogue.remember("equipment-trial", object)  # another one when any definition changes
        with self._lock:
            known = self._tried.get(draft.id)
            if known is not None and known[0] == draft.tag and known[1] is mark:
                return known[2]
        made = EquipmentLibrary(trial_catalogue(catalogue, draft))
        with self._lock:
            self._tried[draft.id] = (draft.tag, mark, made)
            self._tried.move_to_end(draft.id)
            while len(self._tried) > _KEPT:
                self._tried.popitem(last=False)
        return made

    def samples(self, actor: Actor, draft: CatalogueDraft) -> SampleEffect:
        """Every labelled row that counts for this person, now and under the draft. Raises NOT_ALLOWED."""
        before = self._samples.outcomes(actor)
        after = outcomes(self.library(draft), [one.row for one in before])
        lost = broken(before, after)
        changed = [pair for pair in differing(before, after) if pair not in lost]
        won = tuple(pair for pair in changed if pair[1].right and not pair[0].right)
        return SampleEffect(len(before), lost, won, tuple(pair for pair in changed if pair not in won))

    def lists(self, actor: Actor, draft: CatalogueDraft) -> tuple[ListEffect, ...]:
        """The newest lists in the actor's scope, each as of its own day, until enough rows were tried."""
        found, left = [], MOST_ROWS
        with self._drafts.store.uow() as u:
            repository = u.repository(EquipmentListRepository)
            ready = (ListState.READY, ListState.CLOSED)
            lists = [one for one in repository.find(actor.scope, limit=50) if one.state in ready]
            for one in lists[:MOST_LISTS]:
                if left <= 0:
                    break
                effect = self._list(one, repository, self.library(draft), left)
                left -= effect.rows
                found.append(effect)
        return tuple(found)

    def _list(
        self, one: EquipmentList, repository: EquipmentListRepository, library: EquipmentLibrary, most: int
    ) -> ListEffect:
        now, then = self._samples.library.recogniser(one.as_of), library.recogniser(one.as_of)
        turns: Counter[tuple[str, str]] = Counter()
        examples: list[RowEffect] = []
        rows, cut = 0, False
        for row in repository.all_rows(one.id):
            if rows >= most:
                cut = True
                break
            if not row.verdict:  # blocked: it was not judged and is not judged here
                continue
            rows += 1
            equipment = equipment_of(row)
            before = now.recognise(equipment).verdict.value
            after = then.recognise(equipment).verdict.value
            if before != after:
                turns[before, after] += 1
                if len(examples) < _EXAMPLES:
                    examples.append(RowEffect(row.number, equipment.name, equipment.model, before, after))
        return ListEffect(one, rows, sum(turns.values()), turns, tuple(examples), cut)


def equipment_of(row: ListRow) -> Equipment:
    """What recognition reads of a kept row."""
    values: Any = row.stated.get("values") or row.stated.get("cells") or {}
    return Equipment(**{key: str(values.get(key) or "") for key in STATED})
