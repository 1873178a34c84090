"""节能监察工作廉政承诺书: a letter to the enterprise, numbered clauses, the table the pledgers sign."""

from __future__ import annotations

from tools.templates.kit import Paper, centre, label, value
from tools.templates.records import day, only, show


def draw() -> Paper:
    """The template."""
    paper = Paper("letter", "节能监察工作廉政承诺书")
    paper.heading("{{ doc.organ }}", "节能监察工作廉政承诺书")
    paper.add(
        show("enterprise.ent_name") + "（统一社会信用代码：{{ enterprise.ent_uscc }}）：",
        style="信函顶格",
        before=6,
    )
    paper.add(
        "根据“{{ task_title }}”的安排，我们于{{ inspect_from | date_range_cn(inspect_to) }}对你单位实施节能监察。"
        "为保证监察公正、廉洁，我们郑重承诺：",
        style="信函正文",
    )
    with paper.each("row in clauses"):
        paper.add("{{ row.seq | nth('一、') }}{{ row.text }}", style="信函正文")
    paper.add(
        "以上承诺请你单位监督。监督电话：{{ supervision_phone }}"
        + only("supervision_mail", "；监督邮箱：")
        + "。",
        style="信函正文",
        keep_next=True,
    )
    paper.add("承诺人（签名）：", style="信函顶格", before=8)
    rest = paper.width - 11 - 20 - 27 - 44
    with paper.grid(11, 20, rest / 2, 27, rest / 2, 44) as g:
        g.head(
            *(label(text, small=True) for text in ("序号", "姓名", "工作单位", "执法证号", "签名", "日期"))
        )
        with g.each("row in pledgers"):
            g.row(
                centre("{{ loop.index }}", small=True),
                centre(show("row.name"), small=True),
                value(show("row.org"), small=True),
                centre(show("row.cert_no"), small=True),
                centre("", small=True),
                centre(day("row.sign_date"), small=True),
                height=12,
            )
    paper.add("本承诺书一式两份，一份交被监察单位，一份随监察文书归档。", style="填写说明", before=6)
    paper.footer()
    return paper
