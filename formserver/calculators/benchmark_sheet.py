"""What stands on the benchmark page: everything typed, as typed, for one or more periods of one product.

Field names: ``p`` names the periods in their order; ``p0.start``, ``p0.end``, ``p0.edition``; ``i0.<input>``; ``e0`` names
the energy lines of period 0 in their order, ``e0.<line>.<field>`` their fields. ``kept`` carries what was typed for
products that are not shown now, so that nothing is lost by looking at another.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from formserver.core.definitions.grammar import ILLEGAL

MOST_PERIODS: Final = 3
MOST_LINES: Final = 60
_MOST_KEPT: Final = 40
_LONGEST: Final = 200
LINE_FIELDS: Final = (
    "carrier",
    "direction",
    "amount",
    "unit",
    "mode",
    "q_net",
    "q_unit",
    "coefficient",
    "coefficient_unit",
    "basis",
    "system",
    "use",
    "evidence",
    "origin",
    "opening_stock",
    "purchased",
    "exported",
    "closing_stock",
)
STOCKS: Final = LINE_FIELDS[-4:]
OWN_TO_A_PERIOD: Final = ("amount", "q_net", "evidence", *STOCKS)
"""What of a line is not carried into another year."""
LINE_DEFAULTS: Final = {
    "direction": "in",
    "mode": "default",
    "basis": "equivalent",
    "system": "main",
    "use": "fuel",
}


@dataclass(frozen=True)
class TypedLine:
    """One line of an energy table; ``no`` is its name on the page. ``carrier`` is a name or a key, as typed."""

    no: int
    values: dict[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has typed anything that counts."""
        return not any(self.values.get(key) for key in ("carrier", "amount", "q_net", "coefficient"))

    def emptied(self) -> TypedLine:
        """The same energy without what belongs to one period."""
        return TypedLine(self.no, {**self.values, **dict.fromkeys(OWN_TO_A_PERIOD, "")})


