"""Turns values into WordprocessingML while a template runs, and remembers what it printed.

One ``Recorder`` belongs to one part of one render. ``emit`` is called for every ``{{ … }}``; it is the place where
user text stops being text, so it escapes, maps line ends and tabs, refuses what XML cannot hold, and keeps the list
from which the proof is made.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from jinja2.runtime import Undefined
from markupsafe import Markup

from formserver.rendering.values import (
    Blank,
    Leaf,
    Node,
    Picture,
    Rows,
    Traced,
    counts,
    shown,
    sources_of,
)

MAX_OUTPUT = 32 * 1024 * 1024
MAX_LOOPS = 200_000
MAX_CALLS = 20_000
MAX_SECONDS = 10.0

BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
MISSING = "＿＿＿＿"  # in a preview: still to be filled in
_SPECIAL = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE_SAFE = re.compile(r"[\w#.\- ]{0,64}")

Entry = Any  # a Leaf printed as it is, or (sources, needle, counts)


class ValueTrouble(Exception):
    """A value that cannot be printed where the template prints it; carries the leaves to name."""

    def __init__(self, message: str, sources: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.sources = sources


class BoundExceeded(Exception):
    """The template asked for more output, loops, calls or time than any document needs."""


class Budget:
    """What one render may use up, over all its parts."""

    __slots__ = ("_deadline", "calls", "chars", "loops")

    def __init__(self) -> None:
        self.chars = MAX_OUTPUT
        self.loops = MAX_LOOPS
        self.calls = MAX_CALLS
        self._deadline = time.monotonic() + MAX_SECONDS

    def spend_chars(self, amount: int) -> None:
        """Raises BoundExceeded when the output grows beyond any document."""
        self.chars -= amount
        if self.chars < 0:
            raise BoundExceeded(f"输出超过 {MAX_OUTPUT // 1024 // 1024} MB")

    def spend_loop(self, rounds: int, weight: int) -> None:
        """Account for a loop of ``rounds``, each emitting ``weight`` characters of template text."""
        self.loops -= rounds
        if self.loops < 0:
            raise BoundExceeded(f"循环超过 {MAX_LOOPS} 次")
        self.spend_chars(rounds * weight)
        self.check_time()

    def spend_call(self, weight: int) -> None:
        """Account for one macro call that may emit ``weight`` characters of template text."""
        self.calls -= 1
        if self.calls < 0:
            raise BoundExceeded(f"宏调用超过 {MAX_CALLS} 次")
        self.spend_chars(weight)
        self.check_time()

    def check_time(self) -> None:
        """Raises BoundExceeded when the render has taken too long."""
        if time.monotonic() > self._deadline:
            raise BoundExceeded(f"运行超过 {MAX_SECONDS:.0f} 秒")


class Recorder:
    """Emits the values of one part and keeps the ordered record of what was printed."""

    __slots__ = ("budget", "entries", "lenient", "macro_weight", "picture", "restructure")

    def __init__(
        self,
        budget: Budget,
        *,
        lenient: bool = False,
        macro_weight: int = 0,
        picture: Callable[[Picture], str] | None = None,
    ) -> None:
        self.budget = budget
        self.entries: list[Entry] = []
        self.lenient = lenient
        self.macro_weight = macro_weight
        self.picture = picture
        self.restructure = False  # set when paragraphs or page breaks must be made of marks

    def emit(self, value: Any) -> str:
        """``value`` inside a ``w:t`` element."""
        if type(value) is Leaf:
            if _SPECIAL.search(value) is None:
                self.entries.append(value)
                return value
            return self._emit_escaped(str(value), (value,))
        return self._emit_other(value)

    def _emit_other(self, value: Any) -> str:
        kind = type(value)
        if kind is Markup:
            self.budget.spend_chars(len(value))
            return str(value)
        if kind is Picture:
            return self.picture(value) if self.picture is not None else ""
        if isinstance(value, Undefined):
            return str(value)  # raises with the name
        if hasattr(value, "__html__"):
            return self._markup(value)
        text = self._text(value)
        if kind is Blank and self.lenient and value.plan.required and not value.pen:
            text = MISSING
        self.budget.spend_chars(len(text))
        sources = sources_of(value)
        if _SPECIAL.search(text) is None:
            if sources:
                self.entries.append((sources, text, counts(value)))
            return text
        whole = counts(value)
        return self._emit_escaped(text, sources, whole, kind is Traced and value.paragraphs)

    def _emit_escaped(
        self, text: str, sources: tuple[Any, ...], whole: bool = True, paragraphs: bool = False
    ) -> str:
        escaped = _escape(text, sources)
        self.budget.spend_chars(len(escaped))
        if "\n" not in escaped and "\t" not in escaped:
            if sources:
                self.entries.append((sources, escaped, whole))
            return escaped
        if sources:
            self.entries.append((sources, escaped.replace("\n", "").replace("\t", ""), whole))
        if paragraphs:
            self.restructure = True
            escaped = escaped.replace("\n", "\a")
        return escaped.replace("\n", BREAK).replace("\t", TAB)

    def emit_run(self, value: Any) -> str:
        """``value`` between runs (``{{r x}}``): rich text as it is, plain text in a run of its own."""
        if _is_rich(value):
            return self._markup(value)
        return f'<w:r><w:t xml:space="preserve">{self.emit(value)}</w:t></w:r>'

    def emit_block(self, value: Any) -> str:
        """``value`` between paragraphs (``{{p x}}``)."""
        if _is_rich(value):
            return self._markup(value)
        return f"<w:p>{self.emit_run(value)}</w:p>"

    def emit_attribute(self, value: Any) -> str:
        """``value`` inside a tag (a colour, a column span): short plain words only."""
        if isinstance(value, Undefined):
            return str(value)
        text = self._text(value)
        if _ATTRIBUTE_SAFE.fullmatch(text) is None:
            raise ValueTrouble("这里只能是颜色或数字", sources_of(value))
        return text

    def emit_plain(self, value: Any) -> str:
        """``value`` in a document property: text without structure."""
        if isinstance(value, Undefined):
            return str(value)
        text = _escape(self._text(value), sources_of(value))
        self.budget.spend_chars(len(text))
        return text

    def _text(self, value: Any) -> str:
        try:
            return shown(value)
        except TypeError:
            pass
        if isinstance(value, Rows | list | tuple):
            raise ValueTrouble("这里是一个列表，请用循环或 join_cn、checkbox 打印", sources_of(value))
        if isinstance(value, Node | dict):
            raise ValueTrouble("这里是一组字段，请写明打印其中哪一个", sources_of(value))
        if value is None:
            raise ValueTrouble("这里没有值")
        raise ValueTrouble(f"不能打印 {type(value).__name__}")

    def _markup(self, value: Any) -> str:
        """XML made by the program (docxtpl's RichText and Listing follow the same protocol), never by users."""
        xml = str(value.__html__())
        self.budget.spend_chars(len(xml))
        if "\a" in xml or "\f" in xml:
            self.restructure = True
        return xml.replace("\n", BREAK).replace("\t", TAB)


def _is_rich(value: Any) -> bool:
    return hasattr(value, "__html__") and not isinstance(value, Undefined)


def _escape(text: str, sources: tuple[Any, ...]) -> str:
    found = ILLEGAL.search(text)
    if found is not None:
        raise ValueTrouble(f"含有 Word 无法保存的字符 U+{ord(found.group()):04X}，请删除", sources)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
