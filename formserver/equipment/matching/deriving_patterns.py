"""Patterns for models taken from catalogue lines; all are meant for the whole normal form of a model."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BORE: Final = r"(?:\d+(?:\.\d+)?)?"
_ALIKE: Final = {"O": "[O0]", "~": "[~-]"}


def exact(text: str, *, loose: bool = False) -> str:
    """One model. A hyphen may stand between its first letters and the number behind them; ``loose``: every hyphen between
    a letter and a number may be missing, as on motors."""
    written = _escaped(text)
    if loose:
        written = re.sub(r"(?<=[A-Z\]])-(?=\d)", "-?", written)
    return f"^{_hyphened(written)}$"


def series(text: str, bored: bool = False, *, behind: bool = False) -> str:
    """Every size of a series, and the series alone unless something must stand ``behind``; no longer letters: JT17 is not
    JT171, nor GC GCB. ``bored``: the size of a pump stands before its series."""
    first = _BORE if bored and text[0].isalpha() else ""
    follows = r"[-./(].*" if text[-1].isdigit() else r"(?:-?\d|[./(]).*"
    return f"^{first}{_hyphened(_escaped(text))}(?:{follows}){'' if behind else '?'}$"


def lettered(text: str, letters: str) -> str:
    """A series in some of its versions: JR16-A/B/C/D, written JR16B-20/3 as well."""
    return f"^{_hyphened(_escaped(text))}(?:-?[{letters}](?:[-./(].*)?|-.*[0-9][{letters}])$"


def with_rating(text: str, rating: str, whole: str) -> str:
    """A model with its rating in brackets or behind a hyphen, or as ``whole``, its normal form."""
    written = f"{_hyphened(_escaped(text))}[-(]{_escaped(rating)}\\)?"
    if whole not in ("", text) and re.fullmatch(written, whole) is None:
        return f"^(?:{written}|{_escaped(whole)})$"
    return f"^{written}$"


def paired(one: str, other: str) -> str:
    """Two models in one cell that is no list, in either order."""
    first, second = _escaped(one), _escaped(other)
    return f"^(?:{first}.*{second}|{second}.*{first})$"


def named(name: str) -> str:
    """A name that contains the one of the line; names are compared without blanks, in capitals."""
    plain = "".join(unicodedata.normalize("NFKC", name).upper().split())
    return f"^.*{re.escape(plain)}.*$"


def sized(text: str, low: int, high: int, behind: str) -> str:
    """A series with a whole number from ``low`` to ``high``, then ``behind``."""
    return f"^{_escaped(text)}-?(?:{whole_numbers(low, high)}){behind}$"


def capacities(text: str, low: int, high: int) -> str:
    """A series of transformers, sealed (-M) or not, with a capacity from ``low`` to ``high`` and whatever stands behind."""
    between = "-" if text[-1].isdigit() else "-?"
    hyphen = "-?" if "-M" in text else f"(?:{between}|-?M(?:[.]?[A-Z]+)?-?)"
    return f"^{_escaped(text)}{hyphen}(?:{whole_numbers(low, high)})(?:[^0-9].*)?$"


def whole_numbers(low: int, high: int) -> str:
    """Alternatives that fit every whole number from ``low`` to ``high`` and no other."""
    found, begin = [], low
    while begin <= high:
        step = 1  # as many of the last digits run free as the end allows
        while begin % (step * 10) == 0 and begin + step * 10 - 1 <= high and begin >= step * 10:
            step *= 10
        last = min(begin // step + 9 - begin // step % 10, (high + 1) // step - 1)
        head, first, end = begin // step // 10, begin // step % 10, last % 10
        digit = str(first) if first == end else f"[{first}-{end}]"
        found.append(f"{head or ''}{digit}" + "[0-9]" * (len(str(step)) - 1))
        begin = (last + 1) * step
    return "|".join(found)


def _escaped(text: str) -> str:
    """``text`` for a pattern; O and 0 are often taken for each other in series, I and 1 at the beginning."""
    made = "".join(_ALIKE.get(one, one if one.isalnum() or one in "-/" else re.escape(one)) for one in text)
    return f"[I1]{made[1:]}" if made.startswith("I-") else made


def _hyphened(pattern: str) -> str:
    return re.sub(r"^((?:\d|\\\.)*(?:[A-Z]|\[O0\])+)(?=\d)", r"\1-?", pattern)
