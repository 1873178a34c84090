"""A result as pages draw it: the plain data of the contract, bars, sentences, and where each trouble is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.calculators.drawing import Bar, bar_of
from formserver.calculators.wording import changes, conclusion, period_words

COLOURS: Final = {"达标": "green", "不达标": "red", "待确认": "amber", "不完整": "grey", "不适用": "grey"}
CONFIDENCE: Final = {"verified": "见公开来源", "recalled": "待确认", "unknown": "未知"}


@dataclass(frozen=True, slots=True)
class TroubleView:
    """One trouble and the anchor of the field that mends it; "" where no field of the page does."""

    code: str
    title: str
    message: str
    anchor: str

    @property
    def quiet(self) -> bool:
        """Whether something is merely not filled in yet; a choice between coefficients is more than that."""
        return self.code == "MISSING_INPUT" and not self.anchor.endswith(".mode")


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result. ``data`` is :func:`~formserver.calculation.results.result_to_json`; ``no`` names the period."""

    no: int
    data: Mapping[str, Any]
    when: str
    conclusion: str
    colour: str
    bars: Mapping[str, Bar | None]
    troubles: tuple[TroubleView, ...]

    @property
    def missing(self) -> tuple[TroubleView, ...]:
        """What has not been typed yet: asked for quietly while somebody types."""
        return tuple(one for one in self.troubles if one.quiet)

    @property
    def wrong(self) -> tuple[TroubleView, ...]:
        """What stands against a verdict otherwise."""
        return tuple(one for one in self.troubles if not one.quiet)

    @property
    def headline(self) -> str:
        """Verdict and level in a few words."""
        levels = [str(one["level"]) for one in self.data["indicators"] if one["level"] is not None]
        verdict = str(self.data["verdict"])
        if not levels or len(levels) < len(self.data["indicators"]):
            return verdict
        if verdict == "待确认":
            return f"待确认（测算等级 {max(levels)} 级）"
        return f"{verdict} · {max(levels)} 级"


def view_of(data: Mapping[str, Any], no: int = 0, anchor: Callable[[str], str] = lambda _: "") -> ResultView:
    """``anchor`` turns the field of a trouble into the id of an element of the page."""
    troubles = tuple(
        TroubleView(one["code"], one["title"], one["message"], anchor(one["field"]))
        for one in data["troubles"]
    )
    return ResultView(
        no=no,
        data=data,
        when=period_words(data["start"], data["end"]),
        conclusion=conclusion(data),
        colour=COLOURS[data["verdict"]],
        bars={one["key"]: bar_of(one) for one in data["indicators"]},
        troubles=troubles,
    )


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One indicator over the periods."""

    title: str
    unit: str
    cells: tuple[tuple[str, str, str], ...]
    """(value, level, verdict) per period."""


def compared(views: Sequence[ResultView]) -> tuple[ComparedRow, ...]:
    """The indicators side by side; nothing for a single period."""
    if len(views) < 2:
        return ()
    titles: dict[str, Mapping[str, Any]] = {}
    for one in (one for view in views for one in view.data["indicators"]):
        titles.setdefault(one["key"], one)  # editions may call it differently: as in the first column
    rows = []
    for key, facts in titles.items():
        cells = []
        for view in views:
            found = next((one for one in view.data["indicators"] if one["key"] == key), None)
            level = "" if found is None or found["level"] is None else f"{found['level']}级"
            cells.append(("", "", "") if found is None else (found["shown"], level, found["verdict"]))
        rows.append(ComparedRow(facts["title"], facts["unit"], tuple(cells)))
    return tuple(rows)


def differences(views: Sequence[ResultView]) -> tuple[str, ...]:
    """What changed between the periods, in sentences."""
    return changes([view.data for view in views])
