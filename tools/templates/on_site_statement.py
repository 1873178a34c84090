"""节能监察现场告知书: a form that is read aloud, answered and signed on arrival."""

from __future__ import annotations

from tools.templates.kit import Cell, Grid, Page, Paper, centre, label, value
from tools.templates.marks import citations, lines, moment, paragraphs, ticks, v, when
from tools.templates.oxml import para

TITLE = "节能监察现场告知书"

_ITEM_LINES = (
    ("单位产品能耗限额执行", "用能产品设备能效强制标准"),
    ("落后用能产品设备工艺淘汰", "能源计量管理"),
    ("能源消费统计与利用状况分析", "节能目标责任制与节能计划措施"),
    ("节能宣传教育与岗位培训", "以往监察意见落实"),
    ("固定资产投资项目节能审查意见落实", "差别/阶梯电价政策执行"),
    ("能源管理岗位与负责人", "其他"),
)
_RECUSAL_OPEN = "recusal_asked != '否'"
"""Without an answer yet the cells stay open for the pen; after a "no" they have a slash."""


def draw() -> Paper:
    """The template, first edition."""
    paper = Paper("form", TITLE, page=Page(22, 25, 22, 22, footer=9))
    paper.heading(v("doc.organ"), TITLE)
    with paper.when("doc.number"):
        paper.add(v("doc.number"), style="文书编号")
    with paper.grid(30, 50, 26, 57) as grid:
        _party(grid)
    paper.gap()
    _inspectors(paper)
    paper.gap()
    with paper.grid(30, 133) as grid:
        _content(grid)
        _clauses(grid)
        _answers(grid)
    paper.gap()
    _signatures(paper)
    paper.footer()
    return paper


def _party(grid: Grid) -> None:
    grid.row(label("被监察单位"), value(v("enterprise.ent_name"), 3))
    grid.row(
        label(["统一社会", "信用代码"]),
        value(v("enterprise.ent_uscc")),
        label("通知书文号"),
        value(v("notice_ref")),
    )
    grid.row(label("住　　所"), value(v("enterprise.ent_address"), 3))
    grid.row(
        label(["法定代表人", "（负责人）"]),
        value(
            v("enterprise.ent_legal_rep")
            + when("enterprise.ent_legal_rep_title", "（" + v("enterprise.ent_legal_rep_title") + "）")
        ),
        label("联系人"),
        value(v("enterprise.ent_contact") + when("enterprise.ent_phone", "　" + v("enterprise.ent_phone"))),
    )
    grid.row(label("告知时间"), value(moment("stated_at"), 3))
    grid.row(label("告知地点"), value(v("place"), 3))


def _inspectors(paper: Paper) -> None:
    with paper.grid(24, 18, 52, 33, 36) as grid:
        grid.head(
            label("监察人员"),
            label("分工"),
            label("工作单位"),
            label("执法证号"),
            label("有效期至"),
            height=7.5,
        )
        with grid.each("p in inspectors"):
            grid.row(
                centre("{{ p.name }}"),
                centre("{{ p.role }}"),
                value("{{ p.org }}"),
                centre("{{ p.cert_no }}"),
                centre("{{ p.cert_valid_to|date_cn }}", small=True),
                height=7.5,
            )
        grid.row(value("{{ cert_shown|tick }}监察人员已主动出示执法证件，被监察单位已查验。", 5), height=7.5)
        grid.row(value("{{ recording_told|tick }}已告知监察过程全程音像记录。", 5), height=7.5)


def _content(grid: Grid) -> None:
    grid.row(label("监察依据"), value(citations()), height=9)
    columns = ((66.0, "left"),)
    rows = [para(ticks("items", *line, gap="\t"), style="格内小", tabs=columns) for line in _ITEM_LINES]
    rows.append(para(when("items_other", "“其他”是指：" + lines("items_other")), style="格内小"))
    grid.row(label("监察内容"), value(rows), height=30)


def _clauses(grid: Grid) -> None:
    for title, path in (
        (["你单位", "享有的权利"], "rights"),
        (["你单位", "应当履行", "的义务"], "duties"),
        (["监察人员", "应当遵守", "的检查纪律"], "discipline"),
    ):
        grid.row(label(title), Cell(paragraphs(path), style="格条款"), height=24, split=True)


def _answers(grid: Grid) -> None:
    grid.row(
        label(["是否申请", "回　　避"]),
        value("你单位是否申请监察人员回避：" + ticks("recusal_asked", "否", "是")),
        height=9,
    )
    grid.row(label("回避理由"), value(when(_RECUSAL_OPEN, lines("recusal_reason"), "/")), height=9)
    grid.row(
        label(["回避决定", "及决定人"]), value(when(_RECUSAL_OPEN, lines("recusal_decision"), "/")), height=9
    )


def _signatures(paper: Paper) -> None:
    """Opinion and signatures in one piece: nobody signs on a page that says nothing."""
    with paper.block(30, 52, 30, 51) as grid:
        grid.row(label(["被监察单位", "意　　见"]), value(lines("ent_statement"), 3), height=14)
        grid.row(
            label(["被监察单位", "签　　名"]),
            Cell(
                (
                    para("{{ image('ent_signer', height_mm=12) }}", style="图"),
                    para("　　　　年　　月　　日", style="格右"),
                ),
                valign="bottom",
            ),
            label(["监察人员", "签　　名"]),
            Cell(
                (
                    para("{{ image('inspector_signs', height_mm=12) }}", style="图"),
                    para("　　　　年　　月　　日", style="格右"),
                ),
                valign="bottom",
            ),
            height=22,
        )
        grid.row(
            label("签名人身份"),
            value(ticks("ent_signer_capacity", "法定代表人", "主要负责人", "受托代理人", "现场负责人"), 3),
        )
        grid.row(
            label(["拒签情况", "说　　明"]),
            value(when("refusal or not ent_signer_capacity", lines("refusal_note"), "/"), 3),
            height=14,
        )
