"""Fields of definition files typed and read back; own editions in order of time; editions in order of name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from formserver.calculators.maintain_fields import SECTIONS
from formserver.calculators.maintain_models import Draft, DraftState
from formserver.calculators.maintain_rows import put_rows, rows_of, shown, typed
from formserver.calculators.maintain_timeline import place, reopened
from formserver.calculators.maintain_words import ABSENT, CODECS, decimal_text, read_grid, show_grid
from formserver.core.canonical import canonical_json
from formserver.core.clock import FixedClock
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.repository import Definition, edition_order, local_number

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
CATALOGUE = shipped_catalogue(FixedClock(NOW))
PACKS = [(one.name, one.version) for one in CATALOGUE.definitions("calculator")]


def draft_of(name: str, edition: str) -> Draft:
    method = read_json(CATALOGUE.definition("calculator", name, edition).content, name)
    limits_name, _, limits_edition = method["limits"].partition("/")
    limits = read_json(CATALOGUE.definition("limits", limits_name, limits_edition).content, name)
    who: dict[str, Any] = {"created_by": "", "created_by_name": "", "created_at": NOW}
    who |= {"changed_by": "", "changed_by_name": "", "changed_at": NOW, "contributors": ()}
    return Draft("", name, edition, "", "", DraftState.OPEN, 1, method, limits, "", **who)


@pytest.mark.parametrize(("name", "edition"), PACKS)
def test_every_value_shown_reads_back_as_it_was(name: str, edition: str) -> None:
    draft = draft_of(name, edition)
    for section in SECTIONS:
        rows = rows_of(section, draft)
        again = [
            typed(section, row.data, {c.key: shown(c, row.data) for c in section.columns}) for row in rows
        ]
        kept = put_rows(section, draft, again)
        assert (kept.method, kept.limits) == (draft.method, draft.limits), section.key
        for row in rows:
            for column in section.columns:
                value: Any = row.data
                for key in column.place:
                    value = value.get(key) if isinstance(value, dict) else None
                if value is None or column.kind in ("grid", "product"):
                    continue
                read = CODECS[column.kind].read(shown(column, row.data))
                assert read == value or (read is ABSENT and value in ("", [], {})), (section.key, column.key)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("１２．５", "12.5"),
        ("1,234,567.8", "1234567.8"),
        ("−3", "-3"),
        ("+7", "7"),
        ("007", "7"),
        ("0.10", "0.10"),
        ("1,2", "1,2"),
        ("三", "三"),
        ("", ""),
        (" 5 ", "5"),
        ("-0.5", "-0.5"),
    ],
)
def test_numbers_as_people_type_them(text: str, wanted: str) -> None:
    assert decimal_text(text) == wanted


def test_tables_by_rule() -> None:
    bands = {"bands": [[None, "15", "0"], ["15", None, "5.50"]]}
    assert read_grid(show_grid(bands), "bands") == bands
    texts = {"texts": {"plain": "0", "quality": None}}
    assert read_grid(show_grid(texts), "text") == texts
    assert read_grid("21,-8.30\n\n22；1", "linear") == {"points": [["21", "-8.30"], ["22", "1"]]}


def test_own_editions_stand_after_their_trunk_by_number() -> None:
    wanted = ["gb1-2021", "gb1-2021+own.2", "gb1-2021+own.10", "gb1-2028"]
    assert sorted(wanted, key=edition_order) == wanted
    assert sorted(["v2", "v1+cd.10", "v1+cd.9", "v1", "v10"], key=edition_order) == [
        *("v1", "v1+cd.9", "v1+cd.10", "v2", "v10")
    ]
    assert [local_number(one) for one in ("gb1-2021", "gb1-2021+own.12", "v1+cd.3")] == [0, 12, 3]


def edition(version: str, begins: date | None, ends: date | None, written: date | None = None) -> Definition:
    content = canonical_json({"valid_to": written.isoformat() if written else None})
    return Definition("calculator", "x", version, "shipped", "", "published", begins, ends, content)


def test_an_edition_ends_the_one_before_and_at_the_one_after() -> None:
    old = edition("a", date(2020, 1, 1), None)
    later = edition("c", date(2030, 1, 1), None)
    closed = edition("a", date(2020, 1, 1), date(2029, 12, 31))
    placed = place([closed, later], date(2025, 1, 1), None)
    assert placed.valid_to == date(2029, 12, 31)
    assert [(one.version, one.valid_to) for one in placed.ended] == [("a", date(2024, 12, 31))]
    own = edition("b", date(2025, 1, 1), date(2029, 12, 31))
    ended = edition("a", date(2020, 1, 1), date(2024, 12, 31))
    assert [one.valid_to for one in reopened([ended, own, later], own)] == [date(2029, 12, 31)]
    assert [one.valid_to for one in reopened([ended, own], own)] == [None]
    assert reopened([edition("a", None, date(2024, 12, 31), date(2024, 12, 31)), own], own) == ()
    assert place([old], date(2019, 1, 1), None).valid_to == date(2019, 12, 31)
