"""Collect the program's Chinese texts and hold the English catalogue against them.

python tools/translations.py            bring ``translations/en.po`` up to date (new texts empty, gone ones dropped)
python tools/translations.py --check    exit 1 and list what has no English, or English with other holes
python tools/translations.py --merge F  the same after taking ``{"Chinese": "English"}`` from JSON files
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from formserver.web.translation import _RUN, CATALOGUE, CHINESE, said_strings, script_texts  # noqa: E402

PACKAGE = ROOT / "formserver"
SAID_IN_CODE = (
    "calculation/energy_lines.py",
    "calculation/requests.py",
    "core/definitions/prefill.py",
    "core/definitions/providers.py",
    "core/document_permissions.py",
    "core/jobs.py",
    "core/legacy_permissions.py",
    "core/lifecycle.py",
    "core/models.py",
    "core/permissions.py",
)
"""Modules of the core and of calculation whose Chinese strings people see on pages; of the slices every module counts."""
PAPERS = frozenset(
    f"calculators/{name}.py"
    for name in (
        "batch_book",
        "batch_columns",
        "batch_energies",
        "batch_summary",
        "confirm_sheet",
        "document_filling",
        "document_outcome",
        "document_words",
        "maintain_whatif_sheet",
        "outputs_energy",
        "outputs_grounds",
        "outputs_reading",
        "outputs_statement",
        "outputs_statement_docx",
        "outputs_statement_xlsx",
        "outputs_steps",
        "wording",
    )
) | frozenset(
    f"equipment/{name}.py"
    for name in (
        "catalogue_book",
        "joint_answers",
        "joint_words",
        "matching/conditions",
        "matching/explaining",
        "matching/library",
        "matching/recogniser",
        "matching/recogniser_second",
        "papers_book",
        "papers_rows",
        "papers_sources",
        "papers_taking",
        "papers_words",
        "register_book",
        "result_book",
        "result_columns",
        "result_sums",
        "sample_book",
        "template_book",
        "widget_filling",
        "widget_rows",
    )
)
"""Modules that write papers, workbooks and the bodies of documents: content, the same whatever the language of the page.

Headings of workbooks are read again when they come back; conclusions are shown as they are kept and printed,
and so is what recognition says of a row of equipment: it quotes catalogues, and documents carry it word for word.
"""
NOT_SAID = frozenset(
    f"calculators/{name}.py"
    for name in (
        "benchmark_paste",
        "grades_equipment",
        "ladder_commands",
        "maintain_words",
        "provinces",
        "telling",
    )
) | frozenset(
    f"equipment/{name}.py"
    for name in (
        "joint_grades",
        "matching/attributes",
        "matching/attributes_dates",
        "matching/canon_others",
        "matching/deriving",
        "matching/deriving_cells",
        "matching/deriving_conditions",
        "matching/normalising",
        "reading/units",
        "reading/words",
    )
)
"""Modules whose Chinese nobody reads on a page: words recognised in what people type or what catalogues print, names of
regions, commands."""
NOT_PAGES = ("core", "store", "rendering", "calculation", "cli", "demo", "config.py")


def template_texts(path: Path) -> Iterator[str]:
    """The fixed texts of one template."""
    tokens = list(Environment(autoescape=True)._tokenize(path.read_text(encoding="utf-8"), None))
    for token in tokens:
        if token.type == "data":
            yield from (run.strip() for run in _RUN.findall(token.value) if CHINESE.search(run))
    yield from (text.strip() for text in said_strings(tokens))


def _not_said(called: ast.expr) -> bool:
    """Error codes carry their own English; a regular expression is no text."""
    return getattr(called, "id", "") == "error_code" or getattr(called, "attr", "") == "compile"


def code_texts(path: Path) -> Iterator[str]:
    """String constants and f-strings of one module that hold Chinese; docstrings and error codes (bilingual) not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.Call) and _not_said(node.func):
            skipped.update(id(sub) for sub in ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            skipped.update(id(sub) for sub in node.values if isinstance(sub, ast.Constant))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if CHINESE.search(text):
            yield text.strip()


def all_texts() -> dict[str, list[tuple[str, int]]]:
    """Every text and the files it stands in."""
    found: dict[str, list[tuple[str, int]]] = {}

    def note(text: str, path: Path) -> None:
        places = found.setdefault(text, [])
        place = (path.relative_to(ROOT).as_posix(), 0)
        if place not in places:
            places.append(place)

    for path in sorted(PACKAGE.rglob("*.html")):
        for text in template_texts(path):
            note(text, path)
    for path in sorted((PACKAGE / "web" / "static").rglob("*.js")):
        if "vendor" not in path.parts:
            for _, _, text in script_texts(path.read_text(encoding="utf-8")):
                note(text.strip(), path)
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).as_posix()
        if inside in PAPERS or inside in NOT_SAID:
            continue
        if inside in SAID_IN_CODE or inside.split("/")[0] not in NOT_PAGES:
            for text in code_texts(path):
                note(text, path)
    return found


def holes(text: str) -> list[str]:
    """What is filled in: ``{}`` and ``{0}`` as the same, ``%d`` and ``%s`` as they are."""
    return sorted(re.sub(r"\d", "", hole) for hole in re.findall(r"\{\d*\}|%0?\d*[ds]", text))


def wrong_holes(texts: Iterable[str], english: Mapping[str, str]) -> list[str]:
    """Texts whose English would lose or invent a value."""
    return [text for text in texts if english.get(text) and holes(text) != holes(english[text])]


def known() -> dict[str, str]:
    """The catalogue as it is."""
    if not CATALOGUE.exists():
        return {}
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id}


def check(texts: Mapping[str, list[tuple[str, int]]], english: Mapping[str, str]) -> int:
    """Print what is missing or wrong; the exit code."""
    missing = [text for text in texts if not english.get(text)]
    wrong = wrong_holes(texts, english)
    for text in [*missing, *wrong]:
        print(f"{texts[text][0][0]}: {text}" + (f" = {english[text]}" if text in wrong else ""))
    print(f"{len(texts)} texts, {len(missing)} without English, {len(wrong)} with other holes")
    return 1 if missing or wrong else 0


def main() -> int:
    """Update or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--merge", nargs="+", type=Path, default=[])
    asked = parser.parse_args()
    old, texts = known(), all_texts()
    if asked.check:
        return check(texts, old)
    for path in asked.merge:
        old.update({key: value for key, value in json.loads(path.read_text("utf-8")).items() if value})
    missing = [text for text in texts if not old.get(text)]
    made = Catalog(
        locale="en", header_comment="# The English of formserver; msgid is the Chinese text.", fuzzy=False
    )
    for text in sorted(texts):
        made.add(text, old.get(text, ""), locations=texts[text])
    CATALOGUE.parent.mkdir(exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, made, width=0, sort_output=False, include_lineno=False, omit_header=True)
    print(f"{len(texts)} texts, {len(missing)} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
