"""However a labelled row is copied, its verdict and rule stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from formserver.equipment.matching.samples import read_samples
from tests.support.recognising import library

SAMPLES = [one for one in read_samples(library().catalogue).samples if one.stated.get("model")]
WAYS: dict[str, Callable[[str], str]] = {
    "full width": lambda m: "".join(chr(ord(c) + 0xFEE0) if 33 <= ord(c) < 127 else c for c in m),
    "lower case": lambda m: m if "l" in m else m.lower(),
    "blanks": lambda m: m.replace("-", " - "),
    "long hyphens": lambda m: m.replace("-", "—"),
    "two hyphens": lambda m: m.replace("-", "--"),
    "the word for one": lambda m: re.sub(r"(?<=[A-Za-z0-9])-(?=[A-Za-z0-9])", "一", m),
    "a word behind": lambda m: f"{m}型",
    "a word before": lambda m: f"型号：{m}",
    "a maker": lambda m: f"上海电机厂 {m}",
    "padding": lambda m: f"　{m}\t\n",
    "frequency": lambda m: f"{m} 50Hz",
    "pieces": lambda m: f"{m} 2台",
    "quotation marks": lambda m: f"“{m}”",
    "a remark": lambda m: f"{m}（旧）",
    "a comma": lambda m: f"{m}，",
    "a blank behind letters": lambda m: re.sub(r"^([A-Za-z]+)(\d)", r"\1 \2", m),
    "O for zero": lambda m: re.sub(r"(?<=\d)0(?=\d)", "O", m),
}


@pytest.mark.parametrize("way", WAYS)
def test_rows_written_another_way(way: str) -> None:
    recogniser = library().recogniser(read_samples(library().catalogue).as_of)
    wrong = []
    for one in SAMPLES:
        plain = recogniser.recognise(one.equipment)
        written = WAYS[way](one.equipment.model)
        found = recogniser.recognise(replace(one.equipment, model=written))
        if (found.verdict, found.rule) != (plain.verdict, plain.rule):
            wrong.append((one.id, written, plain.verdict, plain.rule, found.verdict, found.rule))
    assert wrong == []
