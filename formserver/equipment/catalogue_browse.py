"""Looking through elimination catalogues: editions with their days, lines, and which rules speak to a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from formserver.core.clock import Clock, today_in_china
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.repository import Definition
from formserver.core.errors import NOT_FOUND
from formserver.equipment.catalogue_content import STATE_WORDS, rows_of, source_of, state_of
from formserver.equipment.catalogue_diff import LINE_FIELDS, line_title
from formserver.equipment.catalogue_models import ELIMINATION, MATCHING, Json
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Rule
from formserver.equipment.matching.normalising import normal_form

STATE_COLOURS: Final = {
    "现行": "green",
    "将施行": "blue",
    "已失效": "grey",
    "已撤回": "red",
    "已替换": "grey",
}
FOUND_MOST: Final = 60
_FIRST_YEAR: Final = 2008


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a catalogue or of rules as pages show it."""

    definition: Definition
    data: Json
    state: str

    @property
    def title(self) -> str:
        """The short title."""
        return str(self.data.get("title") or self.definition.name)

    @property
    def own(self) -> bool:
        """Whether it was made on this server."""
        return self.definition.origin == "local"

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(rows_of(self.data, "items"))

    @property
    def counts(self) -> Mapping[str, int]:
        """How many lines are how sure, by words."""
        found = Counter(state_of(self.data, one) for one in rows_of(self.data, "items"))
        return {word: found[key] for key, word in STATE_WORDS.items() if found[key]}

    @property
    def validity(self) -> str:
        """Its days in words."""
        first, last = self.definition.valid_from, self.definition.valid_to
        if first and last and last < first:
            return "自首日起被替换"
        begins = f"{first.isoformat()} 起" if first else "一直施行"
        return f"{first.isoformat() if first else '开始'} 至 {last.isoformat()}" if last else begins


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of an edition with its own source in words."""

    edition: Edition
    line: Json

    @property
    def id(self) -> str:
        """Its id in the edition."""
        return str(self.line.get("id"))

    @property
    def ref(self) -> str:
        """How rules name it."""
        return f"{self.edition.definition.name}:{self.id}"

    @property
    def title(self) -> str:
        """How people name it."""
        return line_title(self.line)

    @property
    def deadline(self) -> str:
        """What the catalogue says about the last day of use."""
        found = self.line.get("deadline")
        return str(found.get("text") or found.get("on") or "") if isinstance(found, dict) else ""

    @property
    def state(self) -> str:
        """How sure it is, in a word."""
        return STATE_WORDS[state_of(self.edition.data, self.line)]

    @property
    def open(self) -> bool:
        """Whether nobody of this server has held it against the issued text."""
        return state_of(self.edition.data, self.line) != "checked"

    @property
    def source(self) -> str:
        """Where it was seen."""
        return source_of(self.edition.data, self.line)


@dataclass(frozen=True, slots=True)
class LineQuery:
    """Which lines: empty fields do not narrow."""

    section: str = ""
    category: str = ""
    confidence: str = ""
    text: str = ""


class Browsing:
    """Reads definitions; what it worked out is kept until one changes."""

    def __init__(self, catalogue: Catalogue, library: EquipmentLibrary, clock: Clock) -> None:
        self._catalogue = catalogue
        self._library = library
        self._clock = clock

    @property
    def today(self) -> date:
        """Today in China."""
        return today_in_china(self._clock)

    def editions(self, kind: str = ELIMINATION, name: str = "") -> tuple[Edition, ...]:
        """Every edition, by name, the newest first; drafts of definitions that nobody may use are left out."""
        found = [
            one
            for one in self._catalogue.definitions(kind, name or None)
            if one.status != "draft" or one.usable
        ]
        order = sorted(found, key=lambda one: (one.valid_from or date.min, one.version), reverse=True)
        return tuple(self._edition(one) for one in order)

    def edition(self, kind: str, name: str, edition: str) -> Edition:
        """One edition. Raises DEFINITION_NOT_FOUND, NOT_FOUND."""
        if kind not in (ELIMINATION, MATCHING):
            raise NOT_FOUND(what="这一版")
        return self._edition(self._catalogue.definition(kind, name, edition))

    def current(self, kind: str, name: str) -> Edition | None:
        """The edition in force today."""
        return next((one for one in self.editions(kind, name) if one.state == "现行"), None)

    def lines(self, edition: Edition, wanted: LineQuery) -> tuple[LineView, ...]:
        """The lines of an edition that a question finds, in their order."""
        views = (LineView(edition, one) for one in rows_of(edition.data, "items"))
        return tuple(one for one in views if _fits(one, wanted))

    def line(self, edition: Edition, line_id: str) -> LineView:
        """One line. Raises NOT_FOUND."""
        found = next((one for one in rows_of(edition.data, "items") if one.get("id") == line_id), None)
        if found is None:
            raise NOT_FOUND(what="这一条目录")
        return LineView(edition, found)

    def find(self, text: str) -> tuple[LineView, ...]:
        """Lines of the editions in force today whose model contains ``text``, then whole series it belongs to."""
        wanted = normal_form(text)
        if len(wanted) < 2:
            return ()
        inside, series = [], []
        for edition, models in self._models():
            for line, model in zip(rows_of(edition.data, "items"), models, strict=True):
                if wanted in model:
                    inside.append(LineView(edition, line))
                elif _is_series(str(line.get("model")), model, wanted):
                    series.append(LineView(edition, line))
        return tuple((*inside, *series)[:FOUND_MOST])

    def rules_of(self, ref: str, edition: Edition) -> tuple[Rule, ...]:
        """The rules that rest on a line, as of a day its edition holds."""
        return self._by_line(self.day_of(edition)).get(ref, ())

    def spoken_of(self, edition: Edition) -> Mapping[str, tuple[Rule, ...]]:
        """Reference of a line → the rules that rest on it."""
        return self._by_line(self.day_of(edition))

    def day_of(self, edition: Edition) -> date:
        """Today where the edition holds today, else a day it holds or held."""
        one, today = edition.definition, self.today
        if one.in_force(today):
            return today
        return one.valid_to if one.valid_to and one.valid_to < today else (one.valid_from or today)

    def span(self, editions: Iterable[Edition]) -> tuple[int, int]:
        """The years a timeline shows."""
        years = [one.definition.valid_from.year for one in editions if one.definition.valid_from]
        return min([_FIRST_YEAR, *years]), max([self.today.year, *years]) + 2

    def _edition(self, found: Definition) -> Edition:
        key = f"equipment-edition:{found.id}:{found.sha256}"
        data: Json = self._catalogue.remember(key, lambda: read_json(found.content, found.id))
        return Edition(found, data, self._state(found))

    def _state(self, found: Definition) -> str:
        if found.status == "withdrawn":
            return "已撤回"
        if found.valid_from and found.valid_to and found.valid_to < found.valid_from:
            return "已替换"
        if found.in_force(self.today):
            return "现行"
        return "将施行" if found.valid_from and found.valid_from > self.today else "已失效"

    def _models(self) -> tuple[tuple[Edition, tuple[str, ...]], ...]:
        """The editions in force with the normal form of every model."""
        found = [one for one in self.editions() if one.state == "现行"]
        found.sort(key=lambda one: one.definition.name)

        def normal() -> tuple[tuple[str, ...], ...]:
            return tuple(
                tuple(normal_form(str(line.get("model") or "")) for line in rows_of(one.data, "items"))
                for one in found
            )

        key = "equipment-models:" + ",".join(one.definition.id for one in found)
        models: tuple[tuple[str, ...], ...] = self._catalogue.remember(key, normal)
        return tuple(zip(found, models, strict=True))

    def _by_line(self, day: date) -> Mapping[str, tuple[Rule, ...]]:
        def gather() -> Mapping[str, tuple[Rule, ...]]:
            made: dict[str, list[Rule]] = {}
            for rule in self._library.rules(day):
                for ref in rule.items:
                    made.setdefault(ref, []).append(rule)
            return {ref: tuple(rules) for ref, rules in made.items()}

        found: Mapping[str, tuple[Rule, ...]] = self._catalogue.remember(f"equipment-by-line:{day}", gather)
        return found


def _fits(view: LineView, wanted: LineQuery) -> bool:
    line = view.line
    if wanted.section and line.get("section") != wanted.section:
        return False
    if wanted.category and line.get("category") != wanted.category:
        return False
    if wanted.confidence and state_of(view.edition.data, line) != wanted.confidence:
        return False
    if not wanted.text:
        return True
    plain = "".join(wanted.text.split()).casefold()
    said = "".join(str(line.get(key) or "") for key in LINE_FIELDS if key not in ("deadline", "source"))
    normal = normal_form(wanted.text)
    return plain in "".join(said.split()).casefold() or (
        len(normal) > 1 and normal in normal_form(str(line.get("model") or ""))
    )


def _is_series(written: str, model: str, wanted: str) -> bool:
    """Whether a line names a whole series (JO2系列) a model belongs to (JO2-52-4)."""
    if "系列" not in written or len(model) < 2 or not wanted.startswith(model):
        return False
    rest = wanted[len(model) :]
    return bool(rest) and not rest[0].isalpha() and not (model[-1].isdigit() and rest[0].isdigit())
