"""What the records, the pledge and the verification form share: placeholders, fine cells, sign-off boxes."""

from __future__ import annotations

from tools.templates.kit import Cell, Grid, Paper, centre, label, value
from tools.templates.oxml import KAI, Xml, para, run

Content = str | list[str]
PEN_DATE = "日期：　　　　年　　月　　日"


def show(name: str) -> str:
    """The value as it is; "/" where an optional one is empty, nothing where the pen comes."""
    return f"{{{{ {name} }}}}"


def day(name: str) -> str:
    """2026年5月6日, or the ruled form for the pen."""
    return f"{{{{ {name} | date_cn }}}}"


def span_of_time(start: str, end: str) -> str:
    """2026年5月6日9时30分至2026年5月6日16时40分."""
    return f"{{{{ {start} | date_range_cn({end}) }}}}"


def joined(name: str) -> str:
    """A list of short texts on one line."""
    return f"{{{{ {name} | join_cn }}}}"


def lines(name: str) -> str:
    """A text that keeps its line ends."""
    return f"{{{{ {name} | lines }}}}"


def paragraphs(name: str) -> str:
    """A long text, a paragraph for each line."""
    return f"{{{{ {name} | paragraphs }}}}"


def boxes(name: str) -> str:
    """All options of a choice, the chosen ones ticked."""
    return f"{{{{ {name} | checkbox }}}}"


def figure_of(name: str) -> str:
    """A decimal with thousands separated."""
    return f"{{{{ {name} | number }}}}"


def only(name: str, before: str = "", after: str = "", shown: str | None = None) -> str:
    """The value between two texts, or nothing at all."""
    return f"{{% if {name} %}}{before}{shown or show(name)}{after}{{% endif %}}"


def fine(content: Content, span: int = 1) -> Cell:
    """A cell of nine points, to the left."""
    return Cell(content, span, "格内细")


def fine_centre(content: Content, span: int = 1) -> Cell:
    """A cell of nine points, centred."""
    return Cell(content, span, "格中细")


def fine_figure(content: Content, span: int = 1) -> Cell:
    """A quantity of nine points, to the right."""
    return Cell(content, span, "格右细")


def fine_head(content: Content, span: int = 1) -> Cell:
    """The caption of a column of nine points."""
    return Cell(content, span, "格标细", shade="EDEDED")


def none_row(grid: Grid, name: str) -> None:
    """A struck row where the list ``name`` is empty, so that nothing can be written in later."""
    with grid.when(f"not {name}"):
        grid.row(*(fine_centre("/") for _ in grid.widths), height=6)


def legal_representative(prefix: str = "enterprise") -> str:
    """The legal representative, with the title where there is one."""
    return show(f"{prefix}.ent_legal_rep") + only(f"{prefix}.ent_legal_rep_title", "（", "）")


def officers_grid(paper: Paper, caption: str) -> None:
    """The table of ``inspectors``: name, organ, certificate, part."""
    rest = paper.width - 26 - 28 - 34 - 20
    with paper.grid(26, 28, rest, 34, 20) as g:
        g.head(label(caption), label("姓名"), label("工作单位"), label("执法证号"), label("分工"))
        with g.each("row in inspectors"):
            g.row(
                centre("{{ loop.index }}"),
                centre(show("row.name")),
                value(show("row.org")),
                centre(show("row.cert_no")),
                centre(show("row.role")),
            )


def confirmation(paper: Paper, signer: str, officers: str, third: str) -> None:
    """The last box of a record: the handwritten sentence or the refusal, then the signatures.

    ``signer`` is who confirms, ``officers`` the caption of the two officers, ``third`` of the optional witness.
    """
    half = paper.width / 2
    prompt = para(
        f"{signer}核对意见（请亲笔书写",
        only("confirm_prompt", "：“", "”"),
        "）：",
        style="格内小",
        keep_next=True,
    )
    with paper.grid(half, half) as g:
        with g.when("not refusal"):
            g.row(
                Cell([prompt, para("{{ confirm_text }}", style="格内", keep_next=True)], 2, valign="top"),
                height=30,
            )
        with g.when("refusal"):
            g.row(
                Cell(
                    [para("拒绝签名的原因和在场人：" + show("refusal_note"), style="格内", keep_next=True)],
                    2,
                    valign="top",
                ),
                height=24,
            )
        g.row(Cell([para("拒绝签名：" + boxes("refusal"), style="格内", keep_next=True)], 2))
        g.row(
            *(
                Cell(
                    [
                        para(f"{who}（签名）：", style="格内", keep_next=True),
                        para(PEN_DATE, style="格内", before=26, keep_next=True),
                    ],
                    valign="top",
                )
                for who in (signer, officers)
            ),
            height=24,
        )
        g.row(
            Cell([para("记录人（签名）：", style="格内")]),
            Cell([para(f"{third}（签名）：", style="格内")]),
            height=14,
        )
    paper.gap()


def subtitle(text: str) -> Xml:
    """A second-level title at the head of a paragraph, in 楷体 as official papers set it."""
    return run(text, east=KAI)
