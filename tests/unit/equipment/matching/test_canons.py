"""Models are split in every legal way and in no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.equipment.matching.canon_motor import read_motors
from formserver.equipment.matching.canon_others import (
    Boiler,
    boiler_capacity,
    fuel_of,
    read_boiler,
    read_fan,
    read_welder,
)
from formserver.equipment.matching.canon_transformer import read_transformers
from tests.support.recognising import AS_OF, library

GRAMMAR = library().rule_sets(AS_OF)[0].grammar


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Y160M-4", ["Y160M-4"]),
        ("Y-160M-4", ["Y160M-4"]),
        ("Y160-M-4", ["Y160M-4"]),
        ("Y160M4", ["Y160M-4"]),
        ("Y160M-1-2", ["Y160M1-2"]),
        ("Y160M", ["Y160M"]),
        ("Y801-4", ["Y80M1-4"]),
        ("Y2-801-4", ["Y2-80M1-4"]),
        ("Y2132S-4", ["Y2-132S-4"]),
        ("Y290L-4", ["Y2-90L-4"]),
        ("Y280S-4", ["Y280S-4"]),
        ("Y280M1-4", ["Y2-80M1-4"]),
        ("Y3100L1-4", ["Y3-100L1-4"]),
        ("Y160M12", ["Y160M-12", "Y160M1-2"]),
        ("Y160M-12", ["Y160M-12"]),
        ("YB2-160M1-2", ["YB2-160M1-2"]),
        ("Y2-Y90S-4", ["Y2-90S-4"]),
        ("YB-Y90S-4", ["YB-90S-4"]),
        ("YE3-160M-4", ["YE3-160M-4"]),
        ("YZR180L-6", ["YZR180L-6"]),
        ("Y160M-4W", ["Y160M-4W"]),
        ("Y132M-4-WF1", ["Y132M-4-WF1"]),
        ("Y-W160M-4", ["Y160M-4-W"]),
        ("Y160M-4-11", ["Y160M-4-11"]),
        ("Y4003-4", []),
        ("Y3553-4", []),
        ("YB450M1-4", []),
        ("Y160", []),
        ("Y", []),
        ("Y112S-4", []),
        ("Y160M3-4", []),
        ("Y160M-5", []),
        ("YQ160M-4", []),
        ("IS80-65-160", []),
    ],
)
def test_motors(text: str, readings: list[str]) -> None:
    assert sorted(motor.canonical for motor in read_motors(text, GRAMMAR)) == readings


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("S7-315/10", "S7-315/10"),
        ("S7315/10", "S7-315/10"),
        ("S7500/10", "S7-500/10"),
        ("S-7-315/10", "S7-315/10"),
        ("S9-630/10/0.4", "S9-630/10"),
        ("S9-630-10/0.4", "S9-630/10"),
        ("S9-630/0.4", "S9-630"),
        ("SL7-1000/10", "SL7-1000/10"),
        ("SJ1-180/10", "SJ1-180/10"),
        ("SJ1000/10", "SJ-1000/10"),
        ("S-100/10", "S-100/10"),
        ("S100/10", "S-100/10"),
        ("SG(B)8-160", "SG(B)8-160"),
        ("SCB8-2500/10", "SCB8-2500/10"),
        ("S9-MA-500/10", "S9-M-500/10"),
        ("S13-M-630/10", "S13-M-630/10"),
        ("S11-M.R-315/10", "S11-M-315/10"),
        ("S9-315/10-NX1", "S9-315/10-NX1"),
        ("S7", "S7"),
        ("S7-1600/35", "S7-1600/35"),
    ],
)
def test_transformers(text: str, reading: str) -> None:
    assert read_transformers(text, GRAMMAR)[0].canonical == reading


@pytest.mark.parametrize("text", ["S19-400/10", "S16-M-500/10", "JBK3-400", "TDGC2-5", "S7X", "315/10"])
def test_what_is_no_known_transformer(text: str) -> None:
    assert read_transformers(text, GRAMMAR) == ()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Y9-35-11NO18F", "Y9-35No.18F"),
        ("Y5-47-IINO.10D", "Y5-47No.10D"),
        ("Y5-47N012.4D", "Y5-47No.12.4D"),
        ("9-35-12D", "9-35No.12D"),
        ("9-27-101-6A", "9-27No.6A"),
        ("9-35-11NO10", "9-35No.10"),
        ("8-18", "8-18"),
        ("8-18-12NO6A-1", "8-18"),
        ("G4-73-11NO14D", "G4-73No.14D"),
    ],
)
def test_fans(text: str, canonical: str) -> None:
    fan = read_fan(text)
    assert fan
    assert fan.canonical == canonical


@pytest.mark.parametrize("text", ["T30-5A-X", "BT35", "9-35.5", "8-18X", ""])
def test_what_is_no_fan(text: str) -> None:
    fan = read_fan(text)
    assert fan is None or fan.series not in ("8-18", "9-35", "T30", "BT30")


@pytest.mark.parametrize(
    ("text", "name", "capacity", "fuel", "boiler"),
    [
        ("DZL4-1.25-AII", "蒸汽锅炉", "", "", Boiler(Decimal(4), False, "coal")),
        ("DZL2.8-0.7/95/70-AII", "热水锅炉", "", "", Boiler(Decimal("2.8"), True, "coal")),
        ("SHL20-2.5/400-AII", "锅炉", "", "", Boiler(Decimal(20), False, "coal")),
        ("WNS4-1.25-Y(Q)", "锅炉", "", "", Boiler(Decimal(4), False, "oilgas")),
        ("DZL2-1.0-T", "锅炉", "", "", Boiler(Decimal(2), False, "biomass")),
        ("DZL2-1.0-AII", "生物质锅炉", "", "", Boiler(Decimal(2), False, "biomass")),
        ("DZL4-1.25", "锅炉", "", "煤", Boiler(Decimal(4), False, "coal")),
        ("DZL", "燃煤锅炉", "4t/h", "", Boiler(Decimal(4), False, "coal")),
        ("DZL", "燃煤锅炉", "2.8MW", "", Boiler(Decimal("2.8"), True, "coal")),
        ("LDR0.5-0.7", "电加热蒸汽锅炉", "", "", Boiler(Decimal("0.5"), False, "other")),
    ],
)
def test_boilers(text: str, name: str, capacity: str, fuel: str, boiler: Boiler) -> None:
    assert read_boiler(text, name, capacity, fuel, GRAMMAR) == boiler


def test_a_boiler_whose_columns_contradict_its_model() -> None:
    assert read_boiler("DZL4-1.25-AII", "锅炉", "6t/h", "", GRAMMAR).clash
    assert read_boiler("DZL4-1.25-AII", "锅炉", "", "天然气", GRAMMAR).clash
    assert not read_boiler("DZL4-1.25-AII", "锅炉", "4t/h", "煤", GRAMMAR).clash


@pytest.mark.parametrize(
    ("words", "fuel"),
    [
        ("煤", "coal"),
        ("煤气", "oilgas"),
        ("煤改气锅炉", "oilgas"),
        ("导热油炉", ""),
        ("余热锅炉", "other"),
        ("其他", "other"),
    ],
)
def test_fuels(words: str, fuel: str) -> None:
    assert fuel_of(words) == fuel


@pytest.mark.parametrize(
    ("text", "capacity"),
    [
        ("4t/h", (Decimal(4), False)),
        ("4吨", (Decimal(4), False)),
        ("2.8MW", (Decimal("2.8"), True)),
        ("700kW", (Decimal("0.7"), True)),
        ("4", (Decimal(4), None)),
        ("", (None, None)),
    ],
)
def test_capacities_of_boilers(text: str, capacity: tuple[Decimal | None, bool | None]) -> None:
    assert boiler_capacity(text) == capacity


@pytest.mark.parametrize(
    ("text", "canonical", "amp", "derived"),
    [
        ("ZX5-250", "ZX5-250", 250, False),
        ("ZX5250", "ZX5-250", 250, False),
        ("ZX5-250A", "ZX5-250", 250, False),
        ("ZX5", "ZX5", None, False),
        ("ZX5-250-1", "ZX5-250-1", 250, True),
        ("NSA4-300", "NSA4-300", 300, True),
    ],
)
def test_welders(text: str, canonical: str, amp: int | None, derived: bool) -> None:
    welder = read_welder(text, frozenset(("ZX5", "NSA")))
    assert welder
    assert (welder.canonical, welder.amp, bool(welder.suffix)) == (canonical, amp, derived)


@given(st.text(alphabet="YBEXSJLM0123456789-/.()NOW", max_size=80))
def test_reading_never_raises(text: str) -> None:
    for motor in read_motors(text, GRAMMAR):
        assert motor.canonical.startswith(motor.series)
    read_transformers(text, GRAMMAR)
    read_fan(text)
    read_boiler(text, "", "", "", GRAMMAR)
    read_welder(text, frozenset(("ZX5", "NSA")))
