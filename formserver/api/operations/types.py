"""Document types: which there are, their schema, their filled sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from formserver.api.shapes import FREE, TYPE, document_type
from formserver.core.definitions.document_type import DocumentType
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.service_kit import Kit
from formserver.documents.lookup import Lookup
from formserver.web.api import Answer, Call, Operation, Schema, page_of
from formserver.web.context import service

GROUP: Final = "文书种类"


def _list(call: Call) -> Answer:
    return Answer({"items": [document_type(item) for item in service(Lookup).types(call.actor)]})


def _get(call: Call) -> Answer:
    return Answer(document_type(_type(call)))


def _schema(call: Call) -> Answer:
    return Answer(dict(_type(call).schema))


def _sample(call: Call) -> Answer:
    return Answer(service(Kit).catalogue.sample(_type(call).key))


def _type(call: Call) -> DocumentType:
    for item in service(Lookup).types(call.actor):
        if item.key == call.path["type_key"]:
            return item
    raise NOT_FOUND(what="这种文书，它可能已停用")


def _reads(key: str, tail: str, summary: str, run: Callable[[Call], Answer], answer: Schema) -> Operation:
    permission = DocumentPermission.READ
    return Operation(key, "GET", f"/document-types{tail}", GROUP, summary, permission, run, answer)


OPERATIONS: Final = (
    _reads("list_types", "", "本机构现行的文书种类", _list, page_of(TYPE, "文书种类")),
    _reads("get_type", "/{type_key}", "一种文书", _get, TYPE),
    _reads("get_type_schema", "/{type_key}/schema", "内容的 JSON Schema", _schema, FREE),
    _reads("get_type_sample", "/{type_key}/sample", "填好的范本", _sample, FREE),
)
