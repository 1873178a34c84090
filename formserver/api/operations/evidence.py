"""Evidence of a document's case: list, add, describe, withdraw, put in order, make the list of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from formserver.api.asking import ID_PATTERN
from formserver.api.evidence_shapes import EVIDENCE, REVISION, evidence, revision
from formserver.api.operations.uploads import UPLOAD_IDS, stored_files
from formserver.api.shapes import DOCUMENT, TEXT, document, titled
from formserver.core.deeds import LONGEST_REASON
from formserver.core.document_permissions import DocumentPermission
from formserver.evidence.blueprint import PURPOSE
from formserver.evidence.making_list import ListMaking
from formserver.evidence.models import FIELDS, KINDS, Evidence, EvidenceState
from formserver.evidence.permissions import EvidencePermission as P
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.service import EvidenceService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service

GROUP: Final = "证据"
VERSION_WORD: Final = "说明的修改次数"
SMALL_MEGABYTES: Final = 32
_SAID: Final = {
    info.key: titled(
        TEXT, info.label, maxLength=info.limit, **({"enum": [*info.choices, ""]} if info.choices else {})
    )
    for info in FIELDS
}
_VALUES: Final = {"type": "object", "additionalProperties": False, "properties": _SAID, "title": "说明"}
_REASON: Final = {
    "type": "object",
    "required": ["reason"],
    "additionalProperties": False,
    "properties": {"reason": titled(TEXT, "理由", minLength=1, maxLength=LONGEST_REASON)},
}


def _answer(item: Evidence) -> Answer:
    return Answer(evidence(item), item.row_version)


def _list(call: Call) -> Answer:
    found = service(EvidenceReading).library(call.actor, call.path["document_id"]).items
    kind, state = call.query.get("kind"), call.query.get("state")
    shown = [i for i in found if kind in (None, i.kind) and state in (None, i.state.value)]
    return Answer({"items": [evidence(item) for item in shown], "count": min(len(shown), 1001)})


def _add(call: Call) -> Answer:
    document_id = call.path["document_id"]
    # a paper out of sight is not found before a byte is moved
    service(EvidenceReading).library(call.actor, document_id)
    values = call.body if call.files else call.body.get("values", {})
    stored = stored_files(call, PURPOSE)
    added = service(EvidenceService).add(call.actor, document_id, stored, values)
    return Answer({"items": [evidence(item) for item in added]})


def _get(call: Call) -> Answer:
    return _answer(service(EvidenceReading).item(call.actor, call.path["evidence_id"])[0])


def _edit(call: Call) -> Answer:
    return _answer(
        service(EvidenceService).edit(call.actor, _current(call).id, call.body, expected_version=call.version)
    )


def _current(call: Call) -> Evidence:
    """The piece, if it still is as the request says."""
    item, _ = service(EvidenceReading).item(call.actor, call.path["evidence_id"])
    call.at_version(item.row_version)
    return item


def _withdraw(call: Call) -> Answer:
    return _answer(service(EvidenceService).withdraw(call.actor, _current(call).id, call.body["reason"]))


def _restore(call: Call) -> Answer:
    return _answer(service(EvidenceService).restore(call.actor, _current(call).id, call.body["reason"]))


def _history(call: Call) -> Answer:
    reading = service(EvidenceReading)
    item, _ = reading.item(call.actor, call.path["evidence_id"])
    return Answer({"items": [revision(one) for one in reading.history(call.actor, item)]})


def _order(call: Call) -> Answer:
    service(EvidenceService).reorder(call.actor, call.path["document_id"], call.body["evidence_ids"])
    return _list(call)


def _make_list(call: Call) -> Answer:
    made, _ = service(ListMaking).make(call.actor, call.path["document_id"])
    return Answer(document(made), made.head_version, location=f"/documents/{made.id}")


def _change(key: str, tail: str, summary: str, run: Callable[[Call], Answer]) -> Operation:
    return Operation(
        key,
        "POST",
        f"/evidence/{{evidence_id}}/{tail}",
        GROUP,
        summary,
        P.WITHDRAW,
        run,
        EVIDENCE,
        body=_REASON,
        matches=VERSION_WORD,
        versioned=True,
    )


LIBRARY: Final = "/documents/{document_id}/evidence"
OPERATIONS: Final = (
    Operation(
        "list_evidence",
        "GET",
        LIBRARY,
        GROUP,
        "一份文书所属案件的全部证据，按证据库的顺序",
        P.READ,
        _list,
        page_of(EVIDENCE, "证据"),
        query=(
            Parameter("kind", {"type": "string", "enum": list(KINDS)}, "分类"),
            Parameter("state", {"type": "string", "enum": [s.value for s in EvidenceState]}, "状态"),
        ),
    ),
    Operation(
        "add_evidence",
        "POST",
        LIBRARY,
        GROUP,
        "添加传完的文件；values 对每个文件都适用",
        P.ADD,
        _add,
        page_of(EVIDENCE, "添加的证据"),
        201,
        body={
            "type": "object",
            "required": ["upload_ids"],
            "additionalProperties": False,
            "properties": {"upload_ids": UPLOAD_IDS, "values": _VALUES},
        },
        creates=True,
    ),
    Operation(
        "add_evidence_files",
        "POST",
        f"{LIBRARY}/files",
        GROUP,
        "添加小文件，不必先上传",
        P.ADD,
        _add,
        page_of(EVIDENCE, "添加的证据"),
        201,
        body=_VALUES,
        creates=True,
        upload=True,
        megabytes=SMALL_MEGABYTES,
        note=f"全部文件合计不超过 {SMALL_MEGABYTES} MB；更大的请先上传。",
    ),
    Operation(
        "order_evidence",
        "PUT",
        f"{LIBRARY}/order",
        GROUP,
        "排列证据；没有写到的排在后面",
        P.EDIT,
        _order,
        page_of(EVIDENCE, "证据"),
        body={
            "type": "object",
            "required": ["evidence_ids"],
            "additionalProperties": False,
            "properties": {
                "evidence_ids": {
                    "type": "array",
                    "title": "证据标识",
                    "items": {"type": "string", "pattern": ID_PATTERN, "title": "证据标识"},
                }
            },
        },
    ),
    Operation(
        "make_evidence_list",
        "POST",
        f"{LIBRARY}/list",
        GROUP,
        "用全部有效证据新建一份证据清单",
        DocumentPermission.CREATE,
        _make_list,
        DOCUMENT,
        201,
        versioned=True,
        creates=True,
    ),
    Operation(
        "get_evidence",
        "GET",
        "/evidence/{evidence_id}",
        GROUP,
        "一份证据",
        P.READ,
        _get,
        EVIDENCE,
        versioned=True,
    ),
    Operation(
        "edit_evidence",
        "PATCH",
        "/evidence/{evidence_id}",
        GROUP,
        "修改说明；只改写到的项目，文件和编号不变",
        P.EDIT,
        _edit,
        EVIDENCE,
        body=_VALUES,
        matches=VERSION_WORD,
        versioned=True,
    ),
    _change("withdraw_evidence", "withdraw", "撤下；文件和编号保留", _withdraw),
    _change("restore_evidence", "restore", "恢复撤下的证据", _restore),
    Operation(
        "list_evidence_history",
        "GET",
        "/evidence/{evidence_id}/history",
        GROUP,
        "说明的历次修改，新的在前",
        P.READ,
        _history,
        page_of(REVISION, "修改"),
    ),
)
