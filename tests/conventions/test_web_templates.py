"""Templates and static files keep the rules that the content policy and the design make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "formserver"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
STATIC = PACKAGE / "web" / "static"
OWN = [p for p in sorted(STATIC.rglob("*")) if p.is_file() and "vendor" not in p.parts]


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_hold_no_inline_scripts_styles_or_unescaped_text(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape false" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_use_what_they_import(path):
    text = path.read_text(encoding="utf-8")
    for names in re.findall(r"{% from \"[^\"]+\" import ([^%]+) %}", text):
        rest = text.replace(names, "", 1)
        for name in names.split(","):
            used = name.split(" as ")[-1].strip()
            assert re.search(rf"\b{used}\b\(|call {used}\b", rest), used


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_every_form_that_posts_carries_the_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, re.S):
        if 'method="post"' in form:
            assert "csrf()" in form, relative(path)


@pytest.mark.parametrize("path", [p for p in OWN if p.suffix in (".css", ".js", ".svg")], ids=relative)
def test_static_files_reach_for_no_other_server(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}/", text)


def test_every_icon_that_is_named_exists():
    sprite = (STATIC / "img" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'symbol id="([^"]+)"', sprite))
    for path in TEMPLATES:
        for name in re.findall(r"icon\(\"([a-z]+)\"", path.read_text(encoding="utf-8")):
            assert name in known, (relative(path), name)
