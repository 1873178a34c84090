"""阶梯电价核算表: a landscape table of tiers and amounts, below it how each was worked out, then the sign-off."""

from __future__ import annotations

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
    none_row,
    only,
    show,
)

PAGE = Page(18, 17, 17, 29, footer=9, landscape=True)


def draw() -> Paper:
    """The template."""
    paper = Paper("form-landscape", "阶梯电价核算表", page=PAGE)
    paper.heading("{{ doc.organ }}", "阶梯电价核算表")
    _head(paper)
    _amounts(paper)
    _workings(paper)
    _sign_off(paper)
    paper.record_footer("企业确认（签名）：", "核查人员（签名）：")
    return paper


def _head(paper: Paper) -> None:
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

        pair("企业名称", show("enterprise.ent_name"), "统一社会信用代码", show("enterprise.ent_uscc"))
        pair("住所", show("enterprise.ent_address"), "法定代表人（负责人）", legal_representative())
        contact = show("enterprise.ent_contact") + only("enterprise.ent_phone", "　")
        pair("联系人及电话", contact, "制表日期", day("made_date"))
        pair("所属行业", show("industry"), "所在地", show("region"))
        period = "{{ period_from | date_range_cn(period_to) }}"
        pair("用电期间", period, "核查人员", officers)
    paper.gap()


def _amounts(paper: Paper) -> None:
    measured = only("row.value", "：", shown=figure_of("row.value") + only("row.value_unit", " "))
    indicator = "{% if row.indicator %}{{ row.indicator }}{% else %}/{% endif %}"
    columns = (
        ("序号", 12, fine_centre("{{ loop.index }}")),
        ("产品、工序、生产线", 32, fine(show("row.product"))),
        ("电价规则、类别", 0, fine([show("row.tariff"), only("row.category") + only("row.object")])),
        ("分档指标、核算值", 36, fine(indicator + measured)),
        ("所属档次", 18, fine_centre(show("row.tier"))),
        (["加价标准", "（元/kWh）"], 20, fine_figure(show("row.rate"))),
        (["计费电量", "（kWh）"], 26, fine_figure(figure_of("row.kwh"))),
        (["应缴加价电费", "（元）"], 26, fine_figure(_yuan("row.due"))),
        (["实缴", "（元）"], 26, fine_figure(_yuan("row.paid"))),
        (["差额", "（元）"], 24, fine_figure(_yuan("row.diff"))),
        ("执行情况", 16, fine_centre(show("row.execution"))),
    )
    rest = paper.width - sum(width for _, width, _ in columns)
    with paper.grid(*(width or rest for _, width, _ in columns)) as g:
        g.head(*(fine_head(caption) for caption, _, _ in columns), height=9)
        none_row(g, "rows")
        with g.each("row in rows"):
            g.row(*(cell for _, _, cell in columns), height=9)
        g.row(
            fine_head("合计", 7),
            fine_figure(_yuan("due_total")),
            fine_figure(_yuan("paid_total")),
            fine_figure(_yuan("diff_total")),
            fine_centre(""),
            height=7,
        )
    paper.add(
        "差额＝应缴－实缴，负数为多缴。金额按 GB/T 8170 修约到分，分档按全数值比较。",
        style="填写说明",
        before=3,
    )


def _workings(paper: Paper) -> None:
    notes = "".join(
        (
            only("row.commissioned", "投产日期：", "。", shown="{{ row.commissioned | date_iso }}"),
            only("row.published_tier", "公布的档次：", "，") + only("row.tier_basis", after="。"),
            only("row.renewable_share", "非水可再生能源电量占比：", "%。"),
            only("row.renewable_target", "激励值：", "%。"),
            only("row.late", "逾期未缴清：", "。", shown=boxes("row.late")),
            only("row.remark"),
        )
    )
    paper.add(run("适用规则和计算过程", bold=True), style="表名", before=8, after=3)
    with paper.grid(12, 73, (paper.width - 85) * 0.7, (paper.width - 85) * 0.3) as g:
        g.head(*(fine_head(text) for text in ("序号", "适用规则", "计算过程", "备注")), height=7)
        with g.each("row in rows"):
            g.row(
                fine_centre("{{ loop.index }}"),
                fine(show("row.basis")),
                fine(show("row.process")),
                fine(notes),
                height=9,
            )
    paper.gap()


def _sign_off(paper: Paper) -> None:
    """The box is kept on one page: every first cell asks to stay with the next row."""
    caption = 36
    half = (paper.width - caption) / 2
    with paper.grid(caption, half, half) as g:
        g.row(_caption("核算依据"), Cell(_kept(lines("evidence_note")), 2), height=8)
        g.row(_caption("核算结论"), Cell(_kept(boxes("conclusion")), 2), height=8)
        g.row(_caption("企业意见"), Cell(_kept(lines("ent_opinion")), 2), height=12)
        g.row(
            _caption("签署"),
            Cell(
                [_kept("企业确认（签名、盖章）："), _kept("日期：" + day("sign_date"), before=34)],
                valign="top",
            ),
            Cell([_kept("核查人员（签名）："), _kept(PEN_DATE, before=34)], valign="top"),
            height=26,
        )
        g.row(Cell("（以下空白）", 3, "以下空白"), height=7)
    paper.gap()


def _yuan(name: str) -> str:
    """An amount to 分."""
    return f"{{{{ {name} | number(2) }}}}"


def _kept(text: str, before: float | None = None) -> Xml:
    return para(text, style="格内小", before=before, keep_next=True)


def _caption(text: str) -> Cell:
    return Cell(para(text, style="格标小", keep_next=True))
