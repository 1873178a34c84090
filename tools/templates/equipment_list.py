"""设备清单: what the enterprise states, how each piece stands against the catalogues, sums, statement and signatures."""

from __future__ import annotations

from tools.templates.equipment_parts import (
    MAKER,
    NUMBER,
    PAGE,
    QUANTITY,
    SEEN_AT,
    Column,
    blocked,
    listing,
    name_column,
    plainly,
    profile,
    section,
    sign_off,
    stacked,
    sums,
)
from tools.templates.kit import Paper
from tools.templates.records import fine, fine_centre, lines, show


def draw() -> Paper:
    """The template."""
    paper = Paper("form-landscape", "设备清单", page=PAGE)
    paper.heading("{{ doc.organ }}", "设备清单")
    profile(paper, result=False)
    _equipment(paper)
    blocked(paper, "表二　未识别（须先改）")
    section(paper, "表三　汇总（按类别）")
    leading: list[Column] = [("类别", 40, fine(show("row.category")))]
    trailing: list[tuple[str | list[str], str]] = [
        (["其中", "淘汰"], "eliminated"),
        (["其中", "待确认"], "review"),
        (["其中", "限制"], "restricted"),
    ]
    sums(paper, leading, trailing)
    sign_off(paper, ("企业声明", lines("ent_statement")))
    paper.record_footer("被监察单位（签名）：", "监察人员（签名）：")
    return paper


def _equipment(paper: Paper) -> None:
    section(paper, "表一　设备")
    technical = stacked(
        ("row.power", show("row.power") + " kW"),
        ("row.capacity", show("row.capacity") + " kVA"),
        ("row.poles", show("row.poles") + " 极"),
        ("row.voltage", show("row.voltage") + " V"),
        ("row.other", show("row.other")),
    )
    ground = stacked(("row.basis", show("row.basis")), ("row.recalled", "（" + show("row.recalled") + "）"))
    columns: list[Column] = [
        NUMBER,
        name_column(30),
        ("设备型号", 30, fine(show("row.model"))),
        (["制造厂", "制造日期"], 28, MAKER),
        ("技术参数", 26, technical),
        QUANTITY,
        (["安装地点", "使用状态"], 26, SEEN_AT),
        ("投运日期", 17, fine_centre(show("row.commissioned"))),
        ("能效", 17, fine(show("row.grade"))),
        (["比对结论", "判定方式"], 20, plainly("row.verdict", "row.way")),
        ("依据", 25, ground),
        ("备注", 0, fine(show("row.remark"))),
    ]
    listing(paper, "rows", "rows_note", columns)
