"""Our own rules for templates, beside docxtpl-lint's: what a reader of the file can see is wrong without rendering."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from formserver.core.errors import Problem, Severity
from formserver.rendering.compile import DOCUMENT_PARTS, part_label
from formserver.rendering.package import Package, parse_strict
from formserver.rendering.places import W, number_paragraphs

RESERVED_NAMES = frozenset(["doc", "image", "range", "namespace", "loop", "self", "true", "false", "none"])
_FULL_WIDTH = re.compile(r"[｛{]\s?｛|｛\s?[{%％#＃]|[{｛][％＃]|｝\s?[}｝]|[}%％#＃]\s?｝|[％＃][}｝]")
_PARTED = re.compile(r"\{ +[{%#]|[}%#] +\}(?!\})")
_DANGEROUS_FIELD = re.compile(
    r"(?i)\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|MACROBUTTON|GOTOBUTTON|DATABASE|RD|AUTOTEXT)\b"
)
_TAG = re.compile(r"\{[{%].*?[}%]\}")


def rule_problems(package: Package, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """Every breach of our rules, named by part, paragraph and cell."""
    for name in schema.get("properties", {}):
        if name in RESERVED_NAMES or name.startswith("_"):
            yield Problem("TEMPLATE_RESERVED_NAME", f"字段名 {name} 是模板语言的保留字，请改名。", f"/{name}")
    for name, data in package.members.items():
        kind = package.content_type(name)
        if not kind.endswith(DOCUMENT_PARTS):
            continue
        root = parse_strict(data, name)
        label = part_label(name, kind)
        yield from _text_problems(root, label)
        yield from _field_problems(root, label)
        yield from _hidden_problems(root, label)


def _text_problems(root: etree._Element, label: str) -> Iterator[Problem]:
    for place in number_paragraphs(root):
        if _FULL_WIDTH.search(place.text):
            yield _problem(
                "TEMPLATE_FULL_WIDTH",
                place.words(label),
                "用了全角括号，占位符不会被识别，请改用半角 {{ }}、{% %}。",
            )
        if _PARTED.search(_TAG.sub("", place.text)):
            yield _problem(
                "TEMPLATE_PARTED_BRACES",
                place.words(label),
                "两个括号之间有空格，占位符不会被识别。",
                Severity.WARNING,
            )


def _field_problems(root: etree._Element, label: str) -> Iterator[Problem]:
    codes = ["".join(map(str, node.itertext())) for node in root.iter(f"{{{W}}}instrText")]
    codes += [node.get(f"{{{W}}}instr") or "" for node in root.iter(f"{{{W}}}fldSimple")]
    for code in codes:
        if _DANGEROUS_FIELD.search(code):
            yield _problem(
                "TEMPLATE_DANGEROUS_FIELD", label, f"含有会读取外部内容的域「{code.strip()[:40]}」，请删除。"
            )


def _hidden_problems(root: etree._Element, label: str) -> Iterator[Problem]:
    for run in root.iter(f"{{{W}}}r"):
        hidden = run.find(f"{{{W}}}rPr/{{{W}}}vanish")
        text = "".join(node.text or "" for node in run.iter(f"{{{W}}}t"))
        if hidden is not None and hidden.get(f"{{{W}}}val") not in ("0", "false") and "{{" in text:
            yield _problem(
                "TEMPLATE_HIDDEN_TEXT",
                label,
                f"占位符「{text[:40]}」设成了隐藏文字，打印不出来，请取消隐藏。",
            )


def _problem(code: str, place: str, words: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code, f"{place}：{words}", place, place, severity)
