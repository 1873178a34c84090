"""补录: one old paper with its scan, its correction, and a whole list of them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from formserver.api.asking import ID_PATTERN, PATH_SCHEMAS
from formserver.api.operations.deeds import VERSION_WORD
from formserver.api.operations.documents import DAY
from formserver.api.operations.uploads import UPLOAD_IDS, stored_files
from formserver.api.shapes import DOCUMENT, FREE, JOB, TEXT, WHOLE, document, shape, titled
from formserver.core.deeds import LONGEST_REASON
from formserver.core.definitions.grammar import is_date
from formserver.core.errors import Problem, invalid
from formserver.core.legacy import LABELS, LONGEST, RECORD_TYPE, STATES, LegacyEntry, LegacyPaper
from formserver.core.legacy_permissions import LegacyPermission
from formserver.core.models import Document, State
from formserver.documents.files import job_state
from formserver.documents.lookup import Lookup
from formserver.enterprises.service import EnterpriseService
from formserver.legacy.firms import firm_of
from formserver.legacy.service import PURPOSE, Batch, LegacyBatches
from formserver.uploads.service import UploadService
from formserver.web.api import Answer, Call, Operation
from formserver.web.context import context, service

GROUP: Final = "补录"
MOST_FILES: Final = 10
_P: Final = LegacyPermission.ENTER
_DAY: Final = {key: value for key, value in DAY.items() if key != "format"}
_TEXTS: Final = {key: titled(TEXT, LABELS[key], maxLength=most) for key, most in LONGEST.items()}
_ABOUT: Final = {"doc_date": titled(_DAY, LABELS["doc_date"]), **_TEXTS}
BATCH: Final = shape(
    "LegacyBatch",
    "一批补录",
    {
        "id": titled(TEXT, "标识"),
        "list": titled(TEXT, "清单的文件名"),
        "ready": titled(WHOLE, "可以补录的件数"),
        "remarks": {"type": "array", "items": TEXT, "title": "没有用到的工作表、列、文件"},
        "rows": {
            "type": "array",
            "title": "各行",
            "items": shape(
                "LegacyRow",
                "一行",
                {
                    "row": titled(WHOLE, "表格中的行号"),
                    "title": titled(TEXT, "文书名称"),
                    "files": {"type": "array", "items": TEXT, "title": "文件"},
                    "problems": {"type": "array", "items": TEXT, "title": "不能补录的原因"},
                },
            ),
        },
        "job": {"oneOf": [JOB, {"type": "null"}], "title": "进度；没有开始时为空"},
        "result": {"oneOf": [FREE, {"type": "null"}], "title": "完成后各行的结果"},
    },
)


def _paper(call: Call, known: Document | None = None) -> LegacyPaper:
    """What is said of the paper. Raises INVALID_INPUT for a day that is none."""
    given = call.body
    if not is_date(given["doc_date"]):
        message = "请填写成文日期，例如 2019-08-20。"
        raise invalid([Problem("LEGACY_FIELD", message, "/doc_date", LABELS["doc_date"])])
    texts = {key: given.get(key, "").strip() for key in _TEXTS}
    firm = firm_of(service(EnterpriseService), call.actor, texts["enterprise_name"], texts["uscc"])
    return LegacyPaper(
        type_key=known.type if known else given.get("type", RECORD_TYPE),
        doc_date=date.fromisoformat(given["doc_date"]),
        state=State(given.get("state", State.SERVED.value)),
        enterprise_id=firm,
        **texts,
    )


def _enter(call: Call) -> Answer:
    paper, read = _paper(call), context().store.blobs.read
    files = [(one.filename, read(one.sha256)) for one in stored_files(call, PURPOSE)]
    made = service(LegacyEntry).enter(call.actor, paper, files)
    return Answer(document(made), made.head_version, location=f"/documents/{made.id}")


def _correct(call: Call) -> Answer:
    found = service(Lookup).get(call.actor, call.path["document_id"])
    call.at_version(found.head_version)
    done = service(LegacyEntry).correct(
        call.actor, found.id, _paper(call, found), base_version=call.version, reason=call.body["reason"]
    )
    return Answer(document(done), done.head_version)


def _keep(call: Call) -> Answer:
    stored = service(UploadService).take(call.actor, call.body["list_upload_id"], PURPOSE)
    files = {one.filename: one.sha256 for one in stored_files(call, PURPOSE)}
    data = context().store.blobs.read(stored.sha256)
    made = service(LegacyBatches).keep_stored(call.actor, stored.filename, data, files)
    return Answer(_batch(call, made), location=f"/legacy/batches/{made.id}")


def _get(call: Call) -> Answer:
    return Answer(_batch(call, service(LegacyBatches).batch(call.actor, call.path["batch_id"])))


def _start(call: Call) -> Answer:
    batches = service(LegacyBatches)
    batches.start(call.actor, call.path["batch_id"])
    return _get(call)


def _batch(call: Call, item: Batch) -> dict[str, Any]:
    batches = service(LegacyBatches)
    papers, job = batches.preview(call.actor, item), batches.job(call.actor, item.id)
    return {
        "id": item.id,
        "list": item.list_name,
        "ready": len(papers.ready),
        "remarks": papers.remarks,
        "rows": [
            {"row": r.row, "title": r.title, "files": list(r.files), "problems": r.problems}
            for r in papers.rows
        ],
        "job": job_state(job) if job is not None else None,
        "result": job.result if job is not None and job.result else None,
    }


OPERATIONS: Final = (
    Operation(
        "enter_legacy",
        "POST",
        "/legacy",
        GROUP,
        "补录一份文书：著录项目和传完的扫描件",
        _P,
        _enter,
        DOCUMENT,
        201,
        body={
            "type": "object",
            "required": ["doc_date", "enterprise_name", "upload_ids"],
            "additionalProperties": False,
            "properties": {
                "type": titled(
                    PATH_SCHEMAS["type_key"], LABELS["type"], description="不写为没有表单的文书。"
                ),
                "state": {"type": "string", "enum": [s.value for s in STATES], "title": LABELS["state"]},
                **_ABOUT,
                "upload_ids": {**UPLOAD_IDS, "maxItems": MOST_FILES},
            },
        },
        versioned=True,
        creates=True,
    ),
    Operation(
        "correct_legacy",
        "POST",
        "/documents/{document_id}/legacy",
        GROUP,
        "更正补录文书的著录项目；文号和状态不变",
        _P,
        _correct,
        DOCUMENT,
        body={
            "type": "object",
            "required": ["doc_date", "enterprise_name", "reason"],
            "additionalProperties": False,
            "properties": {
                **{key: schema for key, schema in _ABOUT.items() if key != "number"},
                "reason": titled(TEXT, "理由", minLength=1, maxLength=LONGEST_REASON),
            },
        },
        matches=VERSION_WORD,
        versioned=True,
    ),
    Operation(
        "keep_legacy_batch",
        "POST",
        "/legacy/batches",
        GROUP,
        "交来清单和扫描件，看每一行会怎样；还不补录",
        _P,
        _keep,
        BATCH,
        201,
        body={
            "type": "object",
            "required": ["list_upload_id", "upload_ids"],
            "additionalProperties": False,
            "properties": {
                "list_upload_id": {
                    "type": "string",
                    "pattern": ID_PATTERN,
                    "title": "清单（xlsx）的上传标识",
                },
                "upload_ids": UPLOAD_IDS,
            },
        },
        creates=True,
        note="清单中写上传后返回的文件名：扩展名与内容不符的，入库时会补上正确的扩展名。",
    ),
    Operation(
        "get_legacy_batch",
        "GET",
        "/legacy/batches/{batch_id}",
        GROUP,
        "一批补录的预览、进度和结果",
        _P,
        _get,
        BATCH,
    ),
    Operation(
        "start_legacy_batch",
        "POST",
        "/legacy/batches/{batch_id}/start",
        GROUP,
        "开始补录这一批；有问题的行跳过",
        _P,
        _start,
        BATCH,
    ),
)