@dataclass(frozen=True)
class TypedPeriod:
    """One column of the page."""

    no: int
    start: str
    end: str
    edition: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    lines: tuple[TypedLine, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The page. ``product`` is ``calculator.product``; ``kept`` maps such a name to the inputs typed per period."""

    industry: str = ""
    product: str = ""
    title: str = ""
    enterprise: str = ""
    enterprise_id: str = ""
    new_project: bool = False
    production_state: str = "normal"
    periods: tuple[TypedPeriod, ...] = ()
    kept: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    @property
    def calculator(self) -> str:
        """The name of the calculator; "" when none is chosen."""
        return self.product.partition(".")[0]

    @property
    def product_key(self) -> str:
        """The product inside the calculator."""
        return self.product.partition(".")[2]

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on it that a plain link would leave behind."""
        return not self.kept and not any(p.inputs or p.lines for p in self.periods)

    def asked(self, *, industry: str, calculator: str, product: str, start: str, end: str) -> Sheet:
        """The page for what an address asks for: ``product`` alone, or ``calculator`` and the product inside it."""
        first = self.periods[0]
        if calculator and product and "." not in product:
            product = f"{calculator}.{product}"
        first = dataclasses.replace(first, start=_cut(start) or first.start, end=_cut(end) or first.end)
        return dataclasses.replace(
            self, industry=_cut(industry), product=_cut(product), periods=(first, *self.periods[1:])
        )

    def kept_json(self) -> str:
        """``kept`` as the hidden field carries it."""
        return json.dumps(self.kept, ensure_ascii=False, separators=(",", ":")) if self.kept else ""

    def show(self, product: str) -> Sheet:
        """The same page for another product: what was typed for this one is kept, what was kept for it comes back."""
        if product == self.product:
            return self
        kept = dict(self.kept)
        if self.product and any(any(p.inputs.values()) for p in self.periods):
            kept[self.product] = [dict(p.inputs) for p in self.periods]
        back = kept.pop(product, [])
        while len(kept) > _MOST_KEPT:
            kept.pop(next(iter(kept)))
        periods = tuple(
            dataclasses.replace(p, edition="", inputs=back[i] if i < len(back) else {})
            for i, p in enumerate(self.periods)
        )
        return dataclasses.replace(self, product=product, periods=periods, kept=kept)

    def with_period(self) -> Sheet:
        """One more column: the year before the earliest, with the same energies and empty amounts."""
        if len(self.periods) >= MOST_PERIODS:
            return self
        first = self.periods[-1]
        no = max(p.no for p in self.periods) + 1
        lines = tuple(line.emptied() for line in first.lines)
        new = TypedPeriod(no, year_moved(first.start, -1), year_moved(first.end, -1), "", {}, lines)
        return dataclasses.replace(self, periods=(*self.periods, new))

    def without_period(self, no: int) -> Sheet:
        """One column less; the last one stays."""
        left = tuple(p for p in self.periods if p.no != no)
        return dataclasses.replace(self, periods=left) if left else self

    def with_edition(self, no: int, edition: str) -> Sheet:
        """The page with an edition chosen for a period; "" leaves it to the period again."""
        periods = tuple(
            dataclasses.replace(p, edition=_cut(edition)) if p.no == no else p for p in self.periods
        )
        return dataclasses.replace(self, periods=periods)

    def split(self, no: int, day: str) -> Sheet:
        """One period in two: what was typed stays with the part from ``day`` on, the part before it is empty."""
        old = self.period(no)
        if old is None or len(self.periods) >= MOST_PERIODS or not old.start < day <= old.end:
            return self
        lines = tuple(line.emptied() for line in old.lines)
        later = dataclasses.replace(old, start=day, edition="")
        earlier = TypedPeriod(max(p.no for p in self.periods) + 1, old.start, _day_before(day), "", {}, lines)
        at = self.periods.index(old)
        return dataclasses.replace(
            self, periods=(*self.periods[:at], later, earlier, *self.periods[at + 1 :])
        )

    def following_year(self, carried: Collection[str]) -> Sheet:
        """A start for the year after: same product, energies and ``carried`` inputs, every other amount empty."""
        first = self.periods[0]
        lines = tuple(line.emptied() for line in first.lines)
        new = TypedPeriod(
            0,
            year_moved(first.start, 1),
            year_moved(first.end, 1),
            "",
            {key: value for key, value in first.inputs.items() if key in carried},
            lines,
        )
        return dataclasses.replace(self, title="", periods=(new,))

    def with_lines(self, no: int, lines: tuple[TypedLine, ...]) -> Sheet:
        """The page with another energy table in a period."""
        periods = tuple(dataclasses.replace(p, lines=lines) if p.no == no else p for p in self.periods)
        return dataclasses.replace(self, periods=periods)

    def period(self, no: int) -> TypedPeriod | None:
        """The column of this name."""
        return next((p for p in self.periods if p.no == no), None)


def empty_sheet(today: date) -> Sheet:
    """A page for the last full year."""
    year = today.year - 1
    return Sheet(periods=(TypedPeriod(0, f"{year}-01-01", f"{year}-12-31"),))


def sheet_of(
    requests: Sequence[Mapping[str, Any]], title: str, enterprise: str = "", enterprise_id: str = ""
) -> Sheet:
    """The page as it stood when these calculations were kept; those of another product than the first are left out."""
    first = requests[0]
    same = [one for one in requests if all(one[key] == first[key] for key in ("calculator", "product"))]
    return Sheet(
        product=f"{first['calculator']}.{first['product']}",
        title=title,
        enterprise=enterprise,
        enterprise_id=enterprise_id,
        new_project=first.get("new_project") is True,
        production_state=first.get("production_state", "normal"),
        periods=tuple(
            TypedPeriod(
                no,
                one["period"]["start"],
                one["period"]["end"],
                one.get("edition", ""),
                dict(one.get("inputs", {})),
                tuple(_kept_line(i, line) for i, line in enumerate(one.get("energy", ())[:MOST_LINES])),
            )
            for no, one in enumerate(same)
        ),
    )


def _kept_line(no: int, line: Mapping[str, str]) -> TypedLine:
    mode = "own" if line.get("coefficient") else "measured" if line.get("q_net") else "default"
    known = {key: line[key] for key in LINE_FIELDS if line.get(key)}
    return TypedLine(no, {**dict.fromkeys(LINE_FIELDS, ""), **LINE_DEFAULTS, **known, "mode": mode})


def read_sheet(form: MultiDict[str, str], today: date) -> Sheet:
    """What a browser sent, cut to sane lengths and numbers; never fails."""
    shown = _cut(form.get("shown", ""))
    numbers = _numbers(form.getlist("p"), MOST_PERIODS)
    periods = tuple(_period(form, no) for no in numbers) or empty_sheet(today).periods
    sheet = Sheet(
        industry=_cut(form.get("industry", "")),
        product=shown,
        title=_cut(form.get("title", "")),
        enterprise=_cut(form.get("enterprise", "")),
        enterprise_id=_cut(form.get("enterprise_id", "")) if form.get("enterprise") else "",
        new_project=form.get("new_project") == "1",
        production_state=_cut(form.get("production_state", "")) or "normal",
        periods=periods,
        kept=_kept(form.get("kept", "")),
    )
    product = _cut(form.get("product", shown))
    if product == shown and form.get("industry", "") != form.get("shown_industry", ""):
        product = ""  # another industry was chosen: its products come next
    return sheet.show(product)


def _period(form: MultiDict[str, str], no: int) -> TypedPeriod:
    head = f"i{no}."
    inputs = {key[len(head) :]: _cut(form.get(key, "")) for key in list(form)[:3000] if key.startswith(head)}
    return TypedPeriod(
        no=no,
        start=_cut(form.get(f"p{no}.start", "")),
        end=_cut(form.get(f"p{no}.end", "")),
        edition=_cut(form.get(f"p{no}.edition", "")),
        inputs={key: value for key, value in inputs.items() if value},
        lines=tuple(_line(form, no, n) for n in _numbers(form.getlist(f"e{no}"), MOST_LINES)),
    )


def _line(form: MultiDict[str, str], period: int, no: int) -> TypedLine:
    given = {key: _cut(form.get(f"e{period}.{no}.{key}", "")) for key in LINE_FIELDS}
    return TypedLine(no, {key: value or LINE_DEFAULTS.get(key, "") for key, value in given.items()})


def new_line(lines: tuple[TypedLine, ...], **values: str) -> TypedLine:
    """A line for the end of a table."""
    no = max((line.no for line in lines), default=-1) + 1
    return TypedLine(no, {**dict.fromkeys(LINE_FIELDS, ""), **LINE_DEFAULTS, **values})


def _numbers(texts: list[str], most: int) -> list[int]:
    found: list[int] = []
    for text in texts:
        if text.isascii() and text.isdigit() and len(text) < 7 and int(text) not in found:
            found.append(int(text))
    return found[:most]


def _kept(text: str) -> dict[str, list[dict[str, str]]]:
    if len(text) > 200_000:
        return {}
    try:
        data: Any = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    found: dict[str, list[dict[str, str]]] = {}
    for product, columns in list(data.items())[:_MOST_KEPT] if isinstance(data, dict) else ():
        if isinstance(columns, list) and all(isinstance(one, dict) for one in columns):
            found[_cut(product)] = [
                {_cut(key): _cut(value) for key, value in one.items() if isinstance(value, str)}
                for one in columns[:MOST_PERIODS]
            ]
    return found


def _cut(text: str) -> str:
    return ILLEGAL.sub("", text).strip()[:_LONGEST]


def _day_before(text: str) -> str:
    return (date.fromisoformat(text) - timedelta(days=1)).isoformat()


def year_moved(text: str, by: int) -> str:
    """The same day ``by`` years later; "" where the text is none."""
    try:
        day = date.fromisoformat(text)
        last = 28 if (day.month, day.day) == (2, 29) else day.day
        return day.replace(year=day.year + by, day=last).isoformat()
    except ValueError:
        return ""
