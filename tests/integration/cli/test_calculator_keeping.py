"""``calculators check``, ``figures`` and ``confirm`` as people run them."""

from __future__ import annotations

import json

from tests.integration.cli.conftest import Shell

FIGURE = "limits/cement/gb16780-2012#clinker/comprehensive_coal/1"


def test_shipped_calculators_have_no_problems(shell: Shell) -> None:
    done = shell.run("calculators", "check", "cement", "coking", "rare_earth", "--shipped")
    assert "0 处问题" in done.stdout
    shell.run("calculators", "check", "nothing", "--shipped", code=4)


def test_a_figure_is_confirmed_by_a_person_with_a_ground(shell: Shell) -> None:
    shell.run("migrate")
    shell.run("demo", "--if-empty")
    listed = json.loads(shell.run("calculators", "figures", "--standard", "cement", "--json").stdout)
    value = next(one["value"] for one in listed if one["id"] == FIGURE)
    arguments = ("calculators", "confirm", FIGURE, "--against", "标准原文第4页表1", "--by")
    shell.run(*arguments, "province", "--value", "1", code=5)
    shell.run(*arguments, "heyutong", "--value", value, code=7)
    shell.run(*arguments, "nobody", "--value", value, code=4)
    shell.run(*arguments, "province", "--value", value)
    left = json.loads(shell.run("calculators", "figures", "--standard", "cement", "--json").stdout)
    assert FIGURE not in {one["id"] for one in left}
    shell.run("verify")
