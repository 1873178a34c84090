"""Is a grade table good? Order of the limits, rows that exist twice, and its own examples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_model import GRADES, GradeRequest, GradeTable
from formserver.calculation.grades import grade


def check_grades(library: GradeLibrary, table: GradeTable) -> list[tuple[str, str]]:
    """(place, Chinese sentence) of everything wrong with a table; its examples are worked out too."""
    return [*_row_faults(table), *_example_faults(library, table)]


def _row_faults(table: GradeTable) -> Iterator[tuple[str, str]]:
    criteria = {one.key: one for one in table.criteria}
    places: set[tuple[tuple[str, str], ...]] = set()
    for row in table.rows:
        place = tuple(sorted(row.at.items()))
        if place in places:
            yield f"/rows/{row.key}", "同一位置有两行。"
        places.add(place)
        if set(row.limits) != set(criteria):
            yield f"/rows/{row.key}", "限值与判定项目不一致。"
            continue
        for key, limits in row.limits.items():
            known = [value for one in GRADES if (value := limits[one].value) is not None]
            down = criteria[key].direction == "ge"
            if any(a < b if down else a > b for a, b in pairwise(known)):
                yield f"/rows/{row.key}/{key}", "级别越高，限值应当越严。"
    if len({row.key for row in table.rows}) != len(table.rows):
        yield "/rows", "有重复的行名。"


def _example_faults(library: GradeLibrary, table: GradeTable) -> Iterator[tuple[str, str]]:
    for example in table.examples:
        place, expect = f"/examples/{example['key']}", example["expect"]
        result = grade(
            library, GradeRequest(table.name, date.fromisoformat(example["on"]), example["inputs"])
        )
        for key, found in (("state", result.state), ("grade", result.grade), ("passes", result.passes)):
            if key in expect and found != expect[key]:
                said = "；".join(one.message for one in result.troubles)
                yield place, f"{key} 应为 {expect[key]}，得到 {found}。{said}"
        if "problem" in expect and not any(
            one.code == expect["problem"] and one.field == expect.get("field", one.field)
            for one in result.troubles
        ):
            codes = "、".join(f"{one.code}@{one.field}" for one in result.troubles) or "无"
            yield place, f"应有 {expect['problem']}@{expect.get('field', '')}，得到 {codes}。"
