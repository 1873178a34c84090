"""计算书: a calculation so that somebody with a pocket calculator can follow it, from stored results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from formserver.calculators.outputs_energy import energy_lines, energy_totals
from formserver.calculators.outputs_reading import (
    LEVEL_WORDS,
    ResultData,
    level_words,
    over_percent,
    period_of,
    plain_text,
    shown,
    shown_limit,
    state_words,
    telling_digits,
    warning_for,
)
from formserver.rendering.paper_writing import Cell, Paper

TITLE: Final = "能耗限额对标计算书"
_NUMERALS: Final = "一二三四五六"


def steps_docx(results: Sequence[ResultData], facts: Mapping[str, str]) -> bytes:
    """The file; the same results give the same bytes. ``facts``: enterprise_name, credit_code, calculated_by,
    calculated_at, title."""
    paper = Paper(TITLE, margins=(22, 20, 20, 22), warning=warning_for(results), footer=TITLE)
    for number, result in enumerate(results):
        if number:
            paper.new_page()
        _result(paper, result, facts)
    return paper.docx()


def _result(paper: Paper, result: ResultData, facts: Mapping[str, str]) -> None:
    paper.text(TITLE, "title")
    paper.text(f"{result['product_title']}　{period_of(result)}", "subtitle")
    _facts(paper, result, facts)
    number = 0
    for title, part, present in (
        ("录入数据", _inputs, True),
        ("能源消费折算", _energy, bool(energy_lines(result))),
        ("计算步骤", _steps, bool(result["steps"])),
        ("限额及修正", _limits, any(one["limits"] for one in result["indicators"])),
        ("比较与判定", _judgement, bool(result["indicators"])),
        ("依据与待核事项", _grounds, True),
    ):
        if present:
            paper.text(f"{_NUMERALS[number]}、{title}", "heading")
            part(paper, result)
            number += 1
    paper.table([[Cell("计算人：\n"), Cell("复核人：\n"), Cell("日期：\n")]], [1, 1, 1])


def _facts(paper: Paper, result: ResultData, facts: Mapping[str, str]) -> None:
    standard = (
        f"{result['standard']}《{result['standard_title']}》"
        if result["standard_title"]
        else result["standard"]
    )
    pairs = [
        ("企业名称", facts.get("enterprise_name", "")),
        ("统一社会信用代码", facts.get("credit_code", "")),
        ("产品（工序）", f"{result['title']}·{result['product_title']}"),
        ("统计期", period_of(result)),
        ("生产状态", state_words(result)),
        ("项目性质", "新建（改扩建）项目" if result["new_project"] else "现有企业"),
        ("核算人", facts.get("calculated_by", "")),
        ("核算时间", facts.get("calculated_at", "")),
    ]
    rows = [
        [cell for title, text in pairs[i : i + 2] for cell in (_label(title), Cell(text))]
        for i in range(0, len(pairs), 2)
    ]
    rows.append([_label("执行标准"), Cell(standard, span=3)])
    rows.append([_label("判定"), Cell(_verdict(result), bold=True, span=3)])
    paper.table(rows, [18, 32, 18, 32])
    for trouble in result["troubles"]:
        paper.text(f"▲ {trouble['title']}：{trouble['message']}", "small")


def _inputs(paper: Paper, result: ResultData) -> None:
    if not result["inputs"]:
        paper.text("无。", "plain")
        return
    rows = [_head("序号", "项目", "数值", "单位", "来源")]
    for number, one in enumerate(result["inputs"], start=1):
        source = "默认值" if one["by_default"] else "填报"
        rows.append(
            [
                Cell(str(number), "center"),
                Cell(one["title"]),
                Cell(one["text"], "right"),
                Cell(one["unit"], "center"),
                Cell(source, "center"),
            ]
        )
    paper.table(rows, [8, 46, 22, 12, 12], header=1)


def _energy(paper: Paper, result: ResultData) -> None:
    lines = energy_lines(result)
    rows = [_head("能源品种", "方向", "实物量", "折标系数", "系数来源", "折标准煤（kgce）", "凭证与说明")]
    rows += [
        [
            Cell(line.title),
            Cell(line.direction, "center"),
            Cell(f"{line.amount} {line.unit}", "right"),
            Cell(f"{line.coefficient} {line.coefficient_unit}".strip(), "right"),
            Cell(line.source),
            Cell(line.standard, "right"),
            Cell("；".join(text for text in (line.evidence, line.note) if text)),
        ]
        for line in lines
    ]
    rows += [
        [Cell(title, "center", bold=True, span=5), Cell(value, "right", bold=True), Cell("")]
        for title, value in energy_totals(result)
    ]
    paper.table(rows, [15, 8, 17, 18, 16, 14, 14], header=1)


def _steps(paper: Paper, result: ResultData) -> None:
    rows = [_head("序号", "项目与算式", "结果", "依据")]
    for number, one in enumerate(result["steps"], start=1):
        words = [one["title"]]
        words += [f"＝ {text}" for text in dict.fromkeys((one["formula"], one["numbers"])) if text]
        unit = f" {one['unit']}" if one["unit"] not in ("", "1") else ""
        value = f"{plain_text(one['value'])}{unit}\n修约显示：{one['shown']}{unit}"
        ground = [one["clause"], "计算式待核" if one["confidence"] != "verified" else "", one["note"]]
        rows.append(
            [
                Cell(str(number), "center"),
                Cell("\n".join(words)),
                Cell(value, "right"),
                Cell("\n".join(text for text in ground if text)),
            ]
        )
    paper.table(rows, [6, 50, 24, 20], header=1)


def _limits(paper: Paper, result: ResultData) -> None:
    rows = [_head("指标", "等级", "标准值", "修正", "修正后", "依据")]
    for one in result["indicators"]:
        limits = one["limits"]
        for number, limit in enumerate(limits):
            corrections = "\n".join(
                f"{c['title']}：{c['numbers']}\n{plain_text(c['before'])} → {plain_text(c['after'])}"
                + (f"（{c['clause']}）" if c["clause"] else "")
                for c in limit["corrections"]
            )
            base = "标准未设" if limit["absent"] else plain_text(limit["base"]) or "未录入"
            clause = (limit["figure"] or {}).get("clause") or one["clause"]
            first = [Cell(f"{one['title']}\n（{one['unit']}）", rows=len(limits))] if number == 0 else []
            rows.append(
                [
                    *first,
                    Cell(LEVEL_WORDS[limit["level"]], "center"),
                    Cell(base, "right"),
                    Cell(corrections or "无"),
                    Cell(plain_text(limit["limit"]), "right"),
                    Cell(clause),
                ]
            )
    paper.table(rows, [18, 18, 11, 26, 13, 14], header=1)


def _judgement(paper: Paper, result: ResultData) -> None:
    for one in result["indicators"]:
        paper.text(_compared(one))
        share = over_percent(one)
        if share is not None:
            paper.text(
                f"超限额幅度＝｜实际值－限额值｜÷｜限额值｜＝{shown(share, telling_digits(share, 2))}%。"
            )
        if one["excess"] is not None:
            paper.text(
                f"超标能耗量＝｜实际值－限额值｜×产量（{plain_text(one['output'])} {one['output_unit']}）"
                f"＝{plain_text(one['excess'])} {one['excess_unit']}。"
            )
        if one["benchmark_text"]:
            paper.text(f"与标杆（基准）水平比较：{one['benchmark_text']}。该比较不作为限额判定依据。")
        for text in one["warnings"]:
            paper.text(f"提示：{text}")


def _compared(one: ResultData) -> str:
    held = next((limit for limit in one["limits"] if limit["level"] == one["decisive"]), None)
    method = "修约值比较法" if one["comparison"] == "rounded" else "全数值比较法"
    sign = "应不大于" if one["direction"] == "le" else "应不小于"
    limit = shown_limit(held["limit"], max(2, one["digits"])) if held else ""
    value = one["shown"] or "未得出"
    return (
        f"{one['title']}：实际值 {value} {one['unit']}（未修约 {plain_text(one['value']) or '—'}），"
        f"{sign}{LEVEL_WORDS[one['decisive']]} {limit or '未定'} {one['unit']}，按 GB/T 8170-2008 {method}比较；"
        f"达到等级：{level_words(one)}；判定：{one['verdict']}。"
    )


def _grounds(paper: Paper, result: ResultData) -> None:
    paper.text("计算所用定义（内容摘要 SHA-256 前 16 位）：", "small")
    rows = [_head("定义", "内容摘要")]
    rows += [[Cell(name), Cell(sha256[:16])] for name, sha256 in result["definitions"]]
    paper.table(rows, [60, 40], header=1)
    sources = [
        limit["figure"]["source"]
        for one in result["indicators"]
        for limit in one["limits"]
        if limit["figure"]
    ]
    for text in dict.fromkeys(text for text in sources if text):
        paper.text(f"限额来源：{text}。", "small")
    if result["unconfirmed"]:
        paper.text("以下标准数值尚未核对原文，核对确认之前判定为“待确认”：", "small")
        rows = [_head("数值", "取值", "来源与条款", "说明")]
        for one in result["unconfirmed"]:
            source = "，".join(text for text in (one["source"], one["clause"]) if text)
            value = f"{plain_text(one['value'])} {one['unit']}"
            rows.append([Cell(one["title"]), Cell(value, "right"), Cell(source), Cell(one["note"])])
        paper.table(rows, [26, 18, 36, 20], header=1)
    for one in result["unchecked"]:
        paper.text(f"计算式待核：{one['title']} ＝ {one['expression']}。{one['note']}", "small")
    for text in result["notes"]:
        paper.text(f"说明：{text}", "small")


def _verdict(result: ResultData) -> str:
    words = str(result["verdict"])
    if result["preview"]:
        words += "（标准在统计期内不适用，仅为测算预览）"
    return words


def _label(text: str) -> Cell:
    return Cell(text, "center", shaded=True)


def _head(*titles: str) -> list[Cell]:
    return [Cell(title, "center", bold=True, shaded=True) for title in titles]
