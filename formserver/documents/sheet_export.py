"""导出 xlsx: exactly what the list shows, row by row into a temporary file, with a second sheet that says what it is."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from flask import Response, request, send_file

from formserver.core.document_permissions import DocumentPermission
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.documents.blueprint import documents
from formserver.documents.columns import CellTexts, ListColumn, chosen
from formserver.documents.list_names import agencies_below, asked_filter
from formserver.documents.listing_filter import Filter, Names, sentence
from formserver.documents.lookup import Lookup
from formserver.documents.packaging import open_once
from formserver.web.context import context, current_actor, service
from formserver.web.kit import format_moment
from formserver.web.permissions import requires

MOST_ROWS: Final = 10_000
ROWS_AT_ONCE: Final = 200
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = {"enterprise": 34, "number": 26, "type": 24, "uscc": 24, "agency": 26}
_CELL_LIMIT: Final = 32_767
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@documents.get("/documents/export.xlsx")
@requires(DocumentPermission.READ)
def export_list() -> Any:
    """The list of this address and these columns."""
    actor = current_actor()
    wanted, names = asked_filter(actor, request.args)
    return export_response(actor, wanted, names, chosen(request.args.getlist("col")))


def export_response(actor: Actor, wanted: Filter, names: Names, columns: tuple[ListColumn, ...]) -> Response:
    """A workbook of what the filter finds, at most :data:`MOST_ROWS` rows. The download is recorded."""
    kit = service(Kit)
    folder = context().settings.storage_dir / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"list-{secrets.token_hex(8)}.xlsx"
    try:
        count = write_list(path, actor, replace(wanted, cursor=""), names, columns)
        with kit.store.uow(write=True) as u:
            data = {"rows": count, "filter": sentence(wanted, names)}
            record_event(kit, u, actor, "documents.exported", subject="文书列表", data=data)
        stream = open_once(path)
    finally:
        path.unlink(missing_ok=True)
    return send_file(stream, mimetype=XLSX, as_attachment=True, download_name="文书列表.xlsx", max_age=0)


def write_list(
    path: Path, actor: Actor, wanted: Filter, names: Names, columns: tuple[ListColumn, ...]
) -> int:
    """Write the workbook; how many documents it lists. Rows go to disk as they come."""
    from openpyxl import Workbook  # takes long to load
    from openpyxl.utils import get_column_letter

    lookup, cells, below = service(Lookup), CellTexts(names.types), agencies_below(actor, wanted)
    # the first page is asked for before the workbook is begun: a filter that is refused leaves nothing half-written
    page = lookup.find(actor, wanted.query(actor, below, limit=ROWS_AT_ONCE))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("文书")
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 44
    for at, column in enumerate(columns, start=2):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(column.key, 16)
    sheet.append(["文书", *(column.title for column in columns)])
    count = 0
    while True:
        for d in page.items:
            sheet.append([plain_cell(text) for text in (d.title, *(cells.text(c.key, d) for c in columns))])
        count += len(page.items)
        more = bool(page.next_cursor)
        if not more or count >= MOST_ROWS:
            break
        following = replace(wanted, cursor=page.next_cursor)
        page = lookup.find(actor, following.query(actor, below, limit=min(ROWS_AT_ONCE, MOST_ROWS - count)))
    about = book.create_sheet("说明")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 14, 80
    rows = [
        ("条件", sentence(wanted, names)),
        ("份数", f"{count} 份" + (f"（最多导出 {MOST_ROWS} 份，其余没有列出）" if more else "")),
        ("顺序", "最近改动的在前"),
        ("导出时间", format_moment(context().clock.now())),
        ("导出人", actor.name),
    ]
    for label, text in rows:
        about.append([label, plain_cell(text)])
    book.save(path)
    return count


def plain_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front."""
    shown = "".join(c for c in text if c >= " " or c in "\n\t")[: _CELL_LIMIT - 1]
    risky = shown.lstrip().startswith(_FORMULA) or shown.startswith(("\t", "\n"))
    return "'" + shown if risky else shown
