"""补录文书: the catalogue card of a paper from before the platform; the paper itself is the scan."""

from __future__ import annotations

from tools.templates.kit import Page, Paper, label, value
from tools.templates.records import day, lines, show


def draw() -> Paper:
    """The template."""
    paper = Paper("form", "补录文书著录卡", page=Page(20, 25, 20, 20, footer=10))
    paper.heading("{{ doc.organ }}", "补录文书著录卡")
    with paper.grid(38, 60, 26, paper.width - 124) as g:
        g.row(label("文书名称"), value(show("title"), 3))
        g.row(label("原文号"), value(show("number")), label("成文日期"), value(day("doc_date")))
        g.row(label("被监察单位"), value(show("ent_name"), 3))
        g.row(label("统一社会信用代码"), value(show("ent_uscc"), 3))
        g.row(label("原件存放位置"), value(show("kept_at"), 3))
        g.row(label("备注"), value("{% if note %}" + lines("note") + "{% endif %}", 3), height=40)
    paper.add(
        "本卡由补录时登记的著录项目生成，不代替原件；正文以扫描件和纸质原件为准。",
        style="填写说明",
        before=6,
    )
    paper.footer()
    return paper
