"""The English catalogue is complete, loses no value, and leaves every script a script."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from formserver.web.translation import load_catalogue, translate_script

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "formserver" / "web" / "static"
PARSE = """
const vm = require("vm");
let text = "";
process.stdin.on("data", (piece) => (text += piece)).on("end", () => {
  const broken = [];
  for (const [name, source] of Object.entries(JSON.parse(text)))
    try { new vm.SourceTextModule(source, { identifier: name }); } catch (error) { broken.push(`${name}: ${error}`); }
  console.log(JSON.stringify(broken));
});
"""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_every_text_has_english_with_the_same_holes(tool: ModuleType, capsys: pytest.CaptureFixture[str]):
    assert tool.check(tool.all_texts(), tool.known()) == 0, (
        f"run tools/translations.py, then fill in translations/en.po:\n{capsys.readouterr().out}"
    )


def test_a_lost_value_is_noticed(tool: ModuleType):
    wrong = {"共 {} 页": "pages", "可补录 %d": "{} can be entered", "第{}版由{}保存": "{1} saved version {0}"}
    assert tool.wrong_holes(wrong, wrong) == ["共 {} 页", "可补录 %d"]


def _ours() -> dict[str, str]:
    found = sorted(path for path in SCRIPTS.rglob("*.js") if "vendor" not in path.parts)
    return {path.relative_to(SCRIPTS).as_posix(): path.read_text(encoding="utf-8") for path in found}


def _broken(scripts: dict[str, str]) -> list[str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("NO SCRIPT WAS PARSED: node is not installed")
    command = [node, "--experimental-vm-modules", "--no-warnings", "-e", PARSE]
    said = subprocess.run(command, input=json.dumps(scripts), capture_output=True, text=True, check=True)
    found: list[str] = json.loads(said.stdout)
    return found


def test_every_script_is_one_in_english_too():
    catalogue = load_catalogue()
    english = {name: translate_script(source, catalogue) for name, source in _ours().items()}
    assert english != _ours()
    assert _broken(english) == []
    assert len(_broken({**english, "js/app.js": 'say("not "closed")'})) == 1
