"""能耗对标表（企业能耗达标情况）: landscape; totals, one row per indicator, verdict and signatures, then what it was
worked out from.
"""

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
    joined,
    legal_representative,
    lines,
    none_row,
    only,
    show,
)

PAGE = Page(18, 14, 14, 29, footer=9, landscape=True)


def draw() -> Paper:
    """The template."""
    paper = Paper("form-landscape", "能耗对标表", page=PAGE)
    paper.heading("{{ doc.organ }}", "能耗对标表（企业能耗达标情况）")
    _profile(paper)
    _results(paper)
    _sign_off(paper)
    _grounds(paper)
    paper.record_footer("企业确认（签名）：", "监察人员（签名）：")
    return paper


def _title(paper: Paper, text: str) -> None:
    paper.add(run(text, bold=True), style="表名", before=8, after=3)


def _profile(paper: Paper) -> None:
    caption = 42
    rest = (paper.width - 2 * caption) / 2
    with paper.grid(caption, rest + 12, caption, rest - 12) as g:

        def pair(left: str, shown: str, right: str, other: str) -> None:
            g.row(
                label(left, small=True),
                value(shown, small=True),
                label(right, small=True),
                value(other, small=True),
                height=7,
            )

        pair("被监察单位", show("enterprise.ent_name"), "统一社会信用代码", show("enterprise.ent_uscc"))
        pair("住所", show("enterprise.ent_address"), "法定代表人（负责人）", legal_representative())
        contact = show("enterprise.ent_contact") + only("enterprise.ent_phone", "　")
        pair("所属行业", show("industry"), "联系人及电话", contact)
        pair("所在地", show("region"), "统计期", "{{ period_from | date_range_cn(period_to) }}")
        pair("生产状态", boxes("production_state"), "任务编号", show("task_no"))
        pair(
            "工业总产值",
            "{{ output_value | number | unit('万元') }}",
            "综合能源消费量",
            "{{ energy_total | number | unit('tce') }}"
            "{% if energy_total and energy_basis %}（{{ energy_basis }}）{% endif %}"
            "{% if energy_bases %}；{{ energy_bases }}{% endif %}",
        )
        structure = (
            "{% for row in energy_structure %}{{ row.kind }} {{ row.tce | number }} tce"
            "{% if row.share %}（{{ row.share }}%{% if row.basis %}，{{ row.basis }}{% endif %}）"
            "{% elif row.basis %}（{{ row.basis }}）{% endif %}{% if not loop.last %}；{% endif %}{% endfor %}"
        )
        intensity = (
            "{{ energy_intensity | number | unit('kgce/万元') }}"
            "{% if energy_intensity and energy_basis %}（{{ energy_basis }}）{% endif %}"
        )
        pair("能源结构", structure, "万元产值能耗", intensity)
        officers = (
            "{% for row in inspectors %}{{ row.name }}（{{ row.org }}，{{ row.cert_no }}，{{ row.role }}）"
            "{% if not loop.last %}；{% endif %}{% endfor %}"
        )
        pair("监察人员", officers, "填表日期", day("sheet_date"))


def _results(paper: Paper) -> None:
    _title(paper, "一、单位产品能耗与限额标准对照")
    columns: list[tuple[str | list[str], float, Cell]] = [
        (["序", "号"], 8, fine_centre("{{ loop.index }}")),
        (["产品（工序）", "及生产线"], 24, fine([show("row.product"), only("row.line", "（", "）")])),
        ("执行标准", 18, fine_centre(show("row.standard_no"))),
        (["指标名称", "及单位"], 25, fine([show("row.indicator"), only("row.unit", "（", "）")])),
        (["统计期", "产量"], 20, fine_figure([figure_of("row.output"), show("row.output_unit")])),
        (["统计期", "能耗"], 21, fine_figure([figure_of("row.energy"), only("row.energy_unit")])),
        ("实际值", 14, fine_figure(show("row.value"))),
        (["修正", "条件"], 15, fine(show("row.corrections"))),
        (["3级限定值", "修正前", "修正后"], 18, fine_figure([show("row.limit_base"), show("row.limit")])),
        (["2级", "准入值"], 13, fine_figure(show("row.access"))),
        (["1级", "先进值"], 13, fine_figure(show("row.advanced"))),
        ("达到等级", 16, fine_centre(show("row.result"))),
        (["是否", "达标"], 13, fine_centre(show("row.compliant"))),
        (["超限额", "（%）"], 12, fine_figure(show("row.over_pct"))),
        (["超标", "能耗量"], 18, fine_figure([figure_of("row.excess"), only("row.excess_unit")])),
        (["与标杆、", "基准比较"], 0, fine(show("row.benchmark") + only("row.remark", "；"))),
    ]
    rest = paper.width - sum(width for _, width, _ in columns)
    with paper.grid(*(width or rest for _, width, _ in columns)) as g:
        g.head(*(fine_head(caption) for caption, _, _ in columns), height=12)
        none_row(g, "result_rows")
        with g.each("row in result_rows"):
            g.row(*(cell for _, _, cell in columns), height=10)


