"""The proof that a document says what its body says.

(b) what placeholders printed occurs, in order, in the text of the finished part; (c) every leaf of the body was
printed whole on paper, or the schema or a false condition allows it to be absent.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from formserver.core.errors import Kind, Problem, error_code
from formserver.rendering.emission import Entry
from formserver.rendering.values import Leaf

FIELD_NOT_PRINTED = error_code(
    "FIELD_NOT_PRINTED",
    Kind.INVALID,
    zh="有 {count} 处填写的内容没有打印到文书上：{labels}。请修改模板，或在文书定义里标明不打印。",
    en="{count} stated values are not on the paper: {labels}.",
)
TEXT_LOST = error_code(
    "TEXT_LOST",
    Kind.INVALID,
    zh="「{label}」的内容在{part}的文字里找不到或次序不对，文书未生成。请检查模板中这一处的标签。",
    en="The text of {label} is missing or out of order in {part}.",
)
_MAX_LABELS = 5


def part_text(xml: str) -> str:
    """The text of a WordprocessingML part in reading order, still escaped, without line ends and tabs.

    A ``w:t`` element holds nothing but text, so what stands before its end tag back to the last ``>`` is its text.
    """
    pieces = xml.split("</w:t>")
    pieces.pop()
    return "".join([piece[piece.rfind(">") + 1 :] for piece in pieces])


def check_order(
    xml: str, entries: Sequence[Entry], printed: dict[str, None], part: str, label: Callable[[str], str]
) -> None:
    """Part (b). Adds the pointers printed whole. Raises TEXT_LOST naming the first field that is missing."""
    text = part_text(xml)
    position = 0
    find = text.find
    for entry in entries:
        if type(entry) is Leaf:
            needle: str = entry
            printed[entry.pointer] = None
        else:
            sources, needle, whole = entry
            if whole:
                for source in sources:
                    printed[source.pointer] = None
        found = find(needle, position)
        if found < 0:
            pointer = entry.pointer if type(entry) is Leaf else sources[0].pointer
            name = label(pointer)
            message = TEXT_LOST.zh.format(label=name, part=part)
            raise TEXT_LOST(label=name, part=part, problems=[Problem("TEXT_LOST", message, pointer, name)])
        position = found + len(needle)


def check_complete(must_print: Iterable[Any], printed: Container[str], label: Callable[[str], str]) -> None:
    """Part (c). Raises FIELD_NOT_PRINTED with one problem per leaf, named by its label path."""
    missing = [leaf.pointer for leaf in must_print if leaf.pointer not in printed]
    if not missing:
        return
    names = [label(pointer) for pointer in missing]
    raise FIELD_NOT_PRINTED(
        count=len(missing),
        labels="、".join(names[:_MAX_LABELS]) + ("等" if len(names) > _MAX_LABELS else ""),
        problems=[
            Problem("FIELD_NOT_PRINTED", f"「{name}」填写了内容，但模板没有打印它。", pointer, name)
            for pointer, name in zip(missing, names, strict=True)
        ],
    )
