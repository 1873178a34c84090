"""Contents, chains of versions, head rows and projections against each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, or_, select

from formserver.core.canonical import sha256_hex
from formserver.core.models import Document, Projection, Version, VersionContent, version_hash
from formserver.store.contents import as_bytes
from formserver.store.findings import Fault, Report
from formserver.store.projections import facet_rows, measure_rows
from formserver.store.rows import to_document, to_version
from formserver.store.search import heading
from formserver.store.sql_store import SqlStore
from formserver.store.tables import content as c
from formserver.store.tables import document as d
from formserver.store.tables import facet, measure, search_entry
from formserver.store.tables import version as v
from formserver.store.tokens import clean_text

_CONTENTS = 500
_DOCUMENTS = 500


def check_contents(store: SqlStore, report: Report) -> None:
    """Every content row hashes to its key; a damaged one is named by the versions that use it."""
    last = ""
    while True:
        with store.unit() as u:
            page = select(c.c.sha256, c.c.data).where(c.c.sha256 > last).order_by(c.c.sha256)
            rows = u.connection.execute(page.limit(_CONTENTS)).all()
            damaged = [sha256 for sha256, data in rows if sha256_hex(as_bytes(data)) != sha256]
            for sha256 in damaged:
                report.add(Fault.CONTENT, f"{_users(u.connection, sha256)}（{sha256}）")
        if not rows:
            return
        report.checked["内容"] += len(rows)
        last = rows[-1][0]


def _users(connection: Connection, sha256: str) -> str:
    statement = (
        select(d.c.title, d.c.id, v.c.no, v.c.body_sha256)
        .join(v, v.c.document_id == d.c.id)
        .where(or_(v.c.body_sha256 == sha256, v.c.envelope_sha256 == sha256))
        .limit(5)
    )
    used = [
        f"文书《{title}》（{document_id}）第{no}版的{'正文' if body == sha256 else '登记信息'}"
        for title, document_id, no, body in connection.execute(statement)
    ]
    return "、".join(used) or "定义或呈现件清单"


def check_documents(
    store: SqlStore, report: Report, project: Callable[[Document, VersionContent], Projection] | None
) -> None:
    """Chains, head rows and, with ``project``, projections; some hundred documents per read unit."""
    last = ""
    while True:
        with store.unit() as u:
            page = select(d).where(d.c.id > last).order_by(d.c.id).limit(_DOCUMENTS)
            documents = [to_document(row) for row in u.connection.execute(page).mappings()]
            if not documents:
                return
            versions = versions_of(u.connection, documents)
            present = _present(u.connection, versions)
            heads = head_contents(u.connection, documents, versions)
            stored = _projections(u.connection, documents) if project else None
        for document in documents:
            chain = versions.get(document.id, [])
            report.checked["文书"] += 1
            report.checked["版本"] += len(chain)
            _check_chain(document, chain, present, report)
            head = heads.get(document.id)
            _check_head(document, chain, head, report)
            if project and stored is not None and head is not None:
                _check_projection(document, project(document, head), stored[document.id], report)
        last = documents[-1].id


def name(document: Document, no: int | None = None) -> str:
    """How a finding names a document or a version."""
    text = f"文书《{document.title}》（{document.id}）"
    return text if no is None else f"{text}第{no}版"


def versions_of(connection: Connection, documents: list[Document]) -> dict[str, list[Version]]:
    """The version rows of some documents, oldest first."""
    statement = select(v).where(v.c.document_id.in_([x.id for x in documents]))
    found: dict[str, list[Version]] = {}
    for row in connection.execute(statement.order_by(v.c.document_id, v.c.no)).mappings():
        found.setdefault(row["document_id"], []).append(to_version(row))
    return found


def _present(connection: Connection, versions: Mapping[str, list[Version]]) -> set[str]:
    wanted = {sha for chain in versions.values() for x in chain for sha in (x.body_sha256, x.envelope_sha256)}
    found: set[str] = set()
    ordered = sorted(wanted)
    for start in range(0, len(ordered), 500):
        statement = select(c.c.sha256).where(c.c.sha256.in_(ordered[start : start + 500]))
        found.update(connection.execute(statement).scalars())
    return found


def head_contents(
    connection: Connection, documents: list[Document], versions: Mapping[str, list[Version]]
) -> dict[str, VersionContent]:
    """The newest version of each document with its content, where that is whole."""
    heads = {x.id: versions[x.id][-1] for x in documents if versions.get(x.id)}
    wanted = sorted({sha for x in heads.values() for sha in (x.body_sha256, x.envelope_sha256)})
    data: dict[str, bytes] = {}
    for start in range(0, len(wanted), 500):
        statement = select(c.c.sha256, c.c.data).where(c.c.sha256.in_(wanted[start : start + 500]))
        data.update((sha, as_bytes(found)) for sha, found in connection.execute(statement))
    contents: dict[str, VersionContent] = {}
    for document_id, version in heads.items():
        body, envelope = data.get(version.body_sha256), data.get(version.envelope_sha256)
        if body is None or envelope is None:
            continue
        if sha256_hex(body) != version.body_sha256 or sha256_hex(envelope) != version.envelope_sha256:
            continue  # reported among the contents
        contents[document_id] = VersionContent(version, json.loads(body), json.loads(envelope))
    return contents


def _check_chain(document: Document, chain: list[Version], present: set[str], report: Report) -> None:
    expected, previous = 1, ""
    for version in chain:
        if version.no != expected:
            missing = f"第{expected}版" if version.no == expected + 1 else f"第{expected}至{version.no - 1}版"
            report.add(Fault.MISSING_VERSION, f"{name(document)}{missing}", count=version.no - expected)
        elif version.previous_hash != previous:
            report.add(Fault.CHAIN, name(document, version.no), "所记的上一版校验值与上一版不符")
        if (
            version_hash(
                version.document_id,
                version.no,
                version.cause,
                version.state,
                version.author_id,
                version.author_name,
                version.at,
                version.reason,
                version.body_sha256,
                version.envelope_sha256,
                version.previous_hash,
            )
            != version.hash
        ):
            report.add(Fault.VERSION, name(document, version.no))
        for sha256, part in ((version.body_sha256, "正文"), (version.envelope_sha256, "登记信息")):
            if sha256 not in present:
                report.add(Fault.MISSING_CONTENT, f"{name(document, version.no)}的{part}（{sha256}）")
        expected, previous = version.no + 1, version.hash
    if document.head_version >= expected:
        missing = "、".join(
            f"第{no}版" for no in range(expected, min(document.head_version, expected + 9) + 1)
        )
        count = document.head_version - expected + 1
        report.add(Fault.MISSING_VERSION, f"{name(document)}{missing}", count=count)


_LABELS = {
    "type": "文书种类",
    "edition": "版式",
    "state": "状态",
    "number": "文号",
    "title": "标题",
    "agency_id": "监察机构",
    "enterprise_id": "被监察单位",
    "task_id": "监察任务",
    "origin": "来源",
    "confidentiality": "密级",
}


def head_from_versions(document: Document, head: VersionContent) -> Document:
    """The head row as the head version tells it: what verify compares with and rebuild writes."""
    said = {key: head.envelope[key] for key in _LABELS if key in head.envelope}
    said["state"] = head.version.state
    return replace(document, **said, head_version=head.version.no)


def _check_head(
    document: Document, chain: list[Version], head: VersionContent | None, report: Report
) -> None:
    if chain and chain[-1].no > document.head_version:
        detail = f"现状为第{document.head_version}版，最新版本为第{chain[-1].no}版"
        report.add(Fault.HEAD, name(document), detail)
        return
    if head is None or head.version.no != document.head_version:
        return
    expected = head_from_versions(document, head)
    wrong = [label for key, label in _LABELS.items() if getattr(expected, key) != getattr(document, key)]
    if wrong:
        report.add(Fault.HEAD, name(document), f"不符的是：{'、'.join(wrong)}")


def _projections(connection: Connection, documents: list[Document]) -> dict[str, dict[str, Any]]:
    ids = [document.id for document in documents]
    found: dict[str, dict[str, Any]] = {i: {"facets": [], "measures": [], "entry": None} for i in ids}
    for table, key in ((facet, "facets"), (measure, "measures")):
        for row in connection.execute(select(table).where(table.c.document_id.in_(ids))).mappings():
            found[row["document_id"]][key].append(dict(row))
    e = search_entry
    columns = select(e.c.document_id, e.c.names, e.c.text)
    for row in connection.execute(columns.where(e.c.document_id.in_(ids))).mappings():
        found[row["document_id"]]["entry"] = dict(row)
    return found


def _check_projection(
    document: Document, projection: Projection, stored: Mapping[str, Any], report: Report
) -> None:
    wrong = []
    if document.facets != projection.facets:
        wrong.append("筛选项")
    if not _same(facet_rows(document.id, projection), stored["facets"], ("key", "position")):
        wrong.append("附加筛选项")
    if not _same(measure_rows(document, projection), stored["measures"], ("position",)):
        wrong.append("统计数据")
    entry = stored["entry"]
    text = f"{heading(document)}\n\n{clean_text(projection.text)}"
    if entry is None or (entry["text"], entry["names"]) != (text, document.facets.enterprise_name):
        wrong.append("检索文本")
    if wrong:
        report.add(Fault.PROJECTION, name(document), f"不符的是：{'、'.join(wrong)}")


def _same(expected: list[dict[str, Any]], stored: list[dict[str, Any]], key: tuple[str, ...]) -> bool:
    def ordered(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        return iter(sorted(rows, key=lambda row: tuple(row[part] for part in key)))

    return list(ordered(expected)) == list(ordered(stored))