def _sign_off(paper: Paper) -> None:
    """Every first cell asks to stay with the next row, so that the box is kept on one page."""
    paper.gap()
    caption = 36
    half = (paper.width - caption) / 2
    with paper.grid(caption, half, half) as g:
        g.row(_caption("总体结论"), Cell(_kept(boxes("verdict")), 2), height=8)
        g.row(_caption("测算结论"), Cell(_kept(lines("findings")), 2), height=10)
        g.row(_caption("处理意见"), Cell([_kept(boxes("actions")), _kept(lines("opinion"))], 2), height=10)
        g.row(_caption("企业意见"), Cell(_kept(lines("ent_opinion")), 2), height=10)
        g.row(
            _caption("签署"),
            Cell(
                [_kept("企业确认（签名、盖章）："), _kept("日期：" + day("sign_date"), before=30)],
                valign="top",
            ),
            Cell([_kept("监察人员（签名）："), _kept(PEN_DATE, before=30)], valign="top"),
            height=24,
        )
        g.row(Cell("（以下为计算依据）", 3, "以下空白"), height=7)


def _grounds(paper: Paper) -> None:
    _title(paper, "二、计算依据")
    with paper.each("c in calculations"):
        head = (
            show("c.product_title")
            + only("c.line", "（", "）")
            + only("c.period_from", "，统计期自 ", shown="{{ c.period_from | date_cn }}")
            + only("c.period_to", "，统计期至 ", shown="{{ c.period_to | date_cn }}")
            + only("c.production_state", "，")
            + "{% if c.new_project %}，新建、改扩建："
            + boxes("c.new_project")
            + "{% endif %}"
        )
        paper.add("{{ loop.index }}．" + head, style="表名", before=6, after=2)
        rest = paper.width - 10 - 40 - 40
        with paper.grid(10, rest, 40, 40) as g:
            g.head(*(fine_head(text) for text in ("序号", "计算数据", "数值", "单位")), height=7)
            none_row(g, "c.inputs")
            with g.each("row in c.inputs"):
                g.row(
                    fine_centre("{{ loop.index }}"),
                    fine(show("row.title")),
                    fine_figure(show("row.shown")),
                    fine_centre(show("row.unit")),
                    height=6,
                )
        paper.gap()
        with paper.when("c.energy"):
            _energy(paper)


def _energy(paper: Paper) -> None:
    columns: list[tuple[str | list[str], float, Cell]] = [
        ("序号", 10, fine_centre("{{ loop.index }}")),
        ("能源品种", 40, fine(show("row.carrier") + only("row.name", "，"))),
        (["投入", "外供"], 14, fine_centre(show("row.direction"))),
        ("实物量", 28, fine_figure([figure_of("row.amount"), show("row.unit")])),
        (["实测低位", "发热量"], 26, fine_figure([show("row.q_net"), only("row.q_unit")])),
        ("折标系数及来源", 0, fine(
            show("row.factor") + only("row.coefficient", "；自定 ") + only("row.coefficient_unit", " "))),
        ("折标煤（tce）", 30, fine_figure(figure_of("row.tce"))),
        ("来源、用途、系统", 26, fine_centre([only("row.origin"), show("row.use"), only("row.system")])),
        ("凭证", 30, fine(joined("row.evidence"))),
    ]  # fmt: skip
    rest = paper.width - sum(width for _, width, _ in columns)
    with paper.grid(*(width or rest for _, width, _ in columns)) as g:
        g.head(*(fine_head(caption) for caption, _, _ in columns), height=8)
        with g.each("row in c.energy"):
            g.row(*(cell for _, _, cell in columns), height=7)
    paper.gap()


def _kept(text: str, before: float | None = None) -> Xml:
    return para(text, style="格内小", before=before, keep_next=True)


def _caption(text: str) -> Cell:
    return Cell(para(text, style="格标小", keep_next=True))
