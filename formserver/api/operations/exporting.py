"""The list of documents as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Final

from werkzeug.datastructures import MultiDict

from formserver.api.asking import ID_PATTERN, PATH_SCHEMAS
from formserver.api.operations.documents import DAY
from formserver.api.shapes import STATES
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.models import State
from formserver.documents.columns import COLUMNS, chosen
from formserver.documents.list_names import list_names
from formserver.documents.listing_filter import Filter
from formserver.documents.sheet_export import MOST_ROWS, XLSX, export_response
from formserver.web.api import Answer, Call, Operation, Parameter


def _export(call: Call) -> Answer:
    q = call.query
    names = list_names(call.actor, MultiDict({"enterprise": q.get("enterprise_id", "")}))
    agency_id = q.get("agency_id", "")
    if not names.agencies and agency_id == call.actor.agency_id:
        agency_id = ""  # there is no other one in sight
    # what nobody knows must not be left out of the filter: more would be exported than was asked for
    for known, wrong in (
        (not agency_id or agency_id in names.agencies, "监察机构"),
        (set(q.get("type", ())) <= set(names.types), "这种文书"),
        ("enterprise_id" not in q or names.enterprise, "企业"),
    ):
        if not known:
            raise NOT_FOUND(what=wrong)
    wanted = Filter(
        text=q.get("q", "").strip(),
        enterprise=q.get("enterprise", "").strip(),
        enterprise_id=q.get("enterprise_id", ""),
        types=tuple(q.get("type", ())),
        states=tuple(State(word) for word in q.get("state", ())),
        since=date.fromisoformat(q["from"]) if "from" in q else None,
        until=date.fromisoformat(q["to"]) if "to" in q else None,
        mine=q["mine"],
        agency=agency_id,
        number=q.get("number", ""),
    )
    return Answer(file=export_response(call.actor, wanted, names, chosen(q.get("column", ()))))


_TEXT: Final = {"type": "string", "maxLength": 100}
OPERATIONS: Final = (
    Operation(
        "export_documents",
        "GET",
        "/documents-export",
        "文书",
        f"文书列表，一个 xlsx，最多 {MOST_ROWS} 行；导出会记录",
        DocumentPermission.READ,
        _export,
        query=(
            Parameter("q", _TEXT, "全文检索"),
            Parameter("enterprise", _TEXT, "单位名称中的文字"),
            Parameter("enterprise_id", {"type": "string", "pattern": ID_PATTERN}, "被监察单位标识"),
            Parameter("agency_id", PATH_SCHEMAS["agency_id"], "监察机构标识，包括它的下级"),
            Parameter("type", PATH_SCHEMAS["type_key"], "文书种类", many=True),
            Parameter("state", {"type": "string", "enum": STATES}, "状态", many=True),
            Parameter("number", _TEXT, "完整文号"),
            Parameter("from", DAY, "文书日期起"),
            Parameter("to", DAY, "文书日期止"),
            Parameter("mine", {"type": "boolean", "default": False}, "只看我新建的"),
            Parameter("column", {"type": "string", "enum": [c.key for c in COLUMNS]}, "列", many=True),
        ),
        media=(XLSX,),
    ),
)
