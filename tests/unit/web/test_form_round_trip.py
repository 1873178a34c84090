"""Drawing a form and posting it unchanged changes nothing: not a blank, not an absent field, not a row."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from formserver.core.clock import SystemClock
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.drafts import apply_changes
from formserver.web.forms.codec import FormCodec, changes
from formserver.web.forms.skeletons import draw_buttons, draw_cell
from formserver.web.language import say
from tests.support.bodies import bodies
from tests.support.browser_form import successful_controls

ROOT = Path(__file__).resolve().parents[3]
TYPES = {dt.key: dt for dt in shipped_catalogue(SystemClock()).types()}
TODAY = date(2026, 5, 6)
FIXTURES = sorted((ROOT / "tests/fixtures/documents").glob("*/*.json"))

jinja = Environment(
    loader=FileSystemLoader(ROOT / "formserver/web/templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
jinja.globals.update(asset=lambda name: name, draw_cell=draw_cell, draw_buttons=draw_buttons)
jinja.globals["draw_widget"] = lambda macro, rows, bare: macro(rows, bare)  # as where no slice draws it
jinja.filters["t"] = say
PAGE = jinja.from_string(
    "{% from 'components/schema_fields.html' import section %}"
    "<form>{% for v in views %}{{ section(v) }}{% endfor %}</form>"
)


def post_unchanged(dt: DocumentType, body: dict) -> tuple[dict, dict]:
    codec = FormCodec(dt, TODAY)
    formdata = successful_controls(PAGE.render(views=codec.sections(body)))
    read = codec.parse_all(formdata, body)
    return read.body, read.raw


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_fixture_survives_a_post_without_change(path):
    body = json.loads(path.read_text(encoding="utf-8"))
    assert post_unchanged(TYPES[path.parent.name], body) == (body, {})


@pytest.mark.parametrize("key", TYPES)
def test_any_body_survives_a_post_without_change(key):
    dt = TYPES[key]

    @settings(max_examples=12)
    @given(bodies(dt))
    def holds(body):
        assert post_unchanged(dt, body) == (body, {})

    holds()


@pytest.mark.parametrize("key", ["inspection_notice", "site_record"])
def test_draft_operations_lead_from_the_old_body_to_the_new(key):
    dt = TYPES[key]

    @settings(max_examples=12)
    @given(
        bodies(dt),
        bodies(dt),
        st.dictionaries(st.sampled_from(["/issue_date", "/inspect_place"]), st.text(min_size=1)),
    )
    def holds(old, new, raw):
        assert apply_changes(old, {}, changes(old, new, {}, raw)) == (new, raw)
        assert apply_changes(new, raw, changes(new, new, raw, {}))[1] == {}

    holds()
