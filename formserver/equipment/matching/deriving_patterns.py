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
    """A series with a whole number from ``low`` to ``high`` (at most 200 of them), then ``behind``."""
    numbers = "|".join(str(number) for number in range(low, min(high, low + 199) + 1))
    return f"^{_escaped(text)}-?(?:{numbers}){behind}$"


def _escaped(text: str) -> str:
    """``text`` for a pattern; O and 0 are often taken for each other in series, I and 1 at the beginning."""
    made = "".join(_ALIKE.get(one, one if one.isalnum() or one in "-/" else re.escape(one)) for one in text)
    return f"[I1]{made[1:]}" if made.startswith("I-") else made


def _hyphened(pattern: str) -> str:
    return re.sub(r"^((?:\d|\\\.)*(?:[A-Z]|\[O0\])+)(?=\d)", r"\1-?", pattern)
