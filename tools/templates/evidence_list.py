"""证据清单: a landscape table of what was collected, the hashes of the electronic files in full, and who vouches for it."""

from __future__ import annotations

from tools.templates.kit import Cell, Page, Paper, label, value
from tools.templates.oxml import para
from tools.templates.records import (
    PEN_DATE,
    boxes,
    day,
    fine,
    fine_centre,
    fine_head,
    only,
    paragraphs,
    show,
)

PAGE = Page(18, 17, 17, 29, footer=9, landscape=True)


def draw() -> Paper:
    """The template."""
    paper = Paper("form-landscape", "证据清单", page=PAGE)
    paper.heading("{{ doc.organ }}", "证据清单")
    _head(paper)
    _items(paper)
    _hashes(paper)
    _sign_off(paper)
    paper.record_footer("监察人员（签名）：", "提供人（签名）：")
    return paper


def _head(paper: Paper) -> None:
    caption = 38
    rest = (paper.width - 2 * caption) / 2
    names = (
        "{% for row in inspectors %}{{ row.name }}（{{ row.role }}，{{ row.org }}，执法证号{{ row.cert_no }}）"
        "{% if not loop.last %}、{% endif %}{% endfor %}"
    )
    with paper.grid(caption, rest, caption, rest) as g:
        g.row(
            label("被监察单位", small=True),
            value(show("enterprise.ent_name"), small=True),
            label("统一社会信用代码", small=True),
            value(show("enterprise.ent_uscc"), small=True),
            height=7,
        )
        g.row(
            label("住所", small=True),
            value(show("enterprise.ent_address"), small=True),
            label("制作日期", small=True),
            value(day("list_date"), small=True),
            height=7,
        )
        g.row(label("监察事项", small=True), value(show("matter"), 3, small=True), height=7)
        g.row(label("监察人员", small=True), value(names, 3, small=True), height=7)
    paper.gap()


def _items(paper: Paper) -> None:
    columns = (
        ("序号", 9, fine_centre("{{ loop.index }}")),
        ("证据编号", 17, fine_centre(show("row.evidence_no"))),
        ("证据名称", 0, fine(show("row.title"))),
        ("证据种类", 17, fine_centre(show("row.legal_kind"))),
        ("原件或复印件", 15, fine_centre(show("row.original"))),
        ("来源", 31, fine(show("row.source"))),
        ("页数或时长", 19, fine_centre(show("row.extent"))),
        ("取得时间、地点", 34, fine([show("row.obtained_at"), show("row.place")])),
        ("制作人", 14, fine_centre(show("row.maker"))),
        ("提供人", 17, fine_centre(show("row.provider"))),
        ("证明对象", 36, fine(show("row.proves"))),
        ("备注", 18, fine(show("row.note"))),
    )
    rest = paper.width - sum(width for _, width, _ in columns)
    with paper.grid(*(width or rest for _, width, _ in columns)) as g:
        g.head(*(fine_head(caption) for caption, _, _ in columns), height=9)
        with g.each("row in items"):
            g.row(*(cell for _, _, cell in columns), height=9)
    paper.add("共 {{ items | length }} 份。", style="填写说明", before=3, after=2)


def _hashes(paper: Paper) -> None:
    paper.add(
        "附：电子文件校验值（SHA-256），用于核对文件自登记之日起未被改动", style="表名", before=8, after=3
    )
    name = (paper.width - 22 - 128) * 0.999
    with paper.grid(22, name, 128) as g:
        g.head(fine_head("证据编号"), fine_head("文件名"), fine_head("SHA-256 校验值"), height=6)
        with g.each("row in items"):
            g.row(
                fine_centre("{{ row.evidence_no }}"),
                fine(show("row.filename")),
                fine_centre(show("row.sha256")),
                height=6,
            )
    paper.gap()


def _sign_off(paper: Paper) -> None:
    half = paper.width / 2
    with paper.grid(half, half) as g:
        g.row(
            Cell(
                [
                    para("提供人意见：", style="格内小", keep_next=True),
                    para(paragraphs("provider_statement"), style="格内小", keep_next=True),
                ],
                2,
                valign="top",
            ),
            height=14,
        )
        g.row(
            Cell(
                [
                    para(
                        "拒绝签名：" + boxes("refusal") + only("refusal_note", "　原因和在场人："),
                        style="格内小",
                        keep_next=True,
                    )
                ],
                2,
            ),
            height=8,
        )
        g.row(
            *(
                Cell(
                    [
                        para(who, style="格内小", keep_next=True),
                        para(PEN_DATE, style="格内小", before=22),
                    ],
                    valign="top",
                )
                for who in ("监察人员（签名）：", "提供人（签名）：　　　　　　　　被监察单位（盖章）：")
            ),
            height=22,
        )
