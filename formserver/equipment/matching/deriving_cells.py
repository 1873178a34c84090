"""What the model cell of a catalogue line says: single models, lists, series, ranges, or nothing but a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from formserver.equipment.matching.normalising import normalise

_LIST: Final = re.compile(r"[、；;，](?![^()]*\))")
_VERSIONS_OF: Final = re.compile(r"(?P<base>[A-Z]+[0-9]*)\((?P<several>[0-9]+(?:、[0-9]+)+)(?P<unit>A?)\)")
_RANGE: Final = re.compile(r"(?P<series>[A-Z]+(?:\([A-Z]+\)[A-Z]*)?[0-9]{0,2}(?:-M(?:[.]?[A-Z]{1,3})?)?)-?(?P<low>[0-9]+)"
                           r"(?:/(?P<kv>[0-9.]+))?(?:[~至到]|-+(?=[A-Z]))(?:(?P=series)-?)?(?P<high>[0-9]+)"
                           r"(?:/(?P<end>[0-9.]+))?")  # fmt: skip
_SPAN_HEAD: Final = re.compile(r"(?P<series>[A-Z]+(?:\([A-Z]+\)[A-Z]*)?[0-9]{0,2}).*[0-9].*[~至到].*")
_SPAN_SIGNS: Final = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("〜∼", "~") | {"·": None, "・": None}
)
_UNITS: Final = re.compile(r"(?<=[0-9])KVA?(?![A-Z])")
_SERIES_RANGE: Final = re.compile(r"(?P<series>[A-Z]+)(?P<low>[0-9]+)[~至](?P=series)(?P<high>[0-9]+)")
_RATING: Final = re.compile(r"(?P<base>[^()]+)\((?P<rating>[0-9.~]+(?:A|KW|V|KVA|T))\)")
_OLD: Final = re.compile(r"\(?(?:老型?|改型)\)?")
_SERIES: Final = re.compile(r"(?P<head>.*?[A-Z0-9)])(?:型|型号)?(?P<whole>[^A-Z0-9]*)全?系列.*")
_TYPE: Final = re.compile(r"(?P<head>[A-Z0-9./()-]*[A-Z0-9)])型.*")
_BARE: Final = re.compile(r"[A-Z]{1,5}[0-9]{0,2}[A-Z]?")
_MODEL: Final = re.compile(r"[A-Z].*[0-9]|[0-9].*[A-Z]|[0-9]+[-/][0-9]|[A-Z]{2}")
_BRANDED: Final = re.compile(r"[0-9].*[一-鿿].*[0-9]")
_VARIANTS: Final = re.compile(r"-[A-Z](?:/[A-Z])+$")


class Notation(StrEnum):
    """How a line writes what it means."""

    EXACT = "exact"
    """One model: HD9-200."""
    BARE = "bare"
    """A model without a size: JL4. Exactly so it is meant; with a size behind it somebody must look."""
    SERIES = "series"
    """X系列 by its wording: every size of it."""
    VERSIONS = "versions"
    """Some versions of a series: JR16-A/B/C/D系列; their letters are the rating."""
    TYPE = "type"
    """X型: most often a series, not surely."""
    OLD = "old"
    """老型, 改型: the same letters may be another product."""
    BRAND = "brand"
    """Chinese and a number, of which only the number can be compared: 浙农3-60."""
    PAIR = "pair"
    """Two things run in series: only both together are meant; the other one is the rating."""
    RATED = "rated"
    """A model and, in brackets, the size it is limited to: LX7(20A)."""
    RANGE = "range"
    """From one size to another, both included."""
    SPAN = "span"
    """Sizes from one to another in a writing that leaves open which: of its series every size is asked about."""
    NAME = "name"
    """No model: the name alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One meaning of a cell. ``text`` is the normal form of the model or series; ``rating`` what brackets add;
    ``low`` to ``high`` a range of sizes, ``kilovolts`` its voltage where it says one, ``whole`` the normal form with
    its rating, of which units are taken out."""

    notation: Notation
    text: str = ""
    rating: str = ""
    low: int = 0
    high: int = 0
    kilovolts: str = ""
    whole: str = ""


def read_cell(model: str, name: str, kind: str) -> tuple[Cell, ...]:
    """Every meaning of the cell ``model`` of a line called ``name``; ``kind`` as for :func:`.normalising.normalise`."""
    plain = _plain(model)
    says_series = _SERIES.fullmatch(plain) is not None
    known = (_MODEL.search(_latin(plain)) or _BRANDED.search(plain)) is not None
    if not plain or not (known or says_series) or (plain.endswith(_plain(name)) and not says_series):
        return (Cell(Notation.NAME),)
    pieces = [piece for piece in _LIST.split(plain) if piece.strip()]
    every = len(pieces) > 1 and "系列" in pieces[-1] and "型系列" not in pieces[-1]
    cells = tuple(cell for piece in pieces for cell in _several(piece, kind, every) if _is_model(cell.text))
    return cells or (Cell(Notation.NAME),)


def examples(cell: Cell) -> tuple[str, ...]:
    """Models as somebody would write what a cell means: both ends of a range, a series alone, none for a name."""
    match cell.notation:
        case Notation.NAME:
            return ()
        case Notation.RANGE:
            behind = f"/{cell.kilovolts}" if cell.kilovolts else ""
            between = "-" if cell.text[-1].isdigit() or cell.text[-1] == ")" or "-" in cell.text else ""
            return tuple(f"{cell.text}{between}{size}{behind}" for size in (cell.low, cell.high))
        case Notation.RATED:
            return (f"{cell.text}({cell.rating})", cell.text)
        case Notation.VERSIONS:
            return tuple(f"{cell.text}-{letter}" for letter in cell.rating)
        case _:
            return (f"{cell.text}与{cell.rating}串联",) if cell.notation is Notation.PAIR else (cell.text,)


def _several(piece: str, kind: str, every: bool) -> tuple[Cell, ...]:
    """JR8(10、40A) is two ratings of one model, JLO(01、2) two models."""
    found = _VERSIONS_OF.fullmatch("".join(piece.split()))
    if found is None:
        return (_one(piece, kind, every),)
    parts = found["several"].split("、")
    if found["unit"]:
        return tuple(Cell(Notation.RATED, found["base"], f"{part}{found['unit']}") for part in parts)
    return tuple(Cell(Notation.EXACT, f"{found['base']}{part}") for part in parts)


def _is_model(text: str) -> bool:
    return bool(text) and text[0] != "("


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("½", ".5")).strip().upper().removesuffix("等")


def _latin(text: str) -> str:
    return re.sub(r"[^A-Z0-9./()-]", "", text)


def _one(piece: str, kind: str, every: bool) -> Cell:
    tight = "".join(piece.split())
    if (ranged := _ranged(tight, kind)) is not None:
        return ranged
    rated = _RATING.fullmatch(tight)
    if rated is not None:
        return Cell(Notation.RATED, _normal(rated["base"], kind), rated["rating"], whole=_normal(tight, kind))
    together = re.fullmatch(r"(.+?)(?:系列|型)?与(.+?)(?:系列|型)?串联.*", tight)
    if together is not None:
        return Cell(Notation.PAIR, _normal(together[1], kind), _normal(together[2], kind))
    if _OLD.search(tight):
        return Cell(Notation.OLD, _normal(_OLD.sub("", tight), kind))
    series = _SERIES.fullmatch(tight)
    if series is not None or every:
        head = series["head"] if series else tight
        versions = _VARIANTS.search(head)
        if versions is not None:
            letters = versions[0].replace("-", "").replace("/", "")
            return Cell(Notation.VERSIONS, _normal(head[: versions.start()], kind), letters)
        sure = len(head) > 1 and "型系列" not in tight
        return Cell(Notation.SERIES if sure else Notation.TYPE, _normal(head, kind))
    typed = _TYPE.fullmatch(tight)
    if typed is not None:
        return Cell(Notation.TYPE, _normal(typed["head"], kind))
    text = _normal(tight, kind)
    if _BRANDED.search(tight) or (not re.search("[A-Z]", text) and re.search("[一-鿿]", tight)):
        return Cell(Notation.BRAND, text, "".join(re.findall("[一-鿿]+", tight)))
    used = re.search(r"[A-Z0-9][一-鿿]{2,}$", tight)
    if used is not None or not _BARE.fullmatch(text):
        return Cell(Notation.TYPE if used is not None and _BARE.fullmatch(text) else Notation.EXACT, text)
    return Cell(Notation.BARE, text)


def _ranged(tight: str, kind: str) -> Cell | None:
    """From one size to another. Capacities of transformers may stand in either order and with their units."""
    if kind != "transformer":
        found = _SERIES_RANGE.fullmatch(tight)
        if found is None or int(found["low"]) >= int(found["high"]):
            return None
        return Cell(Notation.RANGE, found["series"], "", int(found["low"]), int(found["high"]))
    plain = _UNITS.sub("", tight.translate(_SPAN_SIGNS))
    found = _RANGE.fullmatch(plain)
    if (
        found is not None
        and found["low"] != found["high"]
        and found["kv"] in (None, found["end"] or found["kv"])
    ):
        low, high = sorted((int(found["low"]), int(found["high"])))
        return Cell(Notation.RANGE, found["series"], "", low, high, found["kv"] or found["end"] or "")
    span = _SPAN_HEAD.fullmatch(plain)
    return None if span is None else Cell(Notation.SPAN, span["series"])


def _normal(text: str, kind: str) -> str:
    parts = normalise(text, kind).parts
    return parts[0].text if parts else ""
