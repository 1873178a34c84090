"""Ranges of transformers as the template of imports writes them: a new catalogue of such lines, recognised for real."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.equipment.matching.deriving_lines import derive_batch
from formserver.equipment.matching.deriving_patterns import whole_numbers
from formserver.equipment.matching.judging_patterns import pattern_fault
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.library_reading import assemble, check_rule, rule_from_json
from formserver.equipment.matching.model import Deadline, Equipment, Item, Verdict

DAY = date(2027, 1, 1)
LIBRARY = EquipmentLibrary(shipped_catalogue(SystemClock()))


def answers(model: str, *plates: str) -> tuple[dict[str, object], list[Verdict | None]]:
    """The first rule a line ``model`` of a fifth batch makes, and what it alone says of transformers."""
    item = Item(
        "batch_5:1", "batch_5", "2027", "1", "", "transformer", "电力变压器", model, "",
        Deadline("", None), "", "", False, "x",
    )  # fmt: skip
    shape = LIBRARY.batches(DAY)[0]
    batch = replace(
        shape, id="elimination/batch_5/2027", name="batch_5", edition="2027", title="第五批", items=(item,)
    )
    batch = replace(batch, valid_from=DAY, valid_to=None)
    rules = derive_batch(LIBRARY, batch)
    assert len(rules) == 1
    assert check_rule(rules[0]) == []
    known = assemble(LIBRARY.rule_sets(DAY), [batch], [rule_from_json(rules[0], batch.id)], DAY)
    says = [known.recognise(Equipment(name="电力变压器", model=one, made="1995")) for one in plates]
    return rules[0], [one.verdict if one.rule else None for one in says]


@pytest.mark.parametrize(
    ("model", "series", "most"),
    [
        ("S11-M-30/10～S11-M-1600/10", "S11-M", 1600),
        ("S11-M-30kVA/10kV～S11-M-1600kVA/10kV", "S11-M", 1600),
        ("S11-M-30～1600/10", "S11-M", 1600),
        ("S11-M-1600/10—S11-M-30/10", "S11-M", 1600),
        ("S11-30～1600/10", "S11", 1600),
        ("S11-30/10至S11-1600/10", "S11", 1600),
        ("SCB10-30～2500/10", "SCB10", 2500),
        ("SCB11-30/10～SCB11-1600/10", "SCB11", 1600),
    ],
)
def test_a_range_of_a_known_series_settles_what_lies_inside(model: str, series: str, most: int) -> None:
    inside = (f"{series}-30/10", f"{series}-400/10", f"{series}-{most}/10", f"{series}-400kVA/10kV")
    outside = (f"{series}-20/10", f"{series}-{most + 400}/10", f"{series}-400/35", "S22-400/10")
    rule, says = answers(model, *inside, *outside)
    assert (rule["canon"], rule["series_in"], rule["kva"]) == ("transformer", [series], [30, most])
    assert "区间" in str(rule["title"])
    assert "区间" in str(rule["evidence"])
    assert says == [Verdict.ELIMINATED] * 4 + [None] * 4


@pytest.mark.parametrize("series", ["S7", "S8"])
def test_ranges_of_the_first_batches_written_again_are_spoken_for(series: str) -> None:
    text = f"{series}-50/10～{series}-5000/10"
    rule, says = answers(text, f"{series}-5000/10", f"{series}-5001/10")
    assert (rule["series_in"], rule["kva"]) == ([series], [50, 5000])
    assert says == [Verdict.ELIMINATED, None]


@pytest.mark.parametrize("model", ["S23-M-30/10～S23-M-1600/10", "SCBH27-30～1600/10", "S(F)23-30～1600/10"])
def test_a_range_of_an_unknown_series_asks_about_what_lies_inside(model: str) -> None:
    series = re.split(r"-30", model)[0]
    rule, says = answers(
        model,
        f"{series}-30/10",
        f"{series}-400kVA/10kV",
        f"{series}-1600/10-NX2",
        f"{series}-20/10",
        f"{series}-2000/10",
    )
    assert (rule["canon"], rule["verdict"]) == ("generic", "review")
    assert "区间" in str(rule["title"])
    assert pattern_fault(str(rule["pattern"])) == ""
    assert says == [Verdict.REVIEW] * 3 + [None] * 2


def test_a_range_that_cannot_be_read_asks_about_the_series() -> None:
    rule, says = answers("S11-30/10～S11-1600/35", "S11-400/10", "S22-400/10")
    assert (rule["verdict"], says) == ("review", [Verdict.REVIEW, None])
    assert "区间" in str(rule["evidence"])


@pytest.mark.parametrize(("low", "high"), [(0, 0), (6, 35), (7, 1000), (30, 1600), (99, 101), (1, 12345)])
def test_numbers_of_a_range_are_all_and_no_others(low: int, high: int) -> None:
    pattern = re.compile(whole_numbers(low, high))
    fits = [number for number in range(high + 2000) if pattern.fullmatch(str(number))]
    assert fits == list(range(low, high + 1))


@pytest.mark.parametrize(
    ("category", "name", "model", "plate"),
    [
        ("transformer", "电力变压器", "S9-400", "S9-400/10"),
        ("motor", "三相异步电动机", "Y112M-4", "Y112M-4"),
        ("motor", "三相异步电动机", "Y2-160M-4", "Y2-160M-4"),
    ],
)
def test_a_line_without_an_end_in_time_reaches_what_older_lines_let_stand(
    category: str, name: str, model: str, plate: str
) -> None:
    """S9 is eliminated if made by 1997; a later catalogue that names S9 of any year must not stay silent about 2010."""
    later = Equipment(name=name, model=plate, made="2010")
    old = LIBRARY.recogniser(DAY).recognise(later)
    assert old.verdict is Verdict.RESTRICTED
    for condition, expected in (("", Verdict.ELIMINATED), ("1997年（含）前生产", Verdict.RESTRICTED)):
        item = Item(
            "batch_5:1", "batch_5", "2027", "1", "", category, name, model, condition,
            Deadline("", None), "", "", False, "x",
        )  # fmt: skip
        shape = LIBRARY.batches(DAY)[0]
        batch = replace(
            shape,
            id="elimination/batch_5/2027",
            name="batch_5",
            edition="2027",
            title="第五批",
            items=(item,),
        )
        batch = replace(batch, valid_from=DAY, valid_to=None)
        made = [rule_from_json(rule, batch.id) for rule in derive_batch(LIBRARY, batch)]
        rules = [*LIBRARY.rules(DAY), *made]
        known = assemble(LIBRARY.rule_sets(DAY), [*LIBRARY.batches(DAY), batch], rules, DAY)
        assert known.recognise(later).verdict is expected
