"""授权委托书: the enterprise's letter; two ruled blocks for principal and agent, the rest in sentences."""

from __future__ import annotations

from tools.templates.kit import Cell, Page, Paper, centre, label, value
from tools.templates.marks import date, ticks, v, when
from tools.templates.oxml import para

TITLE = "授权委托书"


def draw() -> Paper:
    """The template, first edition."""
    paper = Paper("letter", TITLE, page=Page(24, 26, 24, 20, footer=9))
    paper.add("授 权 委 托 书", style="文书标题", after=8)
    paper.add(when("doc.organ", v("doc.organ") + "："), style="笔录顶格")
    paper.add("我单位委托下列人员，按下述事项和权限代办节能监察有关事宜。", style="笔录正文")
    _principal(paper)
    _agent(paper)
    _power(paper)
    _signatures(paper)
    paper.add("附：", v("id_copies"), style="填写说明", before=6)
    paper.footer()
    return paper


def _principal(paper: Paper) -> None:
    paper.add("一、委托单位", style="笔录标题")
    with paper.block(33, 55, 24, 48) as grid:
        grid.row(label("单位名称"), value(v("enterprise.ent_name"), 3))
        grid.row(label("统一社会信用代码", small=True), value(v("enterprise.ent_uscc"), 3))
        grid.row(label("住　　所"), value(v("enterprise.ent_address"), 3))
        grid.row(
            label(["法定代表人", "（负责人）"]),
            value(v("enterprise.ent_legal_rep")),
            label("职　　务"),
            value(v("enterprise.ent_legal_rep_title")),
        )
        grid.row(
            label("联 系 人"),
            value(v("enterprise.ent_contact")),
            label("联系电话"),
            value(v("enterprise.ent_phone")),
        )


def _agent(paper: Paper) -> None:
    paper.add("二、受托人", style="笔录标题", before=4)
    with paper.block(33, 55, 24, 48) as grid:
        grid.row(label("姓　　名"), value(v("agent_name")), label("性　　别"), centre(v("agent_sex")))
        grid.row(label("证件类型"), value(v("agent_id_type")), label("证件号码"), value(v("agent_id_no")))
        grid.row(label("工作单位"), value(v("agent_org"), 3))
        grid.row(label("职　　务"), value(v("agent_title")), label("联系电话"), value(v("agent_phone")))


def _power(paper: Paper) -> None:
    paper.add("三、委托事项、权限和期限", style="笔录标题", before=4)
    paper.add("委托事项：", v("matter"), style="笔录正文")
    paper.add(
        "委托权限（",
        ticks("power_kind", "一般授权", "特别授权"),
        "），未勾选的无权行使：",
        style="笔录正文",
        align="left",
        keep_next=True,
    )
    paper.add(
        ticks("scope", "配合现场监察", "提供并确认资料", "接受询问"),
        style="笔录正文",
        align="left",
        keep_next=True,
    )
    paper.add(
        ticks("scope", "确认并签署笔录", "签收文书", "陈述申辩", "承诺整改"), style="笔录正文", align="left"
    )
    paper.add("委托期限：自", date("valid_from"), "起至", date("valid_to"), "止。", style="笔录正文")
    paper.add(
        "受托人在上述权限和期限内的行为，我单位均予承认。",
        style="笔录正文",
        keep_next=True,
    )


def _signatures(paper: Paper) -> None:
    """Principal left, agent right, the date under the principal; one row, so that it never parts."""
    seal = "{{ image('enterprise_seal', width_mm=40, floating=true, dx_mm=2, dy_mm=-10) }}"
    half = paper.width / 2
    with paper.grid(half, half, borders=False) as grid:
        grid.row(
            Cell(
                (
                    para("委托单位（公章）：" + seal, style="落款行"),
                    para("法定代表人（负责人）", style="落款行"),
                    para("签名或者签章：", "{{ image('principal_sign', height_mm=10) }}", style="落款行"),
                ),
            ),
            Cell(
                (
                    para("受托人签名：", "{{ image('agent_sign', height_mm=10) }}", style="落款行"),
                    para("", style="落款行"),
                    para(date("sign_date"), style="落款行"),
                ),
            ),
            height=30,
        )
