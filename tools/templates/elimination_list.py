"""淘汰设备清单: what is eliminated with its grounds, then 待确认, 提示, 移出, 未识别, sums, opinions and signatures."""

from __future__ import annotations

from tools.templates.equipment_parts import (
    MAKER,
    NUMBER,
    PAGE,
    QUANTITY,
    RATED,
    SEEN_AT,
    Column,
    blocked,
    listing,
    name_column,
    opinion_column,
    plainly,
    profile,
    section,
    sign_off,
    stacked,
    sums,
)
from tools.templates.kit import Paper
from tools.templates.records import figure_of, fine, fine_centre, fine_figure, fine_head, lines, only, show


def draw() -> Paper:
    """The template."""
    paper = Paper("form-landscape", "淘汰设备清单", page=PAGE)
    paper.heading("{{ doc.organ }}", "淘汰设备清单")
    profile(paper, result=True)
    _eliminated(paper)
    _outside(paper)
    _others(paper)
    blocked(paper, "表五　未识别（须先改）")
    section(paper, "表六　淘汰设备汇总（按类别、批次）")
    leading: list[Column] = [
        ("类别", 34, fine(show("row.category"))),
        ("依据目录", 60, fine(show("row.batch"))),
    ]
    sums(paper, leading)
    with paper.when("ok_note"):
        paper.add(show("ok_note"), style="填写说明", before=2)
    sign_off(paper, ("监察意见", lines("opinion")))
    paper.record_footer("被监察单位（签名）：", "监察人员（签名）：")
    return paper


def _eliminated(paper: Paper) -> None:
    section(paper, "表一　淘汰设备")
    columns: list[Column] = [
        NUMBER,
        name_column(26),
        (
            ["型号（原文）", "规范型号"],
            28,
            stacked(("row.model", show("row.model")), ("row.canonical", "规范：" + show("row.canonical"))),
        ),
        (["制造厂", "制造日期"], 20, MAKER),
        (["功率", "容量"], 15, RATED),
        ("极数", 8, fine_centre(show("row.poles"))),
        QUANTITY,
        (["安装地点", "使用状态"], 18, SEEN_AT),
        (
            ["依据目录、", "条目号、文号"],
            25,
            stacked(
                ("row.catalogue", show("row.catalogue") + only("row.item_no", " ")),
                ("row.document_no", show("row.document_no")),
                ("row.recalled", "（" + show("row.recalled") + "）"),
            ),
        ),
        (["判定条件、", "理由码"], 26, fine(show("row.condition") + only("row.code", "（", "）"))),
        (
            ["淘汰期限", "逾期天数"],
            20,
            stacked(
                ("row.deadline", show("row.deadline")), ("row.overdue", "逾期" + show("row.overdue") + "天")
            ),
        ),
        ("建议替代", 19, fine(show("row.replacement"))),
        (["判定结论", "判定方式"], 16, plainly("row.verdict", "row.way")),
        opinion_column(0, ["人工意见、", "确认人、时间"]),
    ]
    listing(paper, "rows", "rows_note", columns)


def _outside(paper: Paper) -> None:
    columns: list[Column] = [
        ("序号", 10, fine_centre("{{ loop.index }}")),
        ("类别", 18, fine_centre(show("row.category"))),
        ("设备名称", 30, fine(show("row.name"))),
        ("设备型号", 30, fine(show("row.model"))),
        (["制造厂", "制造日期"], 28, MAKER),
        (["单台功率", "（kW）"], 16, fine_figure(figure_of("row.power_kw"))),
        (["单台容量", "（kVA）"], 16, fine_figure(figure_of("row.capacity_kva"))),
        QUANTITY,
        (["安装地点", "使用状态"], 28, SEEN_AT),
        ("依据目录、条目号", 34, fine(show("row.basis"))),
        ("补充理由", 0, fine(show("row.reason"))),
    ]
    with paper.when("extra_rows"):
        section(paper, "表一补　清单之外补充的淘汰设备（由监察人员填写）")
        rest = paper.width - sum(width for _, width, _ in columns)
        with paper.grid(*(width or rest for _, width, _ in columns)) as g:
            g.head(*(fine_head(caption) for caption, _, _ in columns), height=9)
            with g.each("row in extra_rows"):
                g.row(*(cell for _, _, cell in columns), height=8)
        paper.gap()


def _others(paper: Paper) -> None:
    plate: list[Column] = [
        NUMBER,
        name_column(26),
        ("设备型号", 25, fine(show("row.model"))),
        (["制造厂", "制造日期"], 22, MAKER),
        (["功率", "容量"], 15, RATED),
        QUANTITY,
        (["安装地点", "使用状态"], 22, SEEN_AT),
    ]
    why = fine(show("row.why") + only("row.code", "（", "）"))
    ground = stacked(
        ("row.candidate", show("row.candidate")), ("row.recalled", "（" + show("row.recalled") + "）")
    )
    section(paper, "表二　待人工确认（未作为淘汰设备列入）")
    review: list[Column] = [
        *plate,
        (["为什么待确认、", "理由码"], 42, why),
        ("缺什么、怎样补", 41, fine(show("row.missing"))),
        ("可能依据", 24, ground),
        opinion_column(0, ["人工意见、", "意见人、时间"]),
    ]
    listing(paper, "review_rows", "review_note", review)
    section(paper, "表三　限制（提示）")
    restricted: list[Column] = [
        *plate,
        (["提示内容、", "理由码"], 50, why),
        ("依据", 21, ground),
        ("建议", 34, fine(show("row.replacement"))),
        opinion_column(0, ["人工意见、", "意见人、时间"]),
    ]
    listing(paper, "restricted_rows", "restricted_note", restricted)
    section(paper, "表四　人工移出")
    moved: list[Column] = [
        NUMBER,
        name_column(34),
        ("设备型号", 32, fine(show("row.model"))),
        QUANTITY,
        (["安装地点", "使用状态"], 30, SEEN_AT),
        ("自动结论", 16, fine_centre(show("row.machine"))),
        ("自动依据", 26, fine(show("row.candidate"))),
        ("移出依据", 24, fine_centre(show("row.basis"))),
        ("移出理由", 0, fine(show("row.reason"))),
        (["确认人", "确认时间"], 26, plainly("row.decided_by", "row.decided_at")),
    ]
    listing(paper, "moved_rows", "moved_note", moved)
