"""现场监察笔录: a head of ruled grids, the findings as text, equipment and materials in tables, a box to sign."""

from __future__ import annotations

from tools.templates.kit import Paper, centre, label, value
from tools.templates.records import (
    boxes,
    confirmation,
    figure_of,
    fine,
    fine_centre,
    fine_figure,
    fine_head,
    joined,
    legal_representative,
    lines,
    none_row,
    officers_grid,
    only,
    paragraphs,
    show,
    span_of_time,
    subtitle,
)

_EVIDENCE = (
    "{% for item in row.evidence %}{{ item.no }} {{ item.title }}"
    "{% if item.page %}（页码：{{ item.page }}）{% endif %}"
    "{% if loop.last %}。{% else %}；{% endif %}{% endfor %}"
)


def draw() -> Paper:
    """The template."""
    paper = Paper("record", "现场监察笔录")
    paper.heading("{{ doc.organ }}", "现 场 监 察 笔 录")
    _head(paper)
    officers_grid(paper, "监察人员")
    _present(paper)
    paper.add("一、出示证件与告知情况", style="笔录标题", before=8)
    paper.add(paragraphs("cert_shown"), style="笔录正文")
    paper.add("是否申请回避：" + boxes("recusal_asked") + "。" + show("recusal_answer"), style="笔录正文")
    paper.add("二、监察过程与情况", style="笔录标题")
    _findings(paper)
    _equipment(paper)
    _materials(paper)
    paper.add("三、被监察单位意见", style="笔录标题", before=8)
    paper.add(paragraphs("ent_opinion"), style="笔录正文", keep_next=True)
    with paper.when("av_ref"):
        paper.add("本次监察的音像记录编号：" + show("av_ref") + "。", style="笔录正文", keep_next=True)
    with paper.when("blank_below"):
        paper.add(
            "（{{ blank_below | either('以下空白', '以下无空白') }}）",
            style="以下空白",
            keep_next=True,
            after=4,
        )
    confirmation(paper, "被监察单位", "监察人员", "见证人")
    paper.record_footer("被监察单位（签名）：", "监察人员（签名）：", "日期：　　　　年　　月　　日")
    return paper


def _head(paper: Paper) -> None:
    half = (paper.width - 38 - 30) / 2
    with paper.grid(38, half, 30, half) as g:
        g.row(label("被监察单位"), value(show("enterprise.ent_name"), 3))
        g.row(
            label("统一社会信用代码"),
            value(show("enterprise.ent_uscc")),
            label("通知书文号"),
            value(show("notice_ref")),
        )
        g.row(label("住所"), value(show("enterprise.ent_address"), 3))
        g.row(
            label("法定代表人（负责人）"),
            value(legal_representative()),
            label("联系人及电话"),
            value(show("enterprise.ent_contact") + only("enterprise.ent_phone", "　")),
        )
        g.row(label("监察地点"), value(show("place") + only("geo", "（定位：", "）"), 3))
        g.row(label("监察时间"), value(span_of_time("started_at", "ended_at"), 3))
        g.row(label("监察内容"), value(joined("items") + only("items_other", "（其他：", "）"), 3))
        g.row(label("记录人"), value(show("recorder"), 3))
    paper.gap()


def _present(paper: Paper) -> None:
    paper.gap()
    rest = paper.width - 26 - 22 - 30 - 30
    with paper.grid(26, 22, rest, 30, 30) as g:
        g.head(label("现场人员"), label("姓名"), label("单位"), label("职务、身份"), label("电话"))
        with g.each("row in present"):
            g.row(
                centre("{{ loop.index }}"),
                centre(show("row.name")),
                value(show("row.org"), small=True),
                value([show("row.title"), show("row.capacity")], small=True),
                value(show("row.phone"), small=True),
            )


def _findings(paper: Paper) -> None:
    with paper.each("row in sections"):
        paper.add(
            subtitle("{{ loop.index | nth('（一）') }}" + show("row.item")),
            "（方法：" + joined("row.method") + "）", style="笔录正文", keep_next=True,
        )  # fmt: skip
        paper.add(paragraphs("row.facts"), style="笔录正文")
        with paper.when("row.figures"):
            paper.add("关键数据", style="表名")
            rest = paper.width - 46 - 36 - 24
            with paper.grid(46, 36, 24, rest) as g:
                g.head(
                    fine_head("数据名称"), fine_head("数值"), fine_head("单位"), fine_head("来源"), height=6
                )
                with g.each("figure in row.figures"):
                    g.row(
                        fine(show("figure.name")),
                        fine_figure(figure_of("figure.value")),
                        fine_centre(show("figure.unit")),
                        fine(show("figure.source")),
                        height=6,
                    )
        with paper.when("row.evidence"):
            paper.add("证据：" + _EVIDENCE, style="笔录正文")


def _equipment(paper: Paper) -> None:
    with paper.when("equipment"):
        paper.add("抽查设备", style="表名", before=8)
        rest = paper.width - 10 - 22 - 26 - 26 - 11 - 17 - 12
        with paper.grid(10, 22, 26, 26, 11, 17, rest, 12) as g:
            g.head(
                *(
                    fine_head(text)
                    for text in (
                        "序号",
                        "设备名称",
                        "型号规格",
                        "出厂编号、日期、制造单位",
                        "数量",
                        "功率或容量",
                    )
                ),
                fine_head("位置、目录命中、照片"),
                fine_head("状态"),
                height=9,
            )
            with g.each("row in equipment"):
                g.row(
                    fine_centre("{{ loop.index }}"),
                    fine(show("row.name")),
                    fine(show("row.model")),
                    fine([show("row.serial_no"), "{{ row.made_on | date_iso }}", show("row.maker")]),
                    fine_centre(show("row.qty")),
                    fine_centre(show("row.rated") + only("row.rated_unit", " ")),
                    fine([
                        show("row.location"),
                        "目录命中：" + show("row.list_hit"),
                        "照片：" + joined("row.photo"),
                    ]),
                    fine_centre(show("row.state")),
                    height=7,
                )  # fmt: skip


def _materials(paper: Paper) -> None:
    paper.add("提取材料", style="表名", before=8)
    rest = paper.width - 12 - 18 - 30 - 30
    with paper.grid(12, rest, 18, 30, 30) as g:
        g.head(
            *(fine_head(text) for text in ("序号", "材料名称", "页数", "原件或复印件", "提供人")), height=6
        )
        none_row(g, "materials_taken")
        with g.each("row in materials_taken"):
            g.row(
                fine_centre("{{ loop.index }}"),
                fine(lines("row.name")),
                fine_centre(show("row.pages")),
                fine_centre("{{ row.original | either('原件', '复印件') }}"),
                fine_centre(show("row.provider")),
                height=6,
            )
