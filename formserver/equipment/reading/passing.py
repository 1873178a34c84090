"""Lines of a list that are no equipment: sums, signatures, repeated heads, titles of sections. All are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from formserver.equipment.reading.words import NO_ENTRY

_MOST_SHOWN: Final = 8
_SUM: Final = re.compile(
    r"(?:本页|全厂|总|共|分|车间|以上)?(?:合计|小计|总计|共计|累计)(?:[:：（(].*)?"
    r"|(?:填表|填报|制表|审核|审批|编制|复核|校对|批准|负责|经办|联系|统计|盘点)(?:人|单位|日期|时间|员)?(?:签字|签名|盖章)?[:：（(].*"
    r"|(?:填表人|制表人|审核人|填报人|负责人|编制人|复核人|填表日期|制表日期|单位负责人|企业负责人|法定代表人)(?:[:：].*)?|审核"
    r"|(?:注|备注|说明|填表说明|填写说明)\d*[:：].*"
)
_SECTION: Final = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?|[IVX]{1,4}[、.．])\S.*|.*(?:车间|工段|厂房|分厂|部门|班组|系统)"
)


class Passed:
    """Decides about the lines of one sheet and remembers which were passed over."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles
        self._count = 0
        self._shown: list[str] = []

    def passes(self, number: int, cells: Mapping[str, str], extra: Mapping[str, str]) -> bool:
        """Whether the line is no equipment."""
        model = cells.get("model", "")
        if model and "name" in cells and model not in NO_ENTRY and model != self._titles.get("model"):
            return False
        if model in NO_ENTRY:
            model = ""
        texts = [text for text in (*cells.values(), *extra.values()) if not text.isdecimal()]
        first = texts[0] if texts else ""
        if not (
            ((not model or model == first) and any(is_sum(text) for text in texts[:2]))
            or (len(cells) + len(extra) == 1 and not model and _SECTION.fullmatch(first))
            or (model == self._titles.get("model") and self._repeats_head(cells))
            or (len(texts) > 1 and not model and self._repeats_head(cells))
        ):
            return False
        self._count += 1
        if len(self._shown) < _MOST_SHOWN:
            self._shown.append(f"第 {number} 行“{first[:20]}”")
        return True

    def remarks(self, title: str) -> list[str]:
        """One sentence about all of them."""
        if not self._count:
            return []
        more = f"等 {self._count} 行" if self._count > len(self._shown) else f"共 {self._count} 行"
        return [f"工作表“{title}”跳过合计、签字、小标题和重复的表头：{'、'.join(self._shown)}，{more}。"]

    def _repeats_head(self, cells: Mapping[str, str]) -> bool:
        same = sum(1 for key, text in cells.items() if text == self._titles.get(key))
        return same >= 3 and same * 2 >= len(cells)


def is_sum(text: str) -> bool:
    return len(text) <= 200 and _SUM.fullmatch("".join(text.split())) is not None
