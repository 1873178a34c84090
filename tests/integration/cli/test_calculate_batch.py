"""``formserver calculate-batch``: from a blank workbook to results, without a database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from formserver.cli.main import main
from tests.support.calculating import CLINKER, batch_file


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["calculate-batch", "--shipped", *words])


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({}, 0, "达标 1 行"),
        ({"input/clinker_kwh": 110000000}, 1, "不达标 1 行"),
        ({"input/clinker_t": "x"}, 3, "不完整 1 行"),
        ({"fact/start": ""}, 3, "未计算 1 行"),
    ],
)
def test_the_exit_code_says_how_the_rows_came_out(tmp_path: Path, changes: dict, code: int, word: str):
    (tmp_path / "in.xlsx").write_bytes(batch_file("cement.clinker", [{**CLINKER, **changes}]))
    found = run(str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out.xlsx"))
    assert found.exit_code == code, found.output
    assert word in found.stdout
    assert load_workbook(tmp_path / "out.xlsx").sheetnames[0] == "汇总"
    assert sorted(os.listdir(tmp_path)) == ["in.xlsx", "out.xlsx"]


def test_a_blank_workbook_is_written_and_says_that_it_is_not_filled_in(tmp_path: Path):
    blank = str(tmp_path / "blank.xlsx")
    assert run("--template", "cement.clinker", "-o", blank).exit_code == 0
    found = run(blank, "-o", str(tmp_path / "out.xlsx"))
    assert found.exit_code == 3
    assert "除示例行外没有内容" in found.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [((), 2), (("in.xlsx", "--template", "cement.clinker"), 2), (("--template", "cement.nothing"), 4), (("in.xlsx",), 3)],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], code: int
):
    (tmp_path / "in.xlsx").write_bytes(b"%PDF-1.4")
    given = [str(tmp_path / word) if word.endswith(".xlsx") else word for word in words]
    assert run(*given, "-o", str(tmp_path / "out.xlsx")).exit_code == code
    assert sorted(os.listdir(tmp_path)) == ["in.xlsx"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "in.xlsx").write_bytes(batch_file("cement.clinker", [CLINKER]))
    found = run(str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "no" / "out.xlsx"))
    assert found.exit_code == 6
    assert "不能写入" in found.stderr
