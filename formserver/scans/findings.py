"""What there is to say about a heap of pages before it becomes the signed paper; pure.

What would put a wrong page into the record blocks. What may be so on purpose (a page lost, a place left empty) is
confirmed with a tick, and the tick is kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formserver.core.definitions.document_type import Slot
from formserver.scans.models import ScanPage
from formserver.scans.printed import Printed

LEAST_INK: Final = 6.0
"""Square millimetres. A short name of two characters with a fine pen has some 15; dust and folds stay below 3."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. ``key`` is stable while the matter stands; ``blocks``: no tick helps, the page must go."""

    key: str
    text: str
    page_id: str = ""
    blocks: bool = False


def findings(
    document_id: str,
    printed: Printed,
    pages: Sequence[ScanPage],
    titles: Mapping[str, str],
) -> list[Finding]:
    """Remarks on the pages kept, in their order, then on the whole.

    ``titles`` names the other documents that the person may see; one that is missing there stays unnamed.
    """
    kept = [page for page in pages if not page.dropped]
    found: list[Finding] = []
    mine: dict[int, list[int]] = defaultdict(list)
    for place, page in enumerate(kept, 1):
        found.extend(_on_page(page, place, document_id, printed, titles))
        if page.document_id == document_id and page.page_no:
            if page.page_no in mine and page.version_no in (0, printed.version_no):
                earlier = mine[page.page_no][0]
                text = f"重复页：第{place}张和第{earlier}张都是第{page.page_no}页。"
                found.append(Finding(f"twice:{page.id}", text, page.id))
            mine[page.page_no].append(place)
    if kept:
        last = printed.pages or max(mine, default=0)
        missing = [no for no in range(1, last + 1) if no not in mine]
        found += [Finding(f"missing:{no}", f"缺第{no}页。") for no in missing]
        found += _on_slots(kept, printed, document_id)
    return found


def _on_page(
    page: ScanPage, place: int, document_id: str, printed: Printed, titles: Mapping[str, str]
) -> list[Finding]:
    if page.token and page.document_id != document_id:
        title = titles.get(page.document_id, "")
        what = f"另一份文书《{title}》" if title else "不属于本单位可见的文书"
        name = f"第{place}张是{what}" + (f"的第{page.page_no}页" if title and page.page_no else "")
        return [Finding(f"other:{page.id}", f"{name}，请移出。", page.id, blocks=True)]
    if not page.page_no:
        what = "只有文书的二维码，没有页码" if page.document_id else "没有识别出二维码"
        return [Finding(f"unknown:{page.id}", f"第{place}张{what}，请指定是第几页。", page.id)]
    if page.version_no and page.version_no != printed.version_no:
        text = f"第{page.page_no}页是旧版（第{page.version_no}版，现行第{printed.version_no}版已重新打印）。"
        return [Finding(f"old:{page.id}", text, page.id)]
    if printed.pages and page.page_no > printed.pages:
        text = f"第{place}张标为第{page.page_no}页，而打印的文书只有{printed.pages}页。"
        return [Finding(f"beyond:{page.id}", text, page.id)]
    return []


def _on_slots(kept: Sequence[ScanPage], printed: Printed, document_id: str) -> list[Finding]:
    found: list[Finding] = []
    current = [p for p in kept if p.document_id == document_id and p.version_no == printed.version_no]
    for slot in printed.slots:
        if slot.optional:
            continue
        seen = [(page, ink) for page in current for key, ink in page.ink if key == slot.key]
        if slot.every_page:
            for page in current:
                found += _judged(slot, [(p, ink) for p, ink in seen if p is page])
        elif seen:
            found += _judged(slot, seen)
    return found


def _judged(slot: Slot, seen: Sequence[tuple[ScanPage, float | None]]) -> list[Finding]:
    """Places of one slot that belong together: enough of them must bear ink."""
    if not seen:
        return []
    inked = sum(1 for _, ink in seen if ink is not None and ink >= LEAST_INK)
    wanted = min(slot.minimum, len(seen)) if slot.area == "below" else 1
    if inked >= wanted:
        return []
    pages = Counter(page.page_no for page, _ in seen)
    where = "、".join(str(no) for no in sorted(pages))
    unsure = any(ink is None for _, ink in seen)
    what = "无法自动核对，请看图确认" if unsure else "似为空白，请核对"
    page = seen[-1][0]
    key = f"{'unsure' if unsure else 'blank'}:{slot.key}:{page.id}"
    return [Finding(key, f"第{where}页“{slot.label}”处{what}。", page.id)]
