"""廉政承诺反馈表: one page for the enterprise to tick after the visit."""

from __future__ import annotations

from tools.templates.kit import Page, Paper, label, value
from tools.templates.records import boxes, day, fine, fine_centre, fine_head, only, show


def draw() -> Paper:
    """The template."""
    paper = Paper("form", "廉政承诺反馈表", page=Page(15, 22, 20, 17, footer=9))
    paper.heading("{{ doc.organ }}", "廉政承诺反馈表")
    with paper.grid(38, 42, 22, paper.width - 102) as g:
        g.row(label("被监察单位", small=True), value(show("enterprise.ent_name"), 3, small=True), height=7)
        g.row(
            label("统一社会信用代码", small=True),
            value(show("enterprise.ent_uscc"), small=True),
            label("监察日期", small=True),
            value("{{ inspect_from | date_range_cn(inspect_to) }}", small=True),
            height=7,
        )
        g.row(label("监察任务", small=True), value(show("task_title"), 3, small=True), height=7)
        names = "{% for row in pledgers %}{{ row.name }}（{{ row.cert_no }}）{% if not loop.last %}、{% endif %}{% endfor %}"
        g.row(label("监察人员", small=True), value(names, 3, small=True), height=7)
    paper.add(
        "请逐条勾选；评价为“未遵守”的，请在说明栏写明时间、人员和情形。", style="填写说明", before=4, after=2
    )
    text = paper.width - 10 - 46 - 34
    with paper.grid(10, text, 46, 34) as g:
        g.head(fine_head("序号"), fine_head("承诺内容"), fine_head("评价"), fine_head("说明"), height=6)
        with g.each("row in feedback"):
            g.row(
                fine_centre(show("row.seq")),
                fine(show("row.text")),
                fine_centre(boxes("row.result")),
                fine(show("row.note")),
                height=9.5,
            )
    paper.gap()
    with paper.grid(38, paper.width - 38) as g:
        g.row(
            label("其他意见和建议", small=True),
            value("{% if remark %}{{ remark }}{% endif %}", small=True),
            height=13,
        )
    paper.gap()
    half = (paper.width - 38) / 2
    with paper.grid(38, half, half) as g:
        g.row(
            label(["反馈人签名、", "单位盖章"], small=True),
            value("{% if feedback_by %}{{ feedback_by }}{% endif %}", small=True),
            value("日期：" + day("feedback_date"), small=True),
            height=18,
        )
    paper.add(
        "请将本表交回监察机构。监督电话：{{ supervision_phone }}"
        + only("supervision_mail", "；监督邮箱：")
        + "。",
        style="填写说明",
        before=4,
    )
    paper.footer()
    return paper
