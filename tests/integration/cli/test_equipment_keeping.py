"""``equipment catalogue``: listing, checking, importing and publishing as people run them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.cli.conftest import Shell
from tests.support.catalogues import HEAD, PUMP, TITLES
from tests.support.workbooks import sheet

CATALOGUE = ("equipment", "catalogue")
GIVEN = [
    part
    for key, text in HEAD.items()
    if text and key != "note"
    for part in (f"--{key.replace('_', '-')}", text)
]


def test_shipped_catalogues_are_listed_and_have_no_problems(shell: Shell) -> None:
    rows = json.loads(shell.run(*CATALOGUE, "list", "--shipped", "--json").stdout)
    assert {row["catalogue"]: row["lines"] for row in rows}["batch_3/2014"] == 337
    shown = shell.run(*CATALOGUE, "show", "batch_2/2012", "--text", "Y80M1-2", "--shipped").stdout
    assert "Y80M1-2" in shown
    shell.run(*CATALOGUE, "show", "nothing/1", "--shipped", code=4)
    assert "0 处问题，0 行样本" in shell.run(*CATALOGUE, "check", "--shipped").stdout


def test_a_batch_is_imported_and_published_by_two_people(shell: Shell, tmp_path: Path) -> None:
    shell.run("migrate")
    shell.run("demo", "--if-empty")
    bad, good = tmp_path / "bad.xlsx", tmp_path / "good.xlsx"
    bad.write_bytes(sheet([TITLES, ["", "", "飞机", "", "", "", "", "", "", "", ""], PUMP]))
    good.write_bytes(sheet([TITLES, PUMP]))
    refused = shell.run(*CATALOGUE, "import", str(bad), *GIVEN, "--by", "province", code=3)
    assert "Sheet!C2" in refused.stderr
    shell.run(*CATALOGUE, "import", str(good), *GIVEN, "--by", "heyutong", code=7)
    shell.run(*CATALOGUE, "import", str(good), "--by", "province", code=3)  # the head is missing
    draft = shell.run(*CATALOGUE, "import", str(good), *GIVEN, "--by", "province").stdout.split("\t")[0]
    publish = (*CATALOGUE, "publish", draft, "--from", "2026-05-01", "--by")
    shell.run(*publish, "province", code=7)
    shell.run(*publish, "qiuming")
    assert "第五批" in shell.run(*CATALOGUE, "list").stdout
    shell.run(*publish, "qiuming", code=5)
    shell.run("verify")
