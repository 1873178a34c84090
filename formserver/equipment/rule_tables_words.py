"""Word lists of the grammar of rules (``grammar``) for people: titles, explanations, lines of a form and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.canonical import clone
from formserver.equipment.catalogue_errors import DRAFT_UNREADABLE
from formserver.equipment.catalogue_models import Json
from formserver.equipment.matching.model import CATEGORY_WORDS
from formserver.equipment.rule_words import FUEL_WORDS

MOST_CHARACTERS: Final = 60_000
_NONE: Final = "无"
"""How a line says that a frame may stand without a letter."""


@dataclass(frozen=True, slots=True)
class WordList:
    """``place`` is where the list stands in the grammar; ``lines`` says that each line has a word and what belongs to it."""

    place: str
    title: str
    help: str = ""
    lines: bool = False

    @property
    def name(self) -> str:
        """The name of the input."""
        return f"w.{self.place}"


GROUPS: Final[tuple[tuple[str, str, tuple[WordList, ...]], ...]] = (
    (
        "电动机和变压器的系列",
        "型号开头是哪个系列，按这里的写法认；几个都对得上时取最长的，YB2 不会认成 Y。",
        (
            WordList(
                "motor_series", "电动机系列", "每行一个，大写，如 YE3。规则里写的系列须在这里，否则不会命中。"
            ),
            WordList(
                "transformer_series", "变压器系列", "每行一个，大写，如 SCB10。S19 不会认成 S1，须单列。"
            ),
        ),
    ),
    (
        "设备名称里的类别词",
        "名称里有几个词时，结束位置最靠后者胜：“水泵电机”是电动机，“变压器油泵”是泵；同时结束的取长的。括号里的词只在别处没有词时才看。",
        tuple(
            WordList(f"category_keywords.{key}", word, "每行一个词。")
            for key, word in CATEGORY_WORDS.items()
            if key != "unknown"
        ),
    ),
    (
        "不识别的设备和说不清的名称",
        "",
        (
            WordList(
                "out_of_scope_keywords",
                "范围外的词",
                "与类别词一起比较，胜出的按其他设备对待，如“柴油机”“电机车”。",
            ),
            WordList(
                "unknown_names",
                "等于没有名称",
                "名称整个是其中之一的，类别不明：各条规则都可适用，但判淘汰的改为待确认。没有写名称的总是如此。",
            ),
        ),
    ),
    (
        "锅炉型号的燃料代号",
        "型号末尾的代号说明燃料；设备名称里的词优先于清单的燃料一栏，一栏优先于代号。",
        tuple(WordList(f"fuel_codes.{key}", word, "每行一个代号。") for key, word in FUEL_WORDS.items()),
    ),
    (
        "电动机的机座号",
        "拆开型号时，只认这里写的机座号、长度字母和铁心号。",
        (
            WordList(
                "motor_frames",
                "机座号和长度字母",
                "每行一个机座号，冒号后是可以有的字母，如 132：S、M；不带字母也可以的写“无”，如 80：M、无。",
                lines=True,
            ),
            WordList(
                "motor_core_digits",
                "铁心号",
                "每行一个机座号带字母，冒号后是可以有的铁心号，如 132S：1、2。没有列出的机座没有铁心号。",
                lines=True,
            ),
        ),
    ),
)
LISTS: Final = tuple(one for _, _, lists in GROUPS for one in lists)


def words_of(grammar: Any, place: str) -> tuple[str, ...]:
    """A list as lines, without the empty name; () where it has no form."""
    value = grammar
    for part in place.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        return tuple(f"{key}：{_letters(one)}" for key, one in value.items())
    return tuple(str(one) for one in value if one != "") if isinstance(value, list) else ()


def typed_words(content: Json, form: Mapping[str, str]) -> Json:
    """The file with the lists as typed; lists that were not posted stay. Words keep their order.

    Raises EQUIPMENT_DRAFT_UNREADABLE where a line would be lost.
    """
    made = clone(content)
    grammar = made.get("grammar")
    grammar = grammar if isinstance(grammar, dict) else {}
    for one in LISTS:
        if one.name not in form:
            continue
        lines = typed_lines(form[one.name], one.title)
        if one.lines:
            grammar[one.place] = _parts(one.title, lines)
        else:
            _put(grammar, one.place, lines)
    return {**made, "grammar": grammar}


def typed_lines(text: str, title: str) -> list[str]:
    """The words of a form. Raises EQUIPMENT_DRAFT_UNREADABLE for too long a list."""
    if len(text) > MOST_CHARACTERS:
        raise DRAFT_UNREADABLE(reason=f"“{title}”太长，最多 {MOST_CHARACTERS} 个字符")
    lines = (line.strip() for line in text.replace("\r\n", "\n").split("\n"))
    return [line for line in lines if line]


def _put(grammar: Json, place: str, words: list[str]) -> None:
    head, _, tail = place.partition(".")
    if tail:
        inner = grammar.get(head)
        kept = dict(inner) if isinstance(inner, dict) else {}
        if words:
            kept[tail] = words
        else:
            kept.pop(tail, None)
        grammar[head] = kept
        return
    before = grammar.get(head)
    nameless = isinstance(before, list) and "" in before  # nobody can type the empty name, nor take it away
    grammar[head] = ["", *words] if nameless else words


def _parts(title: str, lines: list[str]) -> Json:
    made: Json = {}
    for at, line in enumerate(lines, 1):
        frame, _, letters = line.replace(":", "：").partition("：")
        if (key := frame.strip().upper()) in made:
            raise DRAFT_UNREADABLE(reason=f"“{title}”第 {at} 行的 {key[:20]} 上面已经写过，请合为一行")
        parts = [one.strip() for one in letters.replace("，", "、").replace(",", "、").split("、")]
        made[key] = ["" if one == _NONE else one.upper() for one in parts if one]
    return made


def _letters(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return "、".join(str(one) or _NONE for one in value)
