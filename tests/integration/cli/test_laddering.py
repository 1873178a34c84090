"""``calculate-ladder`` and ``grade`` from the shipped definitions: lines, JSON, problems, exit codes."""

from __future__ import annotations

import json

from tests.integration.cli.conftest import Shell

ALUMINIUM = (
    "calculate-ladder",
    "aluminium",
    "--year",
    "2025",
    "--value",
    "13405.2",
    "--kwh",
    "670260000",
    "--late",
)


def test_what_is_due_with_every_step_and_what_waits(shell: Shell) -> None:
    done = shell.run(*ALUMINIUM, "--steps", code=1)
    assert "应缴  60323400 元" in done.stdout
    assert "105.2 ÷ 20 = 5.26 → 6 级" in done.stdout
    assert "13300" in done.stdout
    assert "尚未对照原文确认" in done.stderr


def test_json_holds_the_whole_answer(shell: Shell) -> None:
    done = shell.run(
        "calculate-ladder", "steel_differential", "--from", "2025-01-01", "--to", "2025-06-30", "--region", "河北省唐山市",
        "--category", "淘汰类", "--kwh", "12000000", "--paid", "7000000", "--json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert (found["due"], found["difference"], found["region"]) == ("7200000", "200000", "河北省")


def test_the_grade_of_a_motor_and_what_is_not_in_the_table(shell: Shell) -> None:
    done = shell.run("grade", "motor", "--kw", "11", "--poles", "4", "--efficiency", "91.4", code=1)
    assert "三相异步电动机：3级（待确认）" in done.stdout
    assert "GB 18613-2020" in done.stdout
    between = shell.run(
        "grade", "motor", "--kw=12", "--poles=4", "--efficiency=92", "--on", "2025-06-01", code=3
    )
    assert "相邻的是11kW和15kW" in between.stderr
    settled = shell.run("grade", "motor", "--kw", "0.75", "--poles", "2", "--efficiency", "80.6", "--json")
    assert json.loads(settled.stdout)["grade"] == "低于3级"


def test_faulty_questions_are_refused_in_words(shell: Shell) -> None:
    assert "--year" in shell.run("calculate-ladder", "aluminium", code=2).stderr
    assert "没有电价规则" in shell.run("calculate-ladder", "glass", "--year", "2025", code=4).stderr
    assert "没有设备种类" in shell.run("grade", "boiler", code=4).stderr
    assert "不是选项" in shell.run("grade", "motor", "11kW", code=2).stderr
    assert "缺少" in shell.run("grade", "motor", "--kw", code=3).stderr
