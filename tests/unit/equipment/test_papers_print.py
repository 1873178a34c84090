"""The paper of a long or hostile list: every row printed once, heads repeated, rows whole and no taller than a page."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.rendering_port import RenderMode, RenderRequest
from formserver.equipment.papers_models import ELIMINATION, EQUIPMENT, MOST_INLINE
from formserver.equipment.papers_rows import LONG
from formserver.equipment.papers_words import ELLIPSIS, cut, row_key
from formserver.rendering.engine import TemplateEngine
from formserver.rendering.pdf_pool import LibreOfficePool

FOOT = re.compile(
    r"被监察单位（签名）：|监察人员（签名）：|第|共|页|[0-9]+|第?[0-9]+页?共?|淘汰设备清单|设备清单|校验码.*"
)
ROOT = Path(__file__).resolve().parents[3]
HOSTILE = (
    "W" * 300,
    "型号" * 150,
    "（隔爆型，ExdⅡBT4）——“特殊”；、！" * 12,
    '<w:t>&amp;{{ doc.number }}=1+1"' * 10,
)
LONGEST = {"name": 50, "model": 80, "canonical": 80, "maker": 60, "location": 60, "condition": LONG, "replacement": 100,
           "opinion": LONG, "decided_by": 30, "remark": 150}  # fmt: skip


@lru_cache(maxsize=1)
def catalogue() -> Any:
    return shipped_catalogue(SystemClock())


def printed(kind: str, rows: list[dict[str, Any]]) -> bytes:
    template = (ROOT / f"doc_templates/{kind}/v1.docx").read_bytes()
    body = {**catalogue().sample(kind), "rows": rows, "rows_note": f"共 {len(rows)} 行。"}
    request = RenderRequest(
        template=template,
        template_sha256=hashlib.sha256(template).hexdigest(),
        schema=catalogue().type(kind).view,
        body=body,
        envelope={"organ": "川西市经济和信息化局", "version": "1"},
        hidden=frozenset(),
        images={},
        mode=RenderMode.RECORD,
    )
    return TemplateEngine().render(request).docx


def rows_like(kind: str, count: int) -> list[dict[str, Any]]:
    first = catalogue().sample(kind)["rows"][0]
    return [{**first, "_k": row_key(0, n), "number": 10_000 + n} for n in range(1, count + 1)]


@pytest.mark.parametrize("kind", [ELIMINATION, EQUIPMENT])
def test_the_most_rows_a_body_holds_are_all_printed_once_in_whole_rows_under_repeated_heads(
    kind: str,
) -> None:
    rows = rows_like(kind, MOST_INLINE)
    with zipfile.ZipFile(io.BytesIO(printed(kind, rows))) as archive:
        xml = archive.read("word/document.xml").decode()
    for row in rows:
        assert len(re.findall(f">{row['number']}<", xml)) == 1
    table = next(part for part in xml.split("<w:tbl>") if f">{rows[0]['number']}<" in part)
    assert table.count("<w:cantSplit/>") >= MOST_INLINE
    assert table.count("<w:tblHeader/>") == 1


@pytest.mark.parametrize("kind", [ELIMINATION, EQUIPMENT])
def test_the_closing_line_of_a_table_stays_with_the_last_row(kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(printed(kind, rows_like(kind, 3)))) as archive:
        xml = archive.read("word/document.xml").decode()
    table = next(part for part in xml.split("<w:tbl>") if ">10001<" in part).split("</w:tbl>")[0]
    kept = ["<w:keepNext/>" in row for row in table.split("<w:tr>")[1:]]
    assert kept == [False, False, False, True, False]


@pytest.mark.parametrize("kind", [ELIMINATION, EQUIPMENT])
def test_no_row_of_the_longest_texts_reaches_below_the_type_area(kind: str) -> None:
    keys = catalogue().sample(kind)["rows"][0].keys() | (
        {"opinion", "decided_by"} if kind == ELIMINATION else {"remark"}
    )
    rows = []
    for base, text in zip(rows_like(kind, len(HOSTILE)), HOSTILE, strict=True):
        rows.append({**base, **{key: cut(text, size) for key, size in LONGEST.items() if key in keys}})
    with LibreOfficePool() as pool:
        pdf = pool.convert(printed(kind, rows)).pdf
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        for page in opened:
            (strip, *_) = page.search_for("被监察单位（签名）：")[-1:]
            below = [word[4] for word in page.get_text("words") if word[3] > strip.y0 + 1]
            assert [word for word in below if not FOOT.fullmatch(word)] == []
        text = re.sub(r"\s", "", "".join(page.get_text() for page in opened))
    stated = "".join(str(value) for row in rows for key, value in row.items() if key in LONGEST)
    for part in (
        "W",
        "型号",
        "隔爆",
        "{{doc.number}}",
        ELLIPSIS[1:],
    ):  # nothing is cut off at the end of a row
        assert text.count(part) >= re.sub(r"\s", "", stated).count(part) > 0
