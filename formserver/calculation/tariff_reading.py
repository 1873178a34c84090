"""Tariffs read from definition files (``schemas/meta/tariff.json``); a regional edition is laid over what it extends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.model import Confidence, Figure
from formserver.calculation.tariff_model import (
    Category,
    Ladder,
    Late,
    Renewable,
    Tariff,
    TariffObject,
    Term,
    Threshold,
    Tier,
)

_KEYED: Final = ("objects", "thresholds", "ladders", "categories", "tiers")
"""Lists whose entries are told apart by ``key`` when a regional edition is laid over another."""
_OWN: Final = frozenset({"document", "unknown", "examples"})
"""What a regional edition never takes over from the edition it extends."""

Base = tuple[Mapping[str, Any], str, str]
"""File, definition id and hash of the edition a regional one extends."""


def read_tariff(data: Mapping[str, Any], definition_id: str, sha256: str, base: Base | None = None) -> Tariff:
    """A tariff from its file. ``definition_id`` is ``tariff/<name>/<edition>``; ``base`` what ``extends`` names."""
    raw: dict[str, Any] = _placed(data, definition_id, "")
    definitions = [(definition_id, sha256)]
    if base is not None:
        under = _placed(base[0], base[1], "")
        raw = {key: value for key, value in _laid_over(under, raw).items() if key not in _OWN} | {
            key: raw[key] for key in _OWN if key in raw
        }
        raw["sources"] = {**base[0].get("sources", {}), **data.get("sources", {})}
        definitions.append((base[1], base[2]))
    _, name, edition = definition_id.split("/")
    document, step, late = raw["document"], raw.get("step"), raw.get("late")
    sources, unit = raw["sources"], raw.get("indicator", {}).get("unit", "")
    indicator = raw.get("indicator")

    def figure(found: Mapping[str, Any], title: str, of: str) -> Figure:
        return _figure(found, title, of, sources)

    return Tariff(
        id=definition_id,
        name=name,
        edition=edition,
        region=raw.get("region", ""),
        title=raw["title"],
        industry=raw["industry"],
        scheme=raw["scheme"],
        method=raw["method"],
        number=document["number"],
        document_title=document["title"],
        document=document,
        valid_from=date.fromisoformat(raw["valid_from"]),
        valid_to=_day(raw.get("valid_to")),
        start_known=raw.get("valid_from_confidence", "verified") == "verified",
        definitions=tuple(definitions),
        sources=sources,
        applies_to=raw.get("applies_to", ""),
        set_by=raw.get("set_by", ""),
        indicator=_term(indicator) if indicator else None,
        charge=_term(raw["charge"]),
        objects=tuple(
            TariffObject(
                one["key"], one["title"], one.get("indicator", indicator["title"] if indicator else "")
            )
            for one in raw.get("objects", ())
        ),
        thresholds=tuple(
            Threshold(
                one["from_year"],
                one["to_year"],
                figure(one["value"], f"分档标准（{_years(one['from_year'], one['to_year'])}）", unit),
            )
            for one in raw.get("thresholds", ())
        ),
        step_size=figure(step["size"], "加价级距", unit) if step else None,
        step_rate=figure(step["increment"], "每级加价标准", "元/kWh") if step else None,
        step_note=step.get("note", "") if step else "",
        ladders=tuple(_ladder(one, unit, sources) for one in raw.get("ladders", ())),
        categories=tuple(
            Category(
                one["key"],
                one["title"],
                one.get("short", one["title"]),
                figure(one["rate"], f"{one.get('short', one['title'])}加价标准", "元/kWh"),
            )
            for one in raw.get("categories", ())
        ),
        renewable=_renewable(raw["renewable"], sources) if raw.get("renewable") else None,
        late=(
            Late(
                late["title"],
                figure(late["days"], "逾期天数", "日"),
                figure(late["multiplier"], "逾期加收倍数", "1"),
            )
            if late
            else None
        ),
        prohibition=(
            Term(raw["prohibition"]["text"], Confidence(raw["prohibition"]["confidence"]))
            if raw.get("prohibition")
            else None
        ),
        unknown=tuple(raw.get("unknown", ())),
        examples=tuple(raw.get("examples", ())),
    )


def _ladder(raw: Mapping[str, Any], unit: str, sources: Mapping[str, str]) -> Ladder:
    return Ladder(
        key=raw["key"],
        title=raw["title"],
        object=raw.get("object", ""),
        commissioned_from=_day(raw.get("commissioned_from")),
        commissioned_before=_day(raw.get("commissioned_before")),
        tiers=tuple(
            Tier(
                one["key"],
                one["title"],
                _figure(one["upto"], f"{raw['title']}{one['title']}上限", unit, sources)
                if "upto" in one
                else None,
                _figure(one["rate"], f"{raw['title']}{one['title']}加价标准", "元/kWh", sources),
            )
            for one in raw["tiers"]
        ),
        note=raw.get("note", ""),
    )


def _renewable(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Renewable:
    return Renewable(
        raw["title"],
        _figure(raw["from_share"], "可再生能源占比起点", "%", sources),
        _figure(raw["per_point"], "每增加1个百分点降低的比例", "1", sources),
        raw.get("open_question", ""),
        Confidence(raw["confidence"]),
    )


def _figure(raw: Mapping[str, Any], title: str, unit: str, sources: Mapping[str, str]) -> Figure:
    value, keys = raw["value"], str(raw.get("source", ""))
    return Figure(
        id=raw["_id"],
        title=title,
        value=None if value is None else Decimal(value),
        unit=unit,
        confidence=Confidence.UNKNOWN if value is None else Confidence(raw["confidence"]),
        source=sources.get(keys, keys),
        clause=raw.get("clause", ""),
        note=raw.get("note", ""),
    )


def _term(raw: Mapping[str, Any]) -> Term:
    return Term(
        raw["title"],
        Confidence(raw["confidence"]),
        raw.get("unit", ""),
        raw.get("basis", ""),
        raw.get("note", ""),
    )


def _years(first: int, last: int | None) -> str:
    if last is None:
        return f"{first}年起"
    return f"{first}年" if first == last else f"{first}—{last}年"


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _placed(value: Any, definition_id: str, place: str) -> Any:
    """A copy in which every figure knows its id: the place it stands at in its own file."""
    if isinstance(value, Mapping):
        made = {
            key: one
            if key == "examples"
            else _placed(one, definition_id, f"{place}/{key}" if place else str(key))
            for key, one in value.items()
        }
        if "value" in made and not isinstance(made["value"], (Mapping, list)):
            made["_id"] = f"{definition_id}#{place}"
        return made
    if isinstance(value, list):
        keys = [one.get("key", i) if isinstance(one, Mapping) else i for i, one in enumerate(value)]
        return [_placed(one, definition_id, f"{place}/{key}") for key, one in zip(keys, value, strict=True)]
    return value


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(under)
    for key, value in over.items():
        old = made.get(key)
        if key in _KEYED and isinstance(old, list):
            made[key] = _keyed(old, value)
        elif isinstance(value, Mapping) and isinstance(old, Mapping) and "_id" not in value:
            made[key] = _laid_over(old, value)
        else:
            made[key] = value
    return made


def _keyed(under: Sequence[Mapping[str, Any]], over: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    changes = {one["key"]: one for one in over}
    made = [_laid_over(one, changes.pop(one["key"], {})) for one in under]
    return made + list(changes.values())
