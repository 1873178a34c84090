"""Character codes of a PDF font: which text each stands for and how wide it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf.generic import DictionaryObject

_SECTION = re.compile(r"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(r"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


@dataclass(frozen=True, slots=True)
class FontCodes:
    """Tables by character code; widths in thousandths of the type size."""

    texts: dict[int, str]
    widths: dict[int, float]
    default_width: float
    bytes_per_code: int

    def codes(self, data: bytes) -> Iterator[int]:
        """The codes in the operand of a text operator."""
        step = self.bytes_per_code
        return (int.from_bytes(data[i : i + step], "big") for i in range(0, len(data), step))


def font_codes(resource: DictionaryObject) -> FontCodes:
    """Read a font resource; one without ToUnicode counts as Windows Latin where it can, else stays unnamed."""
    composite = resource.get("/Subtype") == "/Type0"
    stream = resource.get("/ToUnicode")
    texts = _to_unicode(stream.get_object().get_data()) if stream is not None else {}
    if not texts and not composite:
        texts = {code: bytes((code,)).decode("cp1252", "replace") for code in range(32, 256)}
    if not composite:
        first = int(resource.get("/FirstChar", 0))
        widths = {first + i: float(w.get_object()) for i, w in enumerate(as_list(resource.get("/Widths")))}
        return FontCodes(texts, widths, 500.0, 1)
    child = as_dictionary(next(iter(as_list(resource.get("/DescendantFonts"))), None))
    return FontCodes(texts, _cid_widths(as_list(child.get("/W"))), float(child.get("/DW", 1000)), 2)


def _cid_widths(listed: list[Any]) -> dict[int, float]:
    """``[first [w w …] first last w …]`` as a table."""
    widths: dict[int, float] = {}
    at = 0
    while at + 1 < len(listed):
        first, second = int(listed[at]), listed[at + 1].get_object()
        if isinstance(second, list):
            widths.update({first + i: float(w) for i, w in enumerate(second)})
            at += 2
        elif at + 2 < len(listed):
            last = min(int(second), first + 0xFFFF)
            widths.update(dict.fromkeys(range(first, last + 1), float(listed[at + 2])))
            at += 3
        else:
            break
    return widths


def _to_unicode(data: bytes) -> dict[int, str]:
    texts: dict[int, str] = {}
    for kind, body in _SECTION.findall(data.decode("latin-1")):
        tokens = [m.group(2) or m.group(3) or "<" + "".join(m.group(1).split()) for m in _HEX.finditer(body)]
        at = 0
        while at < len(tokens):
            if kind == "bfchar":
                source, target = tokens[at : at + 2]
                texts[int(source[1:], 16)] = _utf16(target)
                at += 2
                continue
            first, last = int(tokens[at][1:], 16), int(tokens[at + 1][1:], 16)
            if tokens[at + 2] == "[":
                stop = tokens.index("]", at)
                texts.update({first + i: _utf16(t) for i, t in enumerate(tokens[at + 3 : stop])})
                at = stop + 1
            else:
                start = _utf16(tokens[at + 2])
                for i in range(min(last - first, 0xFFFF) + 1):
                    texts[first + i] = start[:-1] + chr(ord(start[-1]) + i)
                at += 3
    return texts


def _utf16(token: str) -> str:
    return bytes.fromhex(token[1:]).decode("utf-16-be", "replace")


def as_dictionary(value: Any) -> DictionaryObject:
    """``value`` behind its references; empty where it is none."""
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def as_list(value: Any) -> list[Any]:
    """``value`` behind its references; empty where it is none."""
    found = value.get_object() if value is not None else None
    return list(found) if isinstance(found, list) else []
