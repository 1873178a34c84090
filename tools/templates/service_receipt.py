"""送达回证: a one-page ruled form. What has not happened yet stays empty for the pen, what does not apply has a slash."""

from __future__ import annotations

from tools.templates.kit import Grid, Page, Paper, centre, label, value
from tools.templates.marks import date, lines, moment, ticks, v, when

TITLE = "送达回证"

_LEFT = "service_method == '留置送达'"
_SIGNED_FOR = "service_method in ['直接送达', '委托送达', '转交送达']"
_MAY_BE_REFUSED = f"{_LEFT} or (service_method == '直接送达' and not service_date)"
"""A direct service that has not happened yet may still be refused at the door: its cells stay open for the pen."""


def draw() -> Paper:
    """The template, first edition."""
    paper = Paper("form", TITLE, page=Page(20, 25, 22, 20, footer=9))
    paper.heading(v("doc.organ"), "送 达 回 证")
    with paper.grid(28, 38, 21, 76) as grid:
        grid.row(label("受送达人"), value(v("recipient"), 3), height=9)
        grid.row(label(["统一社会", "信用代码"]), value(v("recipient_uscc"), 3))
        grid.row(label("事　　由"), value(v("case_or_task"), 3), height=9)
    paper.gap()
    with paper.grid(12, 64, 57, 15, 15) as grid:
        grid.head(label("序号"), label("送达文书名称"), label("文号"), label("份数"), label("页数"))
        with grid.each("d in docs"):
            grid.row(
                centre("{{ loop.index }}"),
                value("{{ d.title }}"),
                centre("{{ d.doc_no }}"),
                centre("{{ d.copies }}"),
                centre("{{ d.pages }}"),
            )
    paper.gap()
    with paper.grid(28, 38, 21, 76) as grid:
        grid.row(
            label("送达方式"),
            value(
                [
                    ticks("service_method", "直接送达", "留置送达", "邮寄送达", "电子送达"),
                    ticks("service_method", "委托送达", "转交送达", "公告送达"),
                ],
                3,
            ),
            height=13,
        )
        grid.row(label("送达地点"), value(v("service_place"), 3), height=9)
        with grid.when("service_method != '公告送达'"):
            _receipt(grid)
        with grid.when("service_method in ['直接送达', '留置送达']"):
            _refusal(grid)
        _other_ways(grid)
    paper.gap()
    _servers(paper)
    paper.add(
        "说明：1．受送达人拒绝签收的，由送达人记明拒收事由和日期，并由见证人签名或者拍照、录像。"
        "2．收到日期即送达日期，各项期限从送达之日起计算。",
        style="填写说明",
        before=4,
    )
    paper.footer()
    return paper


def _pen_or_slash(condition: str, text: str) -> str:
    return when(condition, text, "/")


def _receipt(grid: Grid) -> None:
    grid.row(
        label("收 件 人"),
        value(_pen_or_slash(_SIGNED_FOR, v("receiver_name"))),
        label("收到日期"),
        value(_pen_or_slash("service_method != '留置送达'", moment("received_at"))),
        height=9,
    )
    sign = "{{ image('receiver_sign', height_mm=14) }}"
    capacity = [
        ticks("receiver_capacity", "法定代表人", "主要负责人", "负责收件的人", "受托代理人"),
        ticks("receiver_capacity", "指定代收人", "同住成年家属"),
    ]
    grid.row(label("收件人身份"), value(capacity, 3), height=13)
    grid.row(
        label(["收 件 人", "签名或盖章"]), value(_pen_or_slash(_SIGNED_FOR, sign), 3, style="图"), height=18
    )


def _refusal(grid: Grid) -> None:
    grid.row(
        label(["拒收事由", "和 日 期"]),
        value(_pen_or_slash(_MAY_BE_REFUSED, lines("refusal_reason")), 3),
        height=16,
    )
    grid.row(
        label("留置方式"),
        value([ticks("left_mode", "见证人见证"), ticks("left_mode", "拍照录像记录")]),
        label("拍照录像"),
        value(_pen_or_slash(_MAY_BE_REFUSED, v("media"))),
    )
    grid.row(
        label("见证人签名"),
        value(_pen_or_slash(_MAY_BE_REFUSED, v("witness_name"))),
        label("单　　位"),
        value(_pen_or_slash(_MAY_BE_REFUSED, v("witness_org"))),
        height=10,
    )


def _other_ways(grid: Grid) -> None:
    with grid.when("service_method == '邮寄送达'"):
        grid.row(label("邮件号码"), value(v("post_no")), label("邮件回执"), value(v("post_slip")), height=9)
    with grid.when("service_method == '电子送达'"):
        grid.row(label(["电子送达", "地　　址"]), value(v("e_address"), 3), height=9)
        grid.row(label(["送达地址", "确 认 书"]), value(v("e_consent_ref"), 3), height=9)
    with grid.when("service_method == '公告送达'"):
        grid.row(
            label("公告载体"),
            value(v("notice_place")),
            label("公告日期"),
            value(date("notice_date")),
            height=9,
        )
        grid.row(label(["公告原因", "和 经 过"]), value(lines("notice_reason"), 3), height=14)
    grid.row(label("送达日期"), value(date("service_date"), 3), height=9)


def _servers(paper: Paper) -> None:
    with paper.grid(30, 24, 44, 33, 32) as grid:
        grid.row(
            label("送达人"), label("姓名"), label("工作单位"), label("执法证号"), label("签名"), height=7.5
        )
        with grid.each("p in servers"):
            grid.row(
                label("{{ loop.index }}"),
                centre("{{ p.name }}"),
                value("{{ p.org }}"),
                centre("{{ p.cert_no }}"),
                centre(""),
                height=10,
            )
        seal = "{{ image('seal', width_mm=36, floating=true, dx_mm=-18, dy_mm=-12) }}"
        grid.row(
            label("备　　注"),
            value(lines("remark"), 2),
            label(["送达机关", "印　　章"]),
            centre(seal),
            height=15,
        )
