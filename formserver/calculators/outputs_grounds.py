"""What a result rests on, as rows of text: every step with all decimals, definitions with hashes, doubtful figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formserver.calculators.outputs_energy import energy_lines
from formserver.calculators.outputs_reading import Item, ResultData, plain_text

CALCULATION_HEAD = (
    "产品（工序）",
    "部分",
    "项目",
    "算式（代入数值）",
    "单位",
    "未修约值",
    "依据",
    "修约显示",
)
GROUND_HEAD = ("产品（工序）", "类别与标识", "名称", "数值", "单位", "来源与条款", "说明")
DIRECTIONS = {"in": "输入", "out": "输出"}


def calculation_rows(items: Sequence[Item]) -> list[tuple[str, ...]]:
    """The second sheet: inputs, energy, steps, limits and comparison of every result; numbers with all places."""
    rows: list[tuple[str, ...]] = [CALCULATION_HEAD]
    for item in items:
        name = item.result["product_title"]
        rows += [(name, *row) for row in _calculation(item.result)]
    return rows


def ground_rows(items: Sequence[Item]) -> list[tuple[str, ...]]:
    """The third sheet: editions and hashes, unconfirmed figures, unchecked formulas, notes."""
    rows: list[tuple[str, ...]] = [GROUND_HEAD]
    for item in items:
        name = item.result["product_title"]
        rows += [(name, *row) for row in _grounds(item.result)]
    return rows


def _calculation(result: ResultData) -> Iterator[tuple[str, ...]]:
    for one in result["inputs"]:
        source = "默认值" if one["by_default"] else "填报"
        yield "录入数据", one["title"], "", one["unit"], one["text"], source, ""
    for line in energy_lines(result):
        kind = f"能源·{line.direction}"
        yield kind, line.title, line.formula, "kgce", line.standard, line.source, line.note
    for one in result["steps"]:
        words = one["numbers"] or one["formula"]
        yield (
            "计算步骤",
            one["title"],
            words,
            one["unit"],
            plain_text(one["value"]),
            one["clause"],
            one["shown"],
        )
    for one in result["indicators"]:
        title, unit = one["title"], one["unit"]
        for limit in one["limits"]:
            for correction in limit["corrections"]:
                words = f"{correction['numbers']}（修正前 {plain_text(correction['before'])}）"
                label = f"{title}·{limit['level']}级·{correction['title']}"
                yield (
                    "限额修正",
                    label,
                    words,
                    unit,
                    plain_text(correction["after"]),
                    correction["clause"],
                    "",
                )
            base = plain_text(limit["base"])
            words = "标准未设此级" if limit["absent"] else f"标准值 {base}" if base else "标准值未录入"
            label = f"{title}·{limit['level']}级限额"
            yield "限额", label, words, unit, plain_text(limit["limit"]), one["clause"], ""
        method = "修约值比较法" if one["comparison"] == "rounded" else "全数值比较法"
        yield (
            "比较",
            title,
            f"{method}，判定：{one['verdict']}",
            unit,
            plain_text(one["value"]),
            "",
            one["shown"],
        )
        if one["excess"] is not None:
            yield "超标能耗量", title, "", one["excess_unit"], plain_text(one["excess"]), "", ""


def _grounds(result: ResultData) -> Iterator[tuple[str, ...]]:
    standard = (
        f"{result['standard']}《{result['standard_title']}》"
        if result["standard_title"]
        else result["standard"]
    )
    yield f"执行标准 {result['edition']}", standard, "", "", "", ""
    for name, sha256 in result["definitions"]:
        yield f"定义 {name}", "内容摘要（SHA-256）", sha256, "", "", ""
    for one in result["unconfirmed"]:
        source = "，".join(text for text in (one["source"], one["clause"]) if text)
        value = plain_text(one["value"])
        yield f"待确认数值 {one['id']}", one["title"], value, one["unit"], source, one["note"]
    for one in result["unchecked"]:
        yield f"计算式待核 {one['id']}", one["title"], one["expression"], "", "", one["note"]
    for text in result["notes"]:
        yield "说明", text, "", "", "", ""
