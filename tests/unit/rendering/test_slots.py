"""Places of signatures on a page, found by its words and rules."""

from __future__ import annotations

from formserver.rendering.page_images import PageLayout
from formserver.rendering.page_table import Box, cell_around, cells_with_text, free_band, lines_of
from formserver.rendering.slots import SlotSpec, _places


def words(text: str, x: float, y: float, size: float = 12) -> list[tuple[str, float, float, float, float]]:
    return [(c, x + i * size, y, x + (i + 1) * size, y + size) for i, c in enumerate(text) if c != " "]


def table(xs: list[float], ys: list[float]) -> list[Box]:
    across = [(min(xs), y - 0.5, max(xs), y + 0.5) for y in ys]
    return across + [(x - 0.5, min(ys), x + 0.5, max(ys)) for x in xs]


def page(*texts: list[tuple[str, float, float, float, float]], rules: list[Box] | None = None) -> PageLayout:
    chars = tuple(c for text in texts for c in text)
    return PageLayout(
        tuple(reversed(chars)), tuple(rules or ()), (), 595, 842
    )  # order in the file is no order


def boxes(slot: SlotSpec, layout: PageLayout) -> list[Box]:
    return [tuple(round(v) for v in box) for box, _ in _places(slot, layout, lines_of(layout))]  # type: ignore[misc]


def test_words_are_found_on_their_own_and_not_inside_longer_ones() -> None:
    layout = page(words("被询问人（签名）：", 76, 83), words("询问人（签名）：", 300, 83))
    found = boxes(SlotSpec("inspector_signs", "询问人签名", "signature", ("询问人（签名）：",)), layout)
    assert len(found) == 1
    assert found[0][0] == 300 + 8 * 12


def test_room_after_a_label_ends_at_the_next_words_and_the_lines_around() -> None:
    layout = page(
        words("被监察单位（签名）：", 76, 83), words("监察人员（签名）：", 306, 83), words("日期：", 78, 61)
    )
    (box,) = boxes(SlotSpec("ent", "被监察单位", "signature", ("被监察单位（签名）：",)), layout)
    assert box[0] == 76 + 120
    assert box[2] == 306
    assert 71 <= box[1] < 83
    assert box[3] > 95


def test_a_label_spread_over_its_cell_points_to_the_cell_on_its_right() -> None:
    layout = page(
        words("收 件 人", 90, 420), words("签名或盖章", 84, 400), rules=table([71, 150, 533], [390, 440])
    )
    assert cells_with_text(layout, ["收件人签名或盖章"]) == [(71, 390, 150, 440)]
    slot = SlotSpec("receiver", "收件人", "signature", ("收件人签名或盖章",), "right")
    assert boxes(slot, layout) == [(150, 390, 533, 440)]


def test_a_column_ends_where_the_rows_are_divided_otherwise() -> None:
    upper = table([71, 200, 442, 533], [169, 197, 225, 253])
    lower = table([71, 442, 533], [120, 169])
    layout = page(words("签名", 460, 230), rules=upper + lower)
    found = boxes(SlotSpec("server", "送达人", "signature", ("签名",), "below"), layout)
    assert found == [(442, 197, 533, 225), (442, 169, 533, 197)]


def test_a_seal_goes_over_the_organ_above_its_date_only() -> None:
    organ = "川西市经济和信息化局"
    head, signed = words(organ, 200, 780), words(organ, 340, 190)
    layout = page(head, words("节能监察通知书", 240, 740), signed, words("2026 年 11 月 9 日", 350, 160))
    (box,) = boxes(SlotSpec("seal", "印章", "seal", (organ,), "over"), layout)
    assert {box[2] - box[0], box[3] - box[1]} <= {119, 120}  # 42 mm
    assert box[1] < 170 < 200 < box[3]


def test_a_cell_without_one_of_its_sides_is_none() -> None:
    layout = page(rules=table([71, 150], [390, 440])[:3])
    assert cell_around(layout, 100, 400) is None


def test_the_free_band_of_a_cell_leaves_its_printed_date_alone() -> None:
    layout = page(words("年月日", 240, 270), rules=table([156, 304], [268, 331]))
    cell = cell_around(layout, 200, 300)
    assert cell == (156, 268, 304, 331)
    assert free_band(layout, cell) == (156, 282, 304, 331)
