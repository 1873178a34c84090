"""What 设备清单 and 淘汰设备清单 share: the head, a table with its note, 未识别, the sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.templates.kit import Cell, Page, Paper, label, value
from tools.templates.oxml import Xml, para, run
from tools.templates.records import (
    PEN_DATE,
    boxes,
    day,
    figure_of,
    fine,
    fine_centre,
    fine_figure,
    fine_head,
    legal_representative,
    lines,
    only,
    show,
)

PAGE = Page(18, 14, 14, 29, footer=9, landscape=True)
Column = tuple[str | list[str], float, Cell]
"""Heading, width in millimetres, cell."""

NUMBER: Column = ("序号", 10, fine_centre(show("row.number")))
QUANTITY: Column = ("数量", 12, fine_figure(show("row.quantity")))


def stacked(*shown: tuple[str, str], figure: bool = False) -> Cell:
    """Values below each other, (name, template text); those that are absent take no line, "/" where all are."""
    parts: list[str] = []
    for name, text in shown:
        parts += [f"{{%p if {name} %}}", text, "{%p endif %}"]
    nothing = " and ".join(f"not {name}" for name, _ in shown)
    parts += [f"{{%p if {nothing} %}}", "/", "{%p endif %}"]
    return fine_figure(parts) if figure else fine(parts)


def plainly(*names: str) -> Cell:
    """Values below each other as they are."""
    return stacked(*((name, show(name)) for name in names))


RATED = stacked(
    ("row.power", show("row.power") + " kW"), ("row.capacity", show("row.capacity") + " kVA"), figure=True
)
SEEN_AT = plainly("row.location", "row.status")
MAKER = plainly("row.maker", "row.made")


def name_column(width: float) -> Column:
    """The name, and where the row stands in the file."""
    return (["设备名称", "原表行号"], width, plainly("row.name", "row.place"))


def opinion_column(width: float, caption: list[str]) -> Column:
    """What a person said, who, when."""
    return (caption, width, plainly("row.opinion", "row.decided_by", "row.decided_at"))


def profile(paper: Paper, result: bool) -> None:
    """Whose list, as of which day, by which rules, from which file."""
    caption = 42
    rest = (paper.width - 2 * caption) / 2
    officers = (
        "{% for row in inspectors %}{{ row.name }}（{{ row.org }}，{{ row.cert_no }}，{{ row.role }}）"
        "{% if not loop.last %}；{% endif %}{% endfor %}"
    )
    with paper.grid(caption, rest, caption, rest) as g:

        def pair(left: str, shown: str, right: str, other: str) -> None:
            g.row(
                label(left, small=True),
                value(shown, small=True),
                label(right, small=True),
                value(other, small=True),
                height=7,
            )

        def wide(left: str, shown: str) -> None:
            g.row(label(left, small=True), value(shown, 3, small=True), height=7)

        pair("企业名称", show("enterprise.ent_name"), "统一社会信用代码", show("enterprise.ent_uscc"))
        pair("住所", show("enterprise.ent_address"), "法定代表人（负责人）", legal_representative())
        contact = show("enterprise.ent_contact") + only("enterprise.ent_phone", "　")
        pair("所属行业", show("industry"), "联系人及电话", contact)
        pair("所在地", show("region"), "监察任务编号", show("task_no"))
        pair("设备清单", show("list_title"), "基准日", day("as_of"))
        pair("规则库版本", show("library"), "识别时间", show("checked_at"))
        pair("制作日期", day("made_date"), "制作人、取数时间", show("taken_by") + only("taken_at", "，"))
        wide("监察人员", officers)
        wide("所用淘汰目录", "{{ catalogues | join_cn('；') }}")
        wide("企业报送原件", show("source_file") + only("source_sha256", "（SHA-256 ", "）"))
        wide("逐行明细附件", show("detail_file") + only("detail_sha256", "（SHA-256 ", "）"))
        if result:
            wide("识别结果", boxes("result"))
    with paper.when("remark_recalled"):
        paper.add(show("remark_recalled"), style="填写说明", before=3)


def section(paper: Paper, title: str) -> None:
    """The caption of a table, kept with it."""
    paper.add(run(title, bold=True), style="表名", before=9, after=3, keep_next=True)


def listing(paper: Paper, name: str, note: str, columns: Sequence[Column]) -> None:
    """A table of ``name`` with its note as the last row; the note alone where rows are left to the attachment, else 无."""
    rest = paper.width - sum(width for _, width, _ in columns)
    with paper.when(name), paper.grid(*(width or rest for _, width, _ in columns)) as g:
        g.head(*(fine_head(caption) for caption, _, _ in columns), height=9)
        first, *others = (cell for _, _, cell in columns)
        with g.each(f"row in {name}"):
            g.row(_with_next(first, f"loop.last and {note}"), *others, height=8)
        with g.when(note):
            g.row(fine(show(note), len(columns)), height=7)
    with paper.when(f"{note} and not {name}"):
        paper.add(show(note), style="填写说明")
    with paper.when(f"not {name} and not {note}"):
        paper.add("无。", style="填写说明")


def _with_next(cell: Cell, condition: str) -> Cell:
    """The first cell of a row that stays with the row after it if ``condition``: a total never stands alone on a page."""
    text = str(cell.content)
    kept = para(text, style=cell.style, keep_next=True)
    return replace(cell, content=[f"{{%p if {condition} %}}", kept, "{%p else %}", text, "{%p endif %}"])


def blocked(paper: Paper, title: str) -> None:
    """What was not recognised."""
    section(paper, title)
    columns: list[Column] = [
        NUMBER,
        name_column(60),
        ("设备型号", 50, fine(show("row.model"))),
        ("须先改正的内容", 0, fine(show("row.problem"))),
    ]
    listing(paper, "blocked_rows", "blocked_note", columns)


def sums(
    paper: Paper, leading: Sequence[Column], trailing: Sequence[tuple[str | list[str], str]] = ()
) -> None:
    """汇总: figures of each group and their totals."""
    figures: list[tuple[str | list[str], str, str]] = [
        ("型号数", "models", "models_total"),
        (["台数", "（在用、备用）"], "units", "units_total"),
        (["总功率", "（kW）"], "power_kw", "power_total"),
        (["总容量", "（kVA）"], "capacity_kva", "capacity_total"),
        (["停用", "台数"], "stopped", "stopped_total"),
        (["已拆除", "台数"], "removed", "removed_total"),
        *((caption, key, f"{key}_total") for caption, key in trailing),
    ]
    lead = sum(width for _, width, _ in leading)
    each = (paper.width - lead) / len(figures)
    with paper.grid(*(width for _, width, _ in leading), *(each for _ in figures)) as g:
        g.head(
            *(fine_head(caption) for caption, _, _ in leading),
            *(fine_head(caption) for caption, _, _ in figures),
            height=9,
        )
        first, *others = (cell for _, _, cell in leading)
        with g.each("row in summary"):
            g.row(
                _with_next(first, "loop.last"),
                *others,
                *(fine_figure(figure_of(f"row.{key}")) for _, key, _ in figures),
                height=7,
            )
        g.row(
            fine_head("合计", len(leading)),
            *(fine_figure(figure_of(total)) for _, _, total in figures),
            height=7,
        )
    with paper.when("summary_note"):
        paper.add(show("summary_note"), style="填写说明", before=3)
    paper.add("台数、功率、容量按在用和备用的设备计；停用、已拆除另列，不计入。", style="填写说明", before=3)


def sign_off(paper: Paper, *rows: tuple[str, str]) -> None:
    """The box is kept on one page: every first cell asks to stay with the next row."""
    paper.gap()
    caption = 36
    half = (paper.width - caption) / 2
    refusal = boxes("refusal") + only("refusal_note", "　原因和在场人：", shown=lines("refusal_note"))
    with paper.grid(caption, half, half) as g:
        for title, shown in (*rows, ("企业意见", lines("ent_opinion")), ("企业拒绝签名", refusal)):
            g.row(_caption(title), Cell(_kept(shown), 2), height=9)
        g.row(
            _caption("签署"),
            Cell(
                [_kept("被监察单位（签名、盖章）："), _kept("日期：" + day("sign_date"), before=34)],
                valign="top",
            ),
            Cell([_kept("监察人员（签名）："), _kept(PEN_DATE, before=34)], valign="top"),
            height=26,
        )
        g.row(Cell("（以下空白）", 3, "以下空白"), height=7)


def _kept(text: str, before: float | None = None) -> Xml:
    return para(text, style="格内小", before=before, keep_next=True)


def _caption(text: str) -> Cell:
    return Cell(para(text, style="格标小", keep_next=True))
