"""节能监察现场核查表: landscape ruled tables A–J, each part only when the kind of check asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from tools.templates.kit import Cell, Page, Paper, label, value
from tools.templates.oxml import Xml, para, run
from tools.templates.records import (
    PEN_DATE,
    boxes,
    day,
    figure_of,
    fine,
    fine_centre,
    fine_figure,
    fine_head,
    joined,
    legal_representative,
    lines,
    none_row,
    only,
    show,
)

PAGE = Page(18, 17, 17, 29, footer=9, landscape=True)


def draw() -> Paper:
    """The template."""
    paper = Paper("form-landscape", "节能监察现场核查表", page=PAGE)
    paper.heading("{{ doc.organ }}", "节能监察现场核查表")
    _profile(paper)
    _energy(paper)
    _quota(paper)
    _equipment(paper)
    _meters(paper)
    _checks(paper)
    _projects(paper)
    _tariffs(paper)
    _prior(paper)
    _problems(paper)
    _sign_off(paper)
    paper.record_footer("企业确认（签名）：", "核查人员（签名）：")
    return paper


def _title(paper: Paper, text: str) -> None:
    paper.add(run(text, bold=True), style="表名", before=10, after=3)


def _rows(
    paper: Paper, name: str, columns: Sequence[tuple[str | list[str], float, Cell]], *, loop: str = "row"
) -> None:
    """One table: captions, widths in millimetres (0 takes the rest) and cells, a struck row where it is empty."""
    rest = paper.width - sum(width for _, width, _ in columns)
    with paper.grid(*(width or rest for _, width, _ in columns)) as g:
        g.head(*(fine_head(caption) for caption, _, _ in columns), height=8)
        none_row(g, name)
        with g.each(f"{loop} in {name}"):
            g.row(*(cell for _, _, cell in columns), height=7)


def _number() -> tuple[str, float, Cell]:
    return "序号", 10, fine_centre("{{ loop.index }}")


def _profile(paper: Paper) -> None:
    _title(paper, "A 企业与核查概况")
    caption = 42
    rest = (paper.width - 2 * caption) / 2
    with paper.grid(caption, rest + 12, caption, rest - 12) as g:

        def pair(left: str, shown: str, right: str, other: str) -> None:
            g.row(
                label(left, small=True),
                value(shown, small=True),
                label(right, small=True),
                value(other, small=True),
                height=7,
            )

        pair("被监察单位", show("enterprise.ent_name"), "统一社会信用代码", show("enterprise.ent_uscc"))
        pair("住所", show("enterprise.ent_address"), "法定代表人（负责人）", legal_representative())
        contact = show("enterprise.ent_contact") + only("enterprise.ent_phone", "　")
        pair("所属行业", show("industry"), "联系人及电话", contact)
        pair("所在地", show("region"), "核查期间", "{{ period_from | date_range_cn(period_to) }}")
        g.row(label("核查类型", small=True), value(boxes("task_types"), 3, small=True), height=7)
        pair("统计期内生产状态", boxes("production_state"), "重点用能单位", boxes("is_key_user"))
        pair(
            "工业总产值",
            "{{ output_value | number | unit('万元') }}",
            "综合能源消费量",
            "{{ energy_total | number | unit('tce') }}"
            "{% if energy_total and energy_basis %}（{{ energy_basis }}）{% endif %}"
            "{% if energy_bases %}；{{ energy_bases }}{% endif %}",
        )
        officers = (
            "{% for row in inspectors %}{{ row.name }}（{{ row.org }}，{{ row.cert_no }}，{{ row.role }}）"
            "{% if not loop.last %}；{% endif %}{% endfor %}"
        )
        g.row(label("核查人员", small=True), value(officers, 3, small=True), height=7)
        g.row(label("核查日期", small=True), value(day("verify_date"), 3, small=True), height=7)


def _energy(paper: Paper) -> None:
    with paper.when("'能耗对标' in task_types or '阶梯电价' in task_types or '日常监察' in task_types"):
        _title(paper, "B 能源消费（核查期间）")
        _rows(paper, "energy_rows", [
            _number(),
            ("能源品种", 28, fine_centre(show("row.energy"))),
            ("品种说明", 44, fine(show("row.energy_note"))),
            ("实物量", 30, fine_figure(figure_of("row.qty"))),
            ("单位", 18, fine_centre(show("row.unit"))),
            ("折标系数", 24, fine_figure(show("row.factor"))),
            ("系数口径", 28, fine_centre(show("row.factor_kind"))),
            ("折标煤（tce）", 32, fine_figure(figure_of("row.tce") + _own_hand())),
            ("凭证", 0, fine(joined("row.evidence"))),
        ])  # fmt: skip


def _quota(paper: Paper) -> None:
    with paper.when("'能耗对标' in task_types or '阶梯电价' in task_types"):
        _title(paper, "C 单位产品能耗对标")
        _rows(paper, "quota_rows", [
            _number(),
            ("产品/工序", 28, fine(show("row.product"))),
            ("产量", 22, fine_figure(figure_of("row.output"))),
            ("产量单位", 12, fine_centre(show("row.output_unit"))),
            ("能耗指标名称", 0, fine(show("row.indicator"))),
            ("核算值", 18, fine_figure(show("row.value"))),
            ("指标单位", 18, fine_centre(show("row.unit"))),
            ("限额标准号", 26, fine_centre(show("row.standard_no"))),
            (["限定值", "（3级）"], 16, fine_figure(show("row.limit"))),
            (["准入值", "（2级）"], 16, fine_figure(show("row.access"))),
            (["先进值", "（1级）"], 16, fine_figure(show("row.advanced"))),
            (["超限定值", "（%）"], 16, fine_figure(show("row.over_pct"))),
            ("达标情况", 30, fine_centre(show("row.result") + _own_hand())),
        ])  # fmt: skip


def _own_hand() -> str:
    """The mark of a row that a person wrote in place of the calculated one."""
    return "{% if row.detached %}（自行填写）{% endif %}"


def _equipment(paper: Paper) -> None:
    with paper.when("'设备淘汰' in task_types or '机电设备能效提升专项' in task_types"):
        _title(paper, "D 用能设备清单")
        _rows(paper, "equipment", [
            _number(),
            (["设备名称、", "型号规格"], 30, fine([show("row.name"), show("row.model")])),
            (["出厂编号、", "日期、制造单位"], 28, fine(
                show("row.serial_no") + only("row.made_on", "，", shown="{{ row.made_on | date_iso }}")
                + only("row.maker", "，"))),
            ("数量", 9, fine_centre(show("row.qty"))),
            (["额定功率", "或容量"], 16, fine_centre(show("row.rated") + only("row.rated_unit", " "))),
            ("安装位置", 22, fine(show("row.location"))),
            ("状态", 10, fine_centre(show("row.state"))),
            (["能效等级", "及标准"], 18, fine_centre(show("row.eff_class") + only("row.eff_std", "，"))),
            (["淘汰目录命中、", "批次、期限"], 36, fine(
                show("row.list_hit") + only("row.elim_catalog", "；批次：")
                + only("row.elim_deadline", "；期限：", shown="{{ row.elim_deadline | date_iso }}"))),
            ("比对结果及说明", 0, fine([show("row.system_suggestion"), show("row.suggestion_note")])),
            (["人工", "确认"], 17, fine_centre(show("row.manual_confirm"))),
            ("理由、铭牌照片", 26, fine(
                show("row.manual_reason") + only("row.photo", "　", shown=joined("row.photo")))),
        ])  # fmt: skip


def _meters(paper: Paper) -> None:
    with paper.when("'能耗对标' in task_types or '阶梯电价' in task_types or '日常监察' in task_types"):
        _title(paper, "E 能源计量器具")
        _rows(paper, "meter_rows", [
            _number(),
            ("级别", 60, fine(show("row.level"))),
            ("能源种类", 0, fine(show("row.energy"))),
            ("应配数（台）", 28, fine_figure(show("row.should"))),
            ("实配数（台）", 28, fine_figure(show("row.actual"))),
            ("配备率（%）", 28, fine_figure(show("row.rate"))),
            ("检定/校准有效", 34, fine_centre(boxes("row.verified"))),
        ])  # fmt: skip


def _checks(paper: Paper) -> None:
    _title(paper, "F 管理制度核查")
    _rows(paper, "check_rows", [
        _number(),
        ("核查事项", 36, fine(lines("row.item"))),
        ("依据", 30, fine(show("row.basis"))),
        ("方法", 17, fine_centre(show("row.method"))),
        ("判定标准", 34, fine(lines("row.standard"))),
        ("企业自查情况", 26, fine(lines("row.self_value"))),
        ("核查情况", 0, fine(lines("row.found_value"))),
        ("结果", 17, fine_centre(show("row.result"))),
        ("证据", 20, fine(joined("row.evidence"))),
        ("备注", 22, fine(show("row.remark"))),
    ])  # fmt: skip


def _projects(paper: Paper) -> None:
    with paper.when("'项目节能审查' in task_types"):
        _title(paper, "G 项目节能审查")
        _rows(paper, "project_rows", [
            _number(),
            ("项目名称", 0, fine(show("row.project"))),
            ("项目代码", 40, fine(show("row.code"))),
            (["取得节能", "审查意见"], 22, fine_centre(boxes("row.reviewed"))),
            ("节能审查意见文号", 36, fine_centre(show("row.review_no"))),
            (["批复年综合能耗", "（tce）"], 26, fine_figure(figure_of("row.approved_tce"))),
            (["实际年综合能耗", "（tce）"], 26, fine_figure(figure_of("row.actual_tce"))),
            ("建设状态", 22, fine_centre(show("row.built_state"))),
            (["节能验收", "情况"], 16, fine_centre(show("row.acceptance"))),
            ("核查结论", 18, fine_centre(show("row.result"))),
        ])  # fmt: skip


def _tariffs(paper: Paper) -> None:
    with paper.when("'阶梯电价' in task_types"):
        _title(paper, "H 阶梯/差别电价执行")
        _rows(paper, "tariff_rows", [
            _number(),
            ("产品/工序", 28, fine(show("row.product"))),
            ("分档指标", 0, fine(show("row.indicator"))),
            ("核算值", 20, fine_figure(show("row.value"))),
            ("指标单位", 18, fine_centre(show("row.value_unit"))),
            ("所属档次", 26, fine_centre(show("row.tier"))),
            (["应加价电量", "（kWh）"], 28, fine_figure(figure_of("row.kwh"))),
            (["加价标准", "（元/kWh）"], 20, fine_figure(show("row.surcharge"))),
            (["应缴加价电费", "（元）"], 28, fine_figure(figure_of("row.payable"))),
            (["实缴", "（元）"], 28, fine_figure(figure_of("row.paid"))),
            (["差额", "（元）"], 24, fine_figure(figure_of("row.diff"))),
        ])  # fmt: skip


def _prior(paper: Paper) -> None:
    with paper.when("'日常监察' in task_types or '能耗对标' in task_types or '设备淘汰' in task_types"):
        _title(paper, "I 以往监察意见落实")
        _rows(paper, "prior_rows", [
            _number(),
            ("文书及文号", 48, fine(show("row.doc_ref"))),
            ("问题", 66, fine(lines("row.problem"))),
            ("整改期限", 24, fine_centre("{{ row.deadline | date_iso }}")),
            ("落实情况", 20, fine_centre(show("row.state"))),
            ("核查情况", 0, fine(lines("row.found"))),
            ("证据", 24, fine(joined("row.evidence"))),
        ])  # fmt: skip


def _problems(paper: Paper) -> None:
    _title(paper, "J 发现问题、结论与签署")
    _rows(paper, "problems", [
        _number(),
        ("所在部分", 26, fine_centre(show("row.part"))),
        ("问题事实", 0, fine(lines("row.fact"))),
        ("依据", 72, fine(show("row.basis"))),
        ("证据", 30, fine(joined("row.evidence"))),
    ])  # fmt: skip
    paper.gap()


def _sign_off(paper: Paper) -> None:
    """The box is kept on one page: every first cell asks to stay with the next row."""
    caption = 36
    half = (paper.width - caption) / 2
    with paper.grid(caption, half, half) as g:
        g.row(_caption("核查结论"), Cell(_kept(boxes("conclusion")), 2), height=8)
        g.row(_caption("企业意见"), Cell(_kept(lines("ent_opinion")), 2), height=12)
        g.row(
            _caption("签署"),
            Cell(
                [_kept("企业确认（签名、盖章）："), _kept("日期：" + day("sign_date"), before=34)],
                valign="top",
            ),
            Cell([_kept("核查人员（签名）："), _kept(PEN_DATE, before=34)], valign="top"),
            height=26,
        )
        g.row(Cell("（以下空白）", 3, "以下空白"), height=7)
    paper.gap()


def _kept(text: str, before: float | None = None) -> Xml:
    return para(text, style="格内小", before=before, keep_next=True)


def _caption(text: str) -> Cell:
    return Cell(para(text, style="格标小", keep_next=True))
