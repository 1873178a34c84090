"""A rare character in a name is noticed before printing; common text costs nothing."""

from __future__ import annotations

from formserver.core.errors import Problem, Severity
from formserver.core.rare_characters import rare_in
from tests.support.house import House, person


def test_only_characters_outside_the_common_repertoire_are_rare() -> None:
    assert rare_in("川西水泥有限公司（二期）28℃ m³ ①") == ""
    assert rare_in("𠮷永强、吴䶮、䶮工") == "𠮷䶮"


def test_the_draft_names_the_field_with_the_rare_character() -> None:
    asked: list[tuple[str, str, str]] = []

    def fonts(characters: str, label: str, pointer: str) -> list[Problem]:
        asked.append((characters, label, pointer))
        return [Problem("GLYPH_MISSING", "没有字形", pointer, label, Severity.WARNING)]

    house, me = House(), person("陈志远")
    object.__setattr__(house.kit, "glyphs", fonts)
    document = house.saved(me, contact_person="𠮷永强")
    problems = house.drafting.check(me, document.id)
    assert asked == [("𠮷", "联系人", "/contact_person")]
    assert [p.code for p in problems if p.pointer == "/contact_person"] == ["GLYPH_MISSING"]
