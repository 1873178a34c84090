"""``calculate`` and ``calculators``: from files alone and with the confirmations of a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from formserver.app import build_context
from formserver.calculators.models import Confirmation
from formserver.calculators.repository import ConfirmationRepository
from formserver.config import Settings
from formserver.core.ids import new_id
from tests.integration.cli.conftest import Shell

INPUTS = {
    "coal_t": "208000",
    "q_net_ar": 22400,
    "clinker_t": "1550000",
    "clinker_kwh": "83700000",
    "waste_heat_factor": 0.0,
    "altitude_m": "420",
}
YEAR = {"start": "2025-01-01", "end": "2025-12-31"}


def written(shell: Shell, **more: Any) -> Path:
    path = shell.folder / "inputs.json"
    data = {"period": YEAR, "inputs": INPUTS, **more}
    path.write_text(
        json.dumps({key: value for key, value in data.items() if value is not None}), encoding="utf-8"
    )
    return path


def test_a_benchmark_from_files_alone_says_values_levels_and_verdict(shell: Shell) -> None:
    done = shell.run("calculate", "cement.clinker", written(shell))
    assert "102.57 kgce/t  3级  达标" in done.stdout
    assert "结论：达标。" in done.stdout
    assert "102.565050835652" not in done.stdout
    assert not (shell.storage / "formserver.sqlite3").exists()


def test_steps_come_on_demand_and_json_holds_everything(shell: Shell) -> None:
    path = written(shell)
    assert (
        "= 102.565050835652 → 102.5651 kgce/t"
        in shell.run("calculate", "cement.clinker", path, "--steps").stdout
    )
    data = json.loads(shell.run("calculate", "cement.clinker", path, "--json").stdout)
    assert data["verdict"] == "达标"
    assert {one["key"] for one in data["indicators"]} >= {"comprehensive_coal", "comprehensive_electricity"}
    assert [len(sha256) for _, sha256 in data["definitions"]] == [64, 64]


def test_standard_input_and_decimals_written_as_numbers(shell: Shell) -> None:
    typed = json.dumps({"period": YEAR, "inputs": {**INPUTS, "coal_t": 208000.1}})
    done = shell.run("calculate", "cement.clinker", "-", "--json", typed=typed)
    assert '"208000.1"' in done.stdout


def test_a_fail_and_what_is_missing_have_exit_codes_of_their_own(shell: Shell) -> None:
    failing = shell.run(
        "calculate", "cement.clinker", written(shell, inputs={**INPUTS, "coal_t": "300000"}), code=1
    )
    assert "不达标" in failing.stdout
    missing = shell.run("calculate", "cement.clinker", written(shell, inputs={}), code=3)
    assert "缺少熟料产量，请填写。  (clinker_t MISSING_INPUT)" in missing.stderr
    across = {"start": "2022-07-01", "end": "2023-06-30"}
    shell.run("calculate", "cement.clinker", written(shell, period=across), code=3)
    shell.run("calculate", "cement.clinker", written(shell, period=across), "--edition", "gb16780-2021")


@pytest.mark.parametrize(
    ("ref", "code"),
    [("cement.nothing", 4), ("nothing.clinker", 4), ("cement", 3), ("", 3), (".", 3), ("a.b.c", 4)],
)
def test_what_is_not_there_is_said_in_two_languages(shell: Shell, ref: str, code: int) -> None:
    done = shell.call("calculate", ref, written(shell), code=code)
    assert "错误：" in done.stderr
    assert "error:" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "null",
        "[" * 100_000,
        '{"period": 5}',
        '{"period": {"start": "x"}}',
        '{"inputs": []}',
        "\ufeff{}",
        '{"period": {"start": "2025-01-01", "end": "2025-12-31"}, "energy": [{}, 5]}',
        '{"nonsense": 1}',
    ],
    ids=range(11),
)
def test_files_that_are_no_request_are_refused_in_words(shell: Shell, text: str) -> None:
    path = shell.folder / "bad.json"
    path.write_text(text, encoding="utf-8")
    assert "错误：" in shell.call("calculate", "cement.clinker", path, code=3).stderr


def test_calculators_are_listed_and_shown(shell: Shell) -> None:
    assert "GB 16780-2021" in shell.run("calculators", "list").stdout
    rows = json.loads(shell.run("calculators", "list", "--json").stdout)
    assert {"cement", "electrolytic_aluminium", "iron_steel"} <= {row["name"] for row in rows}
    shown = shell.run("calculators", "show", "cement").stdout
    assert "cement.clinker  水泥熟料" in shown
    assert "coal_t  统计期入窑燃料实物量（t）" in shown
    shell.run("calculators", "show", "nothing", code=4)


def test_with_a_database_confirmed_figures_count(shell: Shell) -> None:
    ref, data, waiting = unconfirmed(shell)
    path = shell.folder / "waiting.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert "尚未对照标准原文确认" in shell.run("calculate", ref, path, code=1).stderr
    context = build_context(Settings(storage_dir=shell.storage, environment="test"))
    with context.store.uow(write=True) as u:
        for figure in waiting:
            u.repository(ConfirmationRepository).add(
                Confirmation(
                    id=new_id(),
                    figure_id=figure["id"],
                    value=figure["value"],
                    confidence_before="recalled",
                    against_what="标准原文",
                    note="",
                    confirmed_by="x",
                    confirmed_by_name="甲",
                    agency_id="x",
                    confirmed_at=context.clock.now(),
                )
            )
    context.close()
    context.store.engine.dispose()  # type: ignore[attr-defined]
    sure = json.loads(shell.run("calculate", ref, path, "--json").stdout)
    assert sure["verdict"] == "达标"
    shell.run("calculate", ref, path, "--shipped", code=1)


def unconfirmed(shell: Shell) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
    """A shipped example that would pass and waits for figures."""
    from formserver.calculation.engine import calculate
    from formserver.calculation.library import Library
    from formserver.calculation.requests import request_from_json
    from formserver.calculation.results import Verdict, result_to_json
    from formserver.cli.generating import file_catalogue

    library = Library(file_catalogue())
    for name in library.names():
        for example in library.calculator(name).examples:
            data = {key: example[key] for key in ("period", "inputs", "energy") if key in example}
            asked = {**data, "calculator": name, "product": example["product"]}
            result = calculate(library, request_from_json(asked))
            passes = all(one.computed_passes for one in result.indicators)
            if result.verdict is Verdict.UNCONFIRMED and passes:
                return f"{name}.{example['product']}", data, result_to_json(result)["unconfirmed"]
    pytest.skip("every figure of every shipped example is verified")
