"""Two people on one document: what combines, what a person must decide."""

from __future__ import annotations

from formserver.core.merge import three_way

BASE = {
    "place": "一号窑",
    "enterprise": {"ent_name": "川西水泥有限公司", "ent_phone": "028-1"},
    "inspectors": [{"_k": "aaaaaaaa", "name": "甲"}, {"_k": "bbbbbbbb", "name": "乙"}],
}


def changed(**parts: object) -> dict[str, object]:
    return {**BASE, **parts}


def test_changes_to_different_places_are_combined() -> None:
    mine = changed(place="二号窑")
    theirs = changed(enterprise={"ent_name": "川西水泥有限公司", "ent_phone": "028-2"})
    merged = three_way(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert merged.body == {**mine, "enterprise": theirs["enterprise"]}


def test_cells_of_one_row_changed_by_two_people_are_combined() -> None:
    base = {"r": [{"_k": "aaaaaaaa", "x": "1", "y": "1"}]}
    merged = three_way(
        base, {"r": [{"_k": "aaaaaaaa", "x": "2", "y": "1"}]}, {"r": [{"_k": "aaaaaaaa", "x": "1", "y": "3"}]}
    )
    assert merged.body == {"r": [{"_k": "aaaaaaaa", "x": "2", "y": "3"}]}
    assert merged.conflicts == ()


def test_rows_added_by_both_are_all_kept() -> None:
    mine = changed(inspectors=[*BASE["inspectors"], {"_k": "cccccccc", "name": "丙"}])
    theirs = changed(inspectors=[*BASE["inspectors"], {"_k": "dddddddd", "name": "丁"}])
    merged = three_way(BASE, mine, theirs)
    assert sorted(row["name"] for row in merged.body["inspectors"]) == sorted("甲乙丙丁")
    assert merged.conflicts == ()


def test_one_place_changed_twice_is_a_conflict_with_both_values() -> None:
    merged = three_way(BASE, changed(place="二号窑"), changed(place="三号窑"))
    (conflict,) = merged.conflicts
    assert (conflict.at, conflict.base, conflict.mine, conflict.theirs) == (
        "/place",
        "一号窑",
        "二号窑",
        "三号窑",
    )
    assert merged.body["place"] == "二号窑"


def test_the_same_change_by_both_is_no_conflict() -> None:
    assert three_way(BASE, changed(place="二号窑"), changed(place="二号窑")).conflicts == ()


def test_a_row_removed_here_and_changed_there_is_a_conflict() -> None:
    mine = changed(inspectors=[BASE["inspectors"][1]])
    theirs = changed(inspectors=[{"_k": "aaaaaaaa", "name": "甲乙"}, BASE["inspectors"][1]])
    (conflict,) = three_way(BASE, mine, theirs).conflicts
    assert conflict.mine is None
    assert conflict.theirs == {"_k": "aaaaaaaa", "name": "甲乙"}


def test_a_row_moved_by_one_and_edited_by_the_other_is_combined() -> None:
    mine = changed(inspectors=[{"_k": "aaaaaaaa", "name": "甲某"}, BASE["inspectors"][1]])
    theirs = changed(inspectors=[BASE["inspectors"][1], BASE["inspectors"][0]])
    merged = three_way(BASE, mine, theirs)
    assert [row["name"] for row in merged.body["inspectors"]] == ["乙", "甲某"]
    assert merged.conflicts == ()


def test_a_field_emptied_here_and_changed_there_is_a_conflict() -> None:
    mine = {k: v for k, v in BASE.items() if k != "place"}
    (conflict,) = three_way(BASE, mine, changed(place="三号窑")).conflicts
    assert (conflict.mine, conflict.theirs) == (None, "三号窑")
