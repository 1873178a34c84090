"""Numbers, voltages, poles and days as people write them; what cannot be read is unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.equipment.matching.attributes import NOTHING, number, poles_of, take_out, volts_of
from formserver.equipment.matching.attributes_dates import made_interval


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1998", "1998-01-01", "1998-12-31"),
        ("1998-05", "1998-05-01", "1998-05-31"),
        ("1998.5", "1998-05-01", "1998-05-31"),
        ("1998/5/1", "1998-05-01", "1998-05-01"),
        ("1998年5月", "1998-05-01", "1998-05-31"),
        ("1998年5月1日", "1998-05-01", "1998-05-01"),
        ("2003-12-31 00:00:00", "2003-12-31", "2003-12-31"),
        ("98年", "1998-01-01", "1998-12-31"),
        ("85.6", "1985-06-01", "1985-06-30"),
        ("03年", "2003-01-01", "2003-12-31"),
        ("49", "2049-01-01", "2049-12-31"),
        ("50", "1950-01-01", "1950-12-31"),
        ("37986", "2003-12-31", "2003-12-31"),
        ("37987.0", "2004-01-01", "2004-01-01"),
        ("20000", "1954-10-03", "1954-10-03"),
        ("60000", "2064-04-08", "2064-04-08"),
        ("200312", "2003-12-01", "2003-12-31"),
        ("20031231", "2003-12-31", "2003-12-31"),
        ("２００３年", "2003-01-01", "2003-12-31"),
        ("二〇〇三年", "2003-01-01", "2003-12-31"),
        ("2003年底", "2003-01-01", "2003-12-31"),
        ("90年代", "1990-01-01", "1999-12-31"),
        ("2003年以前", "1900-01-01", "2003-12-31"),
        ("2004年以后", "2004-01-01", "2100-12-31"),
        ("2003-2005", "2003-01-01", "2005-12-31"),
        ("2004-02", "2004-02-01", "2004-02-29"),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    assert made_interval(text) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "不详",
        "1998-13",
        "1998-02-30",
        "19999",
        "60001",
        "0",
        "12345678901",
        "2005-2003",
        "1800",
        "前",
        "2500",
    ],
)
def test_what_is_no_day_is_unknown(text: str) -> None:
    assert made_interval(text) is None


@given(st.text(max_size=60))
def test_days_never_raise_and_are_in_order(text: str) -> None:
    found = made_interval(text)
    assert found is None or found[0] <= found[1]


@pytest.mark.parametrize(
    ("text", "value"),
    [("11", "11"), ("11 kW", "11"), ("1,000", "1000"), ("７．５", "7.5"), ("约22", "22"), ("无", None)],
)
def test_numbers(text: str, value: str | None) -> None:
    assert number(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "poles"), [("4", (4,)), ("4极", (4,)), ("8/4", (8, 4)), ("5", ()), ("", ()), ("４P", (4,))]
)
def test_poles(text: str, poles: tuple[int, ...]) -> None:
    assert poles_of(text) == poles


@pytest.mark.parametrize(
    ("text", "volts"),
    [("380/660", (380, 660)), ("10kV", (10000,)), ("6000", (6000,)), ("", ()), ("6千伏", (6000,))],
)
def test_voltages(text: str, volts: tuple[int, ...]) -> None:
    assert volts_of(text) == volts


@pytest.mark.parametrize(
    ("text", "kind", "powers", "volts", "poles"),
    [
        ("Y160M-4 11KW", "motor", ("11",), (), ()),
        ("JS1410-4/6000V", "motor", (), ("6000",), ()),
        ("JS1410-10/6000V", "motor", (), ("6000",), ()),
        ("YBK-132S-4 660/1140V", "motor", (), ("660", "1140"), ()),
        ("JS157-10 6KV", "motor", (), ("6000",), ()),
        ("JO2-42 4极", "motor", (), (), (4,)),
        ("2V-6/8", "other", (), (), ()),
        ("S7-315KVA/10KV", "transformer", (), (), ()),
    ],
)
def test_what_stands_beside_a_model(
    text: str, kind: str, powers: tuple[str, ...], volts: tuple[str, ...], poles: tuple[int, ...]
) -> None:
    _, found = take_out(text, kind, NOTHING)
    assert tuple(str(p) for p in found.powers) == powers
    assert tuple(str(v) for v in found.volts) == volts
    assert found.poles == poles
