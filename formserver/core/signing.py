"""The signed paper comes back: bind its scan, register what the pen wrote, mark what a receipt serves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formserver.core.computing import computed_fields
from formserver.core.deeds import Deeds
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.validation import validate_draft
from formserver.core.drafting import refuse_malformed
from formserver.core.drafts import apply_changes
from formserver.core.errors import Kind, Problem, Severity, error_code
from formserver.core.lifecycle import SIGN
from formserver.core.models import (
    Cause,
    Document,
    Json,
    Rendition,
    State,
    Version,
    rendition_digest,
)
from formserver.core.numbering import normalise_number
from formserver.core.paper_files import PaperFile, add_paper_files, paper_files
from formserver.core.permissions import Actor
from formserver.core.places import get as value_at
from formserver.core.places import join, split, to_indexed
from formserver.core.service_kit import CheckedScan, DocumentDeed, cut_version, record_event, tell
from formserver.core.store_ports import BlobInfo, DocumentQuery, UnitOfWork

NOT_A_PEN_FIELD = error_code(
    "NOT_A_PEN_FIELD",
    Kind.INVALID,
    zh="“{label}”已印在纸上，不能在登记签字件时直接修改；确有手写更正的，请登记为笔误更正。",
    en="{label} is already printed; register a pen correction instead.",
)


@dataclass(frozen=True, slots=True)
class PenCorrection:
    """A correction made on the paper by hand: page, place (keyed pointer), and the new value."""

    page: int
    at: str
    new: Any


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan put together beforehand: one PDF to read, and the originals, which lie in the blob store already.

    ``account`` says how it came about (pages, what was found, what was confirmed); it is frozen with the version.
    """

    pdf: bytes
    pages: int
    originals: tuple[tuple[str, str, BlobInfo], ...]  # (file name, media type, stored file)
    account: Json
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing brought: the new version, the joined scan, and what a person should know."""

    version: Version
    scan: Rendition
    warnings: tuple[Problem, ...]


class Signing(Deeds):
    """Bind signed scans."""

    def sign(
        self,
        actor: Actor,
        document_id: str,
        files: Sequence[tuple[str, bytes]] | Callable[[], StoredScan],
        *,
        base_version: int,
        pen_fields: Mapping[str, Any] | None = None,
        corrections: Sequence[PenCorrection] = (),
    ) -> Signed:
        """Bind the signed scan to the version printed.

        ``pen_fields`` are fields written by hand on the paper (``x-required-at: signed|served``), by pointer, None
        for one left empty; ``corrections`` what was changed on paper: both values are kept. Originals are stored byte
        for byte. ``files`` are uploads, or what puts a scan together that was taken in before. Neither is looked at
        when the document cannot be signed anyway.
        """
        with self._kit.store.uow() as u:
            self._check(u.documents.get(document_id, actor.scope), actor, SIGN.key, base_version, "")
        # reading, joining and storing files takes time: outside the unit
        scan = files() if callable(files) else self._kit.scans.read(files)
        blobs = self._store_files(scan)
        account = {"intake": scan.account} if isinstance(scan, StoredScan) else {}
        with self._kit.store.uow(write=True) as u:
            document, content, action = self._begin(u, actor, document_id, SIGN.key, base_version, "")
            body, noted = self._with_pen(document, content.body, pen_fields or {}, corrections)
            refuse_malformed(validate_draft(self._kit.document_type(document), body))
            warnings = (*scan.warnings, *self._require_complete(u, document, body, action.stage))
            document = dataclasses.replace(document, state=action.target)
            printed = document.printed_version
            document, signed = cut_version(
                self._kit,
                u,
                actor,
                document,
                body,
                cause=Cause.CORRECT if noted else Cause.SIGN,
                origins=content.envelope.get("origins", {}),
                extra={"printed_version": printed, "corrections": noted, **account},
            )
            added = add_paper_files(self._kit, u, actor, document, printed, blobs, "签字件.pdf")
            rendition = added[-1]  # the joined scan; the originals stand before it
            record_event(
                self._kit,
                u,
                actor,
                "document.signed",
                document_id=document.id,
                subject=document.title,
                data={
                    "version": signed.version.no,
                    "printed_version": printed,
                    "scan_sha256": rendition.blob_sha256,
                    "corrections": noted,
                    **account,
                    "renditions": {one.id: rendition_digest(one) for one in added},
                },
            )
            before, no = content.version.state, signed.version.no
            tell(self._kit, u, DocumentDeed(SIGN.key, actor, document, before, "", no))
            served = self._serve_listed(u, actor, document, body)
        return Signed(signed.version, rendition, (*warnings, *served))

    def _with_pen(
        self,
        document: Document,
        body: Json,
        pen_fields: Mapping[str, Any],
        corrections: Sequence[PenCorrection],
    ) -> tuple[Json, list[Json]]:
        dt = self._kit.document_type(document)
        for pointer in pen_fields:
            indexed = to_indexed(body, pointer)
            if not _is_for_the_pen(dt, indexed):
                raise NOT_A_PEN_FIELD(label=dt.label(indexed))
        changes = [
            {"op": "remove", "at": at} if value is None else {"op": "set", "at": at, "value": value}
            for at, value in pen_fields.items()
        ]
        noted: list[Json] = []
        for correction in corrections:
            indexed = to_indexed(body, correction.at)
            if _is_off_the_paper(dt, indexed):
                raise NOT_A_PEN_FIELD(label=dt.label(indexed))
            noted.append(
                {
                    "page": correction.page,
                    "at": correction.at,
                    "label": dt.label(to_indexed(body, correction.at)),
                    "old": _shown(value_at(body, correction.at)),
                    "new": correction.new,
                }
            )
            changes.append({"op": "set", "at": correction.at, "value": correction.new})
        new, _ = apply_changes(body, {}, changes)
        return new, noted

    def _store_files(self, scan: CheckedScan | StoredScan) -> list[PaperFile]:
        put = self._kit.store.blobs.put_bytes
        originals = (
            scan.originals
            if isinstance(scan, StoredScan)
            else [(name, media, put(data)) for name, media, data in scan.originals]
        )
        return paper_files(put(scan.pdf), scan.pages, originals)

    def _serve_listed(
        self, u: UnitOfWork, actor: Actor, receipt: Document, body: Json
    ) -> tuple[Problem, ...]:
        """A signed 送达回证 sets 已送达 on every document it lists (corrections 5)."""
        dt = self._kit.document_type(receipt)
        pointer = str(dt.document.get("serves", ""))
        rows = value_at(body, pointer) if pointer else None
        warnings: list[Problem] = []
        for index, row in enumerate(rows or ()):
            document = self._listed(u, actor, receipt, row)
            label = dt.label(f"{pointer}/{index}")
            if document is None:
                message = "平台中没有找到这份文书，未能自动登记送达；如为平台外文书可不处理。"
                warnings.append(
                    Problem("LISTED_UNKNOWN", message, f"{pointer}/{index}", label, Severity.WARNING)
                )
            elif document.state is not State.SIGNED:
                message = f"《{document.title}》当前为“{document.state.value}”，未能自动登记送达，请核对。"
                warnings.append(
                    Problem("LISTED_NOT_SIGNED", message, f"{pointer}/{index}", label, Severity.WARNING)
                )
            else:
                self._mark_served(u, actor, document, receipt)
        return tuple(warnings)

    def _listed(
        self, u: UnitOfWork, actor: Actor, receipt: Document, row: Mapping[str, Any]
    ) -> Document | None:
        number = str(row.get("doc_no", ""))
        if not number:
            return None
        query = DocumentQuery(number=normalise_number(number), limit=10)
        found = [d for d in u.documents.find(query, actor.scope).items if d.agency_id == receipt.agency_id]
        return u.documents.lock(found[0].id, actor.scope) if len(found) == 1 else None

    def _mark_served(self, u: UnitOfWork, actor: Actor, document: Document, receipt: Document) -> None:
        head = u.documents.version(document.id, document.head_version, actor.scope)
        document = dataclasses.replace(document, state=State.SERVED)
        reason = f"由《{receipt.title}》登记送达"
        document, new = cut_version(
            self._kit,
            u,
            actor,
            document,
            head.body,
            cause=Cause.TRANSITION,
            reason=reason,
            origins=head.envelope.get("origins", {}),
            extra={"receipt": receipt.id},
        )
        record_event(
            self._kit,
            u,
            actor,
            "document.serve",
            document_id=document.id,
            subject=document.title,
            data={"version": new.version.no, "receipt": receipt.id, "state": State.SERVED.value},
        )
        tell(self._kit, u, DocumentDeed("serve", actor, document, State.SIGNED, reason, new.version.no))


def _is_for_the_pen(dt: DocumentType, indexed: str) -> bool:
    """Whether the field, or the row or group it stands in, is filled in after printing."""
    parts = split(indexed)
    for length in range(len(parts), 0, -1):
        try:
            field = dt.leaf(join(parts[:length]))
        except LookupError:
            continue
        if field.schema.get("x-required-at") in {"signed", "served"}:
            return True
    return False


def _is_off_the_paper(dt: DocumentType, indexed: str) -> bool:
    """Whether the place lies in a computed field and is not printed: no pen reaches it."""
    top = indexed[1:].partition("/")[0]
    if top not in {field.key for field in computed_fields(dt)}:
        return False
    try:
        return bool(dt.leaf(indexed).schema.get("x-not-printed"))
    except LookupError:
        return True


def _shown(value: Any) -> Any:
    return "" if value is None else value
