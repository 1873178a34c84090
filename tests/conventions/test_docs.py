"""The documentation is true: lists are what the code declares, links lead somewhere, decisions are listed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = (
    "settings.md",
    "permissions.md",
    "commands.md",
    "document-types.md",
    "errors.md",
    "api.md",
    "routes.md",
    "formatters.md",
)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "storage" / "README.md"])


@cache
def states() -> dict[str, str]:
    """Asked in a process of its own: codes registered by other tests are no part of the documentation."""
    done = subprocess.run(
        [sys.executable, "tools/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def test_every_generated_page_is_checked():
    assert set(states()) == set(GENERATED)


@pytest.mark.parametrize("name", GENERATED)
def test_generated_page_is_current(name: str):
    state = states()[name]
    if state.startswith("absent"):
        pytest.skip(f"{name}: {state}")
    assert state == "current", f"docs/{name}: run make docs"


def test_links_lead_somewhere():
    broken = []
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if not re.match(r"https?:|mailto:", target) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def test_every_decision_is_listed_and_numbered_once():
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = sorted(
        re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    )
    assert files == listed
    assert len({name[:4] for name in files}) == len(files), "two decisions carry one number"


def test_every_decision_says_why_and_what_was_measured():
    heads = ("## Context", "## Decision", "## Measured", "## Consequences")
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        assert not [head for head in heads if head not in text], path.name


def test_glossary_has_one_line_per_word_with_its_chinese():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ") and "---" not in line
    ]
    words = [row[0].strip() for row in rows if row[0].strip() != "word"]
    lifecycle = {
        "draft"
    }  # a buffer (草稿缓冲) and the state of a document whose author still fills it (草稿)
    assert not {word for word in words if words.count(word) > 1} - lifecycle
    assert all(re.search(r"[\u4e00-\u9fff]", row[1]) for row in rows if row[0].strip() != "word")
