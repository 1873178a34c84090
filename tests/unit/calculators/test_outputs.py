"""Result sheets and calculation sheets from stored results: what stands where, what must not go out."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from docx import Document
from openpyxl import load_workbook

from formserver.calculation.layouts import choose_layout, layouts
from formserver.calculators.outputs_reading import DRAFT_WARNING, Item, overall, telling_digits
from formserver.calculators.outputs_statement import Statement, make_statement
from formserver.calculators.outputs_statement_docx import statement_docx
from formserver.calculators.outputs_statement_xlsx import statement_xlsx
from formserver.calculators.outputs_steps import steps_docx
from tests.support.calculating import TODAY, catalogue, everybody, example, stored

FACTS = {"enterprise_name": "=cmd|'/c calc'!A1", "output_value": "10,000"}


def sheet(*items: Item, facts: dict[str, str] | None = None) -> Statement:
    names = {one.result["calculator"] for one in items}
    layout = choose_layout(layouts(catalogue()), names, TODAY)
    return make_statement(layout, items, FACTS if facts is None else facts)


def cell(statement: Statement, key: str, row: int = 0) -> str:
    place = next(i for i, column in enumerate(statement.layout.columns) if column.key == key)
    return statement.rows[row][place].text


def passing() -> dict:
    return stored("cement", example("cement", "we_01"), everybody)


def failing() -> dict:
    return stored("cement", example("cement", "fail_electricity"), everybody)


def doubtful() -> dict:
    return stored("glass", example("glass", "pass"))


def test_a_line_per_indicator_with_the_columns_of_its_industry():
    result = passing()
    made = sheet(Item(result, "1号窑"))
    assert made.layout.name == "cement"
    assert len(made.rows) == len(result["indicators"])
    assert cell(made, "seq") == "1"
    assert cell(made, "line") == "1号窑"
    assert cell(made, "altitude") == result_input(result, "altitude_m")
    assert cell(made, "actual") == result["indicators"][0]["shown"]
    assert cell(made, "compliant") == "达标"
    assert cell(made, "excess_energy") == cell(made, "deviation_percent") == ""
    assert made.warning == ""


def result_input(result: dict, key: str) -> str:
    return next(one["text"] for one in result["inputs"] if one["key"] == key)


def test_what_fails_shows_by_how_much_and_is_named_in_the_verdict():
    made = sheet(Item(passing()), Item(failing()))
    failed = [i for i, row in enumerate(made.rows) if cell(made, "compliant", i) == "不达标"]
    assert failed
    assert all(Decimal(cell(made, "deviation_percent", i)) > 0 for i in failed)
    assert made.verdict.value == "不达标"
    assert any("不达标的指标" in text for text in made.sentences)


def test_an_excess_too_small_for_its_digits_does_not_look_like_none():
    made = sheet(Item(stored("cement", example("cement", "just_above"), everybody)))
    row = next(i for i in range(len(made.rows)) if cell(made, "compliant", i) == "不达标")
    assert Decimal(cell(made, "deviation_percent", row)) > 0
    assert telling_digits(Decimal("0.0004"), 2) == 4
    assert telling_digits(Decimal(0), 2) == 2


def test_doubtful_figures_keep_the_level_out_of_the_verdict_and_mark_every_page():
    made = sheet(Item(doubtful()))
    assert cell(made, "compliant") == "待确认"
    assert cell(made, "level").startswith("测算")
    assert made.warning == DRAFT_WARNING
    book = load_workbook(io.BytesIO(statement_xlsx(made)))
    assert DRAFT_WARNING in [c.value for c in book["达标情况表"]["A"]]
    assert book["达标情况表"].oddHeader.center.text == DRAFT_WARNING
    header = Document(io.BytesIO(statement_docx(made))).sections[0].header
    assert header.paragraphs[0].text == DRAFT_WARNING
    assert "待确认" in " ".join(str(c.value) for row in book["版本与待确认"] for c in row)


def test_a_stopped_line_is_shown_with_its_state_and_never_complies():
    stopped = stored("cement", example("cement", "we_01"), everybody, production_state="stopped")
    made = sheet(Item(stopped, remark="错峰停窑"))
    assert cell(made, "compliant") == "不适用"
    assert "错峰停窑" in cell(made, "remark")
    assert "停产" in cell(made, "remark")
    assert made.verdict.value == "不适用"


def test_missing_data_are_named_and_the_sheet_must_not_go_out():
    raw = example("cement", "we_01")
    inputs = {key: value for key, value in raw["inputs"].items() if key != "clinker_t"}
    made = sheet(Item(stored("cement", raw, everybody, inputs=inputs)))
    assert made.verdict.value == "不完整"
    assert any("熟料产量" in text and "不得报出" in text for text in made.sentences)
    assert made.warning == DRAFT_WARNING


def test_the_workbook_holds_no_formula_and_the_same_numbers_as_the_paper():
    made = sheet(Item(passing(), line="+1", remark="@x"))
    data = statement_xlsx(made)
    assert data == statement_xlsx(made)
    book = load_workbook(io.BytesIO(data))
    cells = [c for one in book for row in one.iter_rows() for c in row if c.value is not None]
    assert not [c for c in cells if c.data_type in ("f", "e")]
    assert FACTS["enterprise_name"] in [c.value for c in cells]
    first = book["达标情况表"]
    assert first.page_setup.orientation == "landscape"
    assert first.print_title_rows
    paper = "\n".join(
        c.text for t in Document(io.BytesIO(statement_docx(made))).tables for r in t.rows for c in r.cells
    )
    for row in made.rows:
        assert all(one.text in paper for one in row)


def test_the_second_sheet_keeps_every_decimal():
    result = passing()
    book = load_workbook(io.BytesIO(statement_xlsx(sheet(Item(result)))))
    values = [str(row[5].value) for row in book["计算过程"].iter_rows(min_row=2)]
    for step in result["steps"]:
        assert step["value"] in values
    grounds = " ".join(str(c.value) for row in book["版本与待确认"] for c in row)
    assert all(sha in grounds for _, sha in result["definitions"])


def test_totals_count_one_energy_table_once():
    result = doubtful()
    once, twice = (sheet(*[Item(result)] * n) for n in (1, 2))
    assert once.totals == twice.totals
    energy = next(shown for title, shown, _ in once.totals if "当量值" in title)
    whole = Decimal(result["energy"]["total"]) / 1000
    assert Decimal(energy.text) == round(whole, 2)


@pytest.mark.parametrize("output_value", ["0", "", "-5"])
def test_no_intensity_without_an_output_value(output_value):
    made = sheet(Item(doubtful()), facts={"output_value": output_value})
    assert next(shown.text for title, shown, _ in made.totals if "万元产值能耗" in title) == ""


def test_the_calculation_sheet_shows_every_step_with_numbers_and_grounds():
    result = passing()
    data = steps_docx([result], {"enterprise_name": "川西水泥有限公司"})
    assert data == steps_docx([result], {"enterprise_name": "川西水泥有限公司"})
    document = Document(io.BytesIO(data))
    words = "\n".join(
        [
            *(p.text for p in document.paragraphs),
            *(c.text for t in document.tables for r in t.rows for c in r.cells),
        ]
    )
    for step in result["steps"]:
        for part in (step["title"], step["formula"], step["numbers"], step["value"], step["shown"]):
            assert part in words
    for name, sha256 in result["definitions"]:
        assert name in words
        assert sha256[:16] in words
    for one in result["unchecked"]:
        assert f"计算式待核：{one['title']}" in words
    assert "全数值比较法" in words
    assert document.sections[0].header.paragraphs[0].text == ""


def test_a_doubtful_calculation_sheet_says_so_on_every_page():
    document = Document(io.BytesIO(steps_docx([passing(), doubtful()], {})))
    assert document.sections[0].header.paragraphs[0].text == DRAFT_WARNING


def test_the_worst_result_decides():
    words = ("达标", "待确认", "不完整", "不达标")
    for count in range(1, 5):
        found = [{"verdict": word} for word in ("不适用", *words[:count])]
        assert overall(found).value == words[count - 1]


def test_a_new_project_is_measured_against_the_level_that_decides():
    raw = example("iron_steel", "new_project_fail", "gb21256-2013")
    made = sheet(Item(stored("iron_steel", raw, everybody)))
    value, limit = Decimal(cell(made, "actual")), Decimal(cell(made, "limit_2"))
    assert cell(made, "compliant") == "不达标"
    assert Decimal(cell(made, "deviation_percent")) == round((value - limit) / limit * 100, 2)
