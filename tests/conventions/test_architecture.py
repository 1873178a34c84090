"""The shape of the house: who may import whom, how long a module may be, what an ``__init__`` may hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "formserver"
LONGEST_MODULE = 400

#: Not on every machine that renders or calculates: field laptops run Windows or Kylin without compilers.
NOT_EVERYWHERE = ("jsonschema_rs", "magic", "resource", "fcntl", "uno", "pwd", "grp")
PORTABLE = ("core", "calculation", "rendering")

_BLOCKER = """
import importlib, os, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        return None

for name in {blocked!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Blocked())
if hasattr(os, "fork"):
    del os.fork
"""

_IMPORT_EVERYTHING = """
names = []
for part in {packages!r}:
    package = importlib.import_module("formserver." + part)
    names += [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith(".office_bridge"):  # run by LibreOffice's own Python, never imported
        importlib.import_module(name)
print(len(names))
"""

_GENERATE = """
from formserver.cli.main import main
main(sys.argv[1:], standalone_mode=False)
"""


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_import_contracts_hold():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--config", "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_grows_past_its_second_idea():
    sizes = {
        relative(path): path.read_text(encoding="utf-8").count("\n")
        for path in python_files("formserver", "tools", "benchmarks", "tests")
    }
    assert not {name: lines for name, lines in sizes.items() if lines > LONGEST_MODULE}


def test_package_init_holds_a_docstring_and_nothing_else():
    wrong = []
    for path in python_files("formserver"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name == "__init__.py" and not (ast.get_docstring(tree) and len(tree.body) == 1):
            wrong.append(relative(path))
    assert not wrong


def test_every_module_says_what_it_is_responsible_for():
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in python_files("formserver", "tools")
    }
    assert not [relative(path) for path, tree in trees.items() if not ast.get_docstring(tree)]


def test_only_the_settings_read_the_environment():
    readers = {
        relative(path)
        for path in python_files("formserver")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_os(node.value)
    }
    # processes of LibreOffice get an environment of their own making; that is written, not configured
    allowed = {"formserver/config.py"} | {
        name for name in readers if name.startswith("formserver/rendering/pdf_")
    }
    assert readers <= allowed, f"read settings in config.py, not in {sorted(readers - allowed)}"


def _is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def test_no_settings_are_read_while_a_module_is_imported():
    for path in python_files("formserver"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            called = {
                n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
            assert not called & {"load_settings", "Settings"}, f"{relative(path)} reads settings at import"


def on_a_field_laptop(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _BLOCKER.format(blocked=NOT_EVERYWHERE) + program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_core_calculation_and_rendering_import_on_a_field_laptop():
    assert int(on_a_field_laptop(_IMPORT_EVERYTHING.format(packages=PORTABLE))) > 0


def test_a_field_laptop_generates_the_same_document(tmp_path: Path):
    sample = ROOT / "schemas" / "documents" / "inspection_notice" / "sample.json"
    here, there = tmp_path / "here.docx", tmp_path / "there.docx"
    on_a_field_laptop(_GENERATE, "generate", "inspection_notice", str(sample), "-o", str(there))
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys" + _GENERATE,
            "generate",
            "inspection_notice",
            str(sample),
            "-o",
            str(here),
        ],
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    parts = [zipfile.ZipFile(path).read("word/document.xml") for path in (here, there)]
    assert parts[0] == parts[1]
