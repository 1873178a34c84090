"""节能监察通知书: an official paper (公文式) with two annexes, what to prepare and what to know."""

from __future__ import annotations

from tools.templates.kit import Paper, centre, label, value
from tools.templates.marks import citations, date, each, moment, paragraphs, v, when

TITLE = "节能监察通知书"


def draw() -> Paper:
    """The template, first edition."""
    paper = Paper("gongwen", TITLE)
    paper.add(v("issuing_organ"), style="发文机关标志")
    paper.add(v("doc.number"), style="发文字号")
    paper.add(TITLE, style="公文标题", before=18, after=6)
    paper.add(v("enterprise.ent_name") + "：", style="公文顶格")
    _opening(paper)
    _arrangement(paper)
    _people(paper)
    paper.add("五、权利义务和联系方式", style="一级标题")
    paper.add("权利、义务和监察人员应当遵守的检查纪律见附件2。")
    paper.add("联系人：", v("contact_person"), keep_next=True)
    paper.add("联系电话：", v("contact_phone"), keep_next=True)
    paper.add("监督电话：", v("supervision_phone"), keep_next=True)
    paper.add("附件：1．请准备的材料清单", style="附件说明", keep_next=True, before=10)
    paper.add("2．权利、义务和检查纪律告知", style="附件次行", keep_next=True)
    _signature(paper)
    _materials(paper)
    _statements(paper)
    paper.gongwen_footer()
    return paper


def _opening(paper: Paper) -> None:
    actor = when(
        "acting_body",
        "，具体由"
        + v("acting_body")
        + when("delegation_ref", "（委托书文号：" + v("delegation_ref") + "）")
        + "实施",
    )
    paper.add(f"依据{citations()}，本机关决定对你单位实施节能监察{actor}。现将有关事项通知如下：")
    paper.add("一、被监察单位和任务来源", style="一级标题")
    paper.add(
        "统一社会信用代码：",
        v("enterprise.ent_uscc"),
        "；住所：",
        v("enterprise.ent_address"),
        "；法定代表人（负责人）：",
        v("enterprise.ent_legal_rep"),
        when("enterprise.ent_legal_rep_title", "（" + v("enterprise.ent_legal_rep_title") + "）"),
        when("enterprise.ent_contact", "；联系人：" + v("enterprise.ent_contact")),
        when("enterprise.ent_phone", "；联系电话：" + v("enterprise.ent_phone")),
        "。",
    )
    paper.add(
        "本次监察的任务来源为",
        v("task_source"),
        when("plan_ref", "（" + v("plan_ref") + "）"),
        "。本年度本机关已实施检查",
        v("year_check_count"),
        "次，频次上限",
        v("year_check_cap"),
        "次。",
    )


def _arrangement(paper: Paper) -> None:
    paper.add("二、监察方式和时间", style="一级标题")
    with paper.when("mode == '现场监察'"):
        paper.add(
            "本次监察采取",
            v("mode"),
            "方式，时间为",
            moment("inspect_from"),
            "至",
            moment("inspect_to"),
            "，地点为",
            v("inspect_place"),
            "。",
            when("notice_exempt", "本次监察属于" + v("notice_exempt_reason") + "情形，依照规定不提前通知。"),
            "请安排熟悉情况的人员到场，备齐附件1所列材料。",
        )
    with paper.when("mode != '现场监察'"):
        paper.add("本次监察采取", v("mode"), "方式，请于", date("submit_by"), "前将附件1所列材料报送本机关。")
    paper.add("三、监察内容", style="一级标题")
    paper.add(
        each("x in items", "{{ loop.index }}．{{ x }}" + when("not loop.last", "；", "。")),
        when("items_other", "“其他”是指：" + v("items_other")),
    )
    paper.add("监察数据期间为", date("period_from"), "至", date("period_to"), "。")


def _people(paper: Paper) -> None:
    paper.add("四、监察人员", style="一级标题")
    with paper.block(30, 24, 58, 44) as grid:
        grid.head(label("姓名"), label("分工"), label("工作单位"), label("执法证号"), height=7.5)
        with grid.each("p in inspectors"):
            grid.row(
                centre("{{ p.name }}"),
                centre("{{ p.role }}"),
                value("{{ p.org }}"),
                centre("{{ p.cert_no }}"),
                height=7.5,
            )
    with paper.when("assistants"):
        paper.add(
            "协助人员（不具有执法资格）：",
            each(
                "p in assistants",
                "{{ p.name }}（{{ p.org }}"
                + when("p.speciality", "，{{ p.speciality }}")
                + "）"
                + when("not loop.last", "、", "。"),
            ),
        )


def _signature(paper: Paper) -> None:
    """Organ over date, centred on each other, the seal across the date; never alone on a page."""
    seal = "{{ image('seal', width_mm=42, floating=true, dx_mm=0, dy_mm=-20) }}"
    paper.add("", style="空行")
    paper.add(v("issuing_organ"), style="落款")
    paper.add(seal + date("issue_date"), style="落款日期")


def _materials(paper: Paper) -> None:
    paper.add("附件1", style="附件标记", page_break=True)
    paper.add("请准备的材料清单", style="公文标题", before=6, after=10)
    with paper.grid(12, 78, 24, 42) as grid:
        grid.head(
            label("序号", small=True),
            label("材料名称", small=True),
            label("形式", small=True),
            label("说明", small=True),
        )
        with grid.each("m in materials"):
            grid.row(
                centre("{{ loop.index }}", small=True),
                value("{{ m.name }}", small=True),
                centre("{{ m.form }}", small=True),
                value("{{ m.note }}", small=True),
            )
    paper.add(
        "注：复印件请注明“与原件核对无误”并加盖单位公章；涉及商业秘密的，请在材料首页注明。",
        style="填写说明",
        before=6,
    )


def _statements(paper: Paper) -> None:
    paper.add("附件2", style="附件标记", page_break=True)
    paper.add("权利、义务和检查纪律告知", style="公文标题", before=6, after=10)
    for title, path in (
        ("一、你单位享有的权利", "rights_text"),
        ("二、你单位应当履行的义务", "duties_text"),
        ("三、监察人员应当遵守的检查纪律", "discipline_text"),
    ):
        paper.add(title, style="告知标题")
        paper.add(paragraphs(path), style="告知正文")
