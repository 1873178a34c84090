"""调查（询问）笔录: who asks and who answers in ruled grids, then 问：/答： paragraphs and a box to sign."""

from __future__ import annotations

from tools.templates.kit import Paper, label, value
from tools.templates.oxml import run
from tools.templates.records import (
    boxes,
    confirmation,
    day,
    joined,
    lines,
    officers_grid,
    only,
    show,
    span_of_time,
)


def draw() -> Paper:
    """The template."""
    paper = Paper("record", "调查（询问）笔录")
    paper.heading("{{ doc.organ }}", "调 查（询 问）笔 录")
    _head(paper)
    officers_grid(paper, "询问人")
    paper.gap()
    _person(paper)
    paper.add("一、首部告知", style="笔录标题", before=8)
    with paper.each("row in opening"):
        _question(paper, show("row.q"))
        _answer(paper, lines("row.a"))
    paper.add("二、询问内容", style="笔录标题")
    with paper.each("row in qa"):
        _question(
            paper,
            lines("row.q")
            + only("row.evidence_shown", "（向被询问人出示：", "）", joined("row.evidence_shown")),
        )
        _answer(
            paper, lines("row.a") + "{{ row.corrected | either('（此答经被询问人更正）', '') | blank_as }}"
        )
    paper.add("三、核对", style="笔录标题")
    _question(paper, lines("closing_q"))
    paper.add(run("答："), lines("closing_a"), style="笔录答", keep_next=True)
    paper.add("（以下空白）", style="以下空白", keep_next=True, before=4, after=4)
    confirmation(paper, "被询问人", "询问人", "翻译人员")
    paper.record_footer("被询问人（签名）：", "询问人（签名）：", "日期：　　　　年　　月　　日")
    return paper


def _question(paper: Paper, text: str) -> None:
    paper.add(run("问：", bold=True), text, style="笔录问")


def _answer(paper: Paper, text: str) -> None:
    paper.add(run("答："), text, style="笔录答")


def _head(paper: Paper) -> None:
    half = (paper.width - 38 - 26) / 2
    with paper.grid(38, half + 10, 26, half - 10) as g:
        g.row(label("询问事由"), value(show("matter"), 3))
        g.row(label("询问时间"), value(span_of_time("started_at", "ended_at"), 3))
        g.row(label("询问地点"), value(show("place"), 3))
        g.row(
            label("被监察单位"),
            value(show("enterprise.ent_name")),
            label("次数"),
            value("第{{ nth | number_cn }}次询问"),
        )
        g.row(
            label("统一社会信用代码"),
            value(show("enterprise.ent_uscc")),
            label("记录人"),
            value(show("recorder")),
        )
        with g.when("interpreter"):
            g.row(label("翻译人员"), value(show("interpreter"), 3))
    paper.gap()


def _person(paper: Paper) -> None:
    half = (paper.width - 38 - 26) / 2
    with paper.grid(38, half + 10, 26, half - 10) as g:
        g.row(label("被询问人"), value(show("person_name")), label("性别"), value(boxes("person_sex")))
        g.row(label("证件类型"), value(show("person_id_type")), label("出生日期"), value(day("person_birth")))
        g.row(label("证件号码"), value(show("person_id_no")), label("联系电话"), value(show("person_phone")))
        g.row(label("工作单位"), value(show("person_org")), label("职务"), value(show("person_title")))
        g.row(label("住址"), value(show("person_address"), 3))
        g.row(label("与本事项关系"), value(boxes("relation"), 3))
