"""What cells pasted from a spreadsheet mean, told before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import jsonify, request

from formserver.core import places
from formserver.core.clock import today_in_china
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import Kind, error_code
from formserver.core.models import Document
from formserver.core.places import BAD_PLACE
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.web.context import context, current_actor, service
from formserver.web.forms.cells import read_cell
from formserver.web.permissions import requires

MOST_CELLS: Final = 5_000
LONGEST_CELL: Final = 20_000
"""Characters; Excel holds at most 32,767 in a cell."""

TOO_MANY_CELLS = error_code(
    "TOO_MANY_CELLS",
    Kind.INVALID,
    zh="一次最多粘贴 {limit} 个单元格，请分几次粘贴，或改用文件导入。",
    en="At most {limit} cells can be pasted at once.",
)
BAD_CELLS = error_code(
    "BAD_CELLS",
    Kind.INVALID,
    zh="粘贴的内容无法识别：{what}。请重新复制表格后再试。",
    en="The pasted cells cannot be understood: {what}.",
)


@documents.post("/documents/<document_id>/draft/parse")
@requires(DocumentPermission.EDIT)
def parse_cells(document_id: str) -> Any:
    """``{at, columns, rows}`` → ``{rows: [[{value, text} | {raw, message}]]}``; columns without a key are skipped."""
    document = service(Lookup).get(current_actor(), document_id)
    asked = _payload()
    return jsonify(rows=read_cells(document, asked["at"], asked["columns"], asked["rows"]))


def read_cells(
    document: Document, at: str, keys: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[list[dict[str, Any]]]:
    """What cells mean in the list at ``at``; columns without a key are skipped. Raises BAD_PLACE, BAD_CELLS,
    TOO_MANY_CELLS."""
    for number, row in enumerate(rows, start=1):
        if any(len(text) > LONGEST_CELL for text in row):
            raise BAD_CELLS(what=f"第{number}行")
    if sum(map(len, rows)) > MOST_CELLS or len(rows) > MOST_CELLS or len(keys) > MOST_CELLS:
        raise TOO_MANY_CELLS(limit=MOST_CELLS)
    columns = _columns(service(Lookup).type_of(document), at, keys)
    today = today_in_china(context().clock)
    return [
        [
            read_cell(column, text, today) if column is not None else {"value": None, "text": ""}
            for column, text in zip(columns, row, strict=False)
        ]
        for row in rows
    ]


def _payload() -> dict[str, Any]:
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets without end
        raise BAD_CELLS(what="JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("at"), str):
        raise BAD_CELLS(what="位置")
    columns, rows = data.get("columns"), data.get("rows")
    if not isinstance(columns, list) or not all(key is None or isinstance(key, str) for key in columns):
        raise BAD_CELLS(what="列")
    columns = [key or "" for key in columns]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BAD_CELLS(what="行")
    for number, row in enumerate(rows, start=1):
        if any(not isinstance(text, str) for text in row):
            raise BAD_CELLS(what=f"第{number}行")
    return {"at": data["at"], "columns": columns, "rows": rows}


def _columns(dt: DocumentType, at: str, keys: Sequence[str]) -> list[Field | None]:
    leaf = dt.by_pattern.get(pattern_at(at))
    if leaf is None or leaf.kind != "rows":
        raise BAD_PLACE(place=at[:80])
    children = {c.key: c for c in dt.children.get(leaf.pointer + "/*", ()) if c.is_leaf and not c.is_row_key}
    unknown = [key for key in keys if key and key not in children]
    if unknown:
        raise BAD_CELLS(what=f"列“{unknown[0][:40]}”不在“{leaf.title}”中")
    return [children.get(key) for key in keys]


def pattern_at(pointer: str) -> str:
    """The field pattern of a keyed or indexed pointer: ``/a/@k3v9t2ab/b`` → ``/a/*/b``. Raises BAD_PLACE."""
    return places.join(
        [
            "*" if part.startswith("@") or (part.isascii() and part.isdigit()) else part
            for part in places.split(pointer)
        ]
    )
