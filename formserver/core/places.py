"""Places in a body: JSON pointers whose rows are named by key, not by index.

``/inspectors/@k3v9t2ab/name`` still means the same cell after somebody moved the row, so drafts, raw text,
conflicts and marks use this form (a *keyed pointer*). Indexed pointers (``/inspectors/0/name``), which JSON Schema
validators report, can be translated both ways for a given body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from formserver.core.errors import Kind, error_code

BAD_PLACE = error_code(
    "BAD_PLACE",
    Kind.INVALID,
    zh="修改的位置“{place}”在当前内容中不存在，可能该行已被删除。请刷新后重试。",
    en="The place “{place}” does not exist; the row may have been removed. Reload and try again.",
)

_ABSENT: Any = object()


def split(pointer: str) -> list[str]:
    """The unescaped segments of a pointer; ``""`` is the root. Raises BAD_PLACE for other text without a slash."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise BAD_PLACE(place=pointer)
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def join(segments: Sequence[str | int]) -> str:
    """The pointer of ``segments``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in segments)


def find_row(rows: Sequence[Any], segment: str) -> int:
    """The index ``segment`` (``@key`` or digits) names in ``rows``, or -1."""
    if segment.startswith("@"):
        for index, row in enumerate(rows):
            if isinstance(row, Mapping) and row.get("_k") == segment[1:]:
                return index
        return -1
    if segment.isascii() and segment.isdigit() and len(segment) < 10 and int(segment) < len(rows):
        return int(segment)
    return -1


def get(body: Any, pointer: str, default: Any = None) -> Any:
    """The value at ``pointer`` (keyed or indexed), or ``default``."""
    value = body
    for segment in split(pointer):
        value = _step(value, segment)
        if value is _ABSENT:
            return default
    return value


def _step(value: Any, segment: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(segment, _ABSENT)
    if isinstance(value, list):
        index = find_row(value, segment)
        return value[index] if index >= 0 else _ABSENT
    return _ABSENT


def to_keyed(body: Any, pointer: str) -> str:
    """Translate an indexed pointer; segments that name nothing (yet) stay as they are."""
    return _translate(body, pointer, lambda rows, i: "@" + str(rows[i]["_k"]) if _keyed(rows[i]) else str(i))


def to_indexed(body: Any, pointer: str) -> str:
    """Translate a keyed pointer; segments that name nothing stay as they are."""
    return _translate(body, pointer, lambda _rows, i: str(i))


def _keyed(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("_k"), str)


def _translate(body: Any, pointer: str, name: Any) -> str:
    value, out = body, []
    for segment in split(pointer):
        written = segment
        if isinstance(value, list):
            index = find_row(value, segment)
            if index >= 0:
                written = name(value, index)
        out.append(written)
        value = _step(value, segment) if value is not _ABSENT else _ABSENT
    return join(out)


def leaves(body: Any, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every (keyed pointer, leaf); lists without row keys and empty containers count as one leaf each."""
    if isinstance(body, Mapping) and body:
        for key, value in body.items():
            if key != "_k":
                yield from leaves(value, (*prefix, key))
    elif isinstance(body, list) and body and all(_keyed(row) for row in body):
        for row in body:
            yield from leaves(row, (*prefix, "@" + row["_k"]))
    elif not (isinstance(body, Mapping) and prefix == ()):
        yield join(prefix), body
