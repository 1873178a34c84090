"""What was printed: the pages of a version, and where its signatures belong."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.definitions.conditions import evaluate
from formserver.core.definitions.document_type import DocumentType, Slot
from formserver.core.models import Document, RenditionKind
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork
from formserver.rendering.slots import SlotArea

_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Printed:
    """The paper of one version. ``pages`` is 0 and ``pdf_sha256`` empty while no PDF has been made of it."""

    version_no: int
    pages: int
    pdf_sha256: str
    slots: tuple[Slot, ...]


def printed_paper(kit: Kit, u: UnitOfWork, document: Document, version_no: int) -> Printed:
    """The facts of a printed version, read inside a unit; the document lies in the scope already."""
    dt = kit.document_type(document)
    papers = [
        r
        for r in u.renditions.for_document(document.id)
        if r.version_no == version_no and r.kind is RenditionKind.PDF
    ]
    content = u.documents.version(document.id, version_no, SYSTEM_SCOPE)
    shown = visible_slots(dt, content.body, content.envelope.get("ctx", {}))
    if not papers:
        return Printed(version_no, 0, "", shown)
    return Printed(version_no, papers[-1].pages, papers[-1].blob_sha256, shown)


def visible_slots(dt: DocumentType, body: Mapping[str, Any], ctx: Mapping[str, str]) -> tuple[Slot, ...]:
    """The slots this paper has."""
    return tuple(s for s in dt.slots if s.show_when is None or evaluate(s.show_when, body=body, ctx=ctx))


class PrintedPages:
    """The PDFs and places of signatures of the papers looked at last, for a worker that reads a heap of one paper."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, int], tuple[bytes, tuple[SlotArea, ...]]] = OrderedDict()

    def of(self, document: Document, version_no: int) -> tuple[bytes, tuple[SlotArea, ...]] | None:
        """PDF and places of a version; None while it has no PDF."""
        from formserver.rendering.slots import find_slots, slot_specs

        key = (document.id, version_no)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        with self._kit.store.uow() as u:
            paper = printed_paper(self._kit, u, document, version_no)
            content = u.documents.version(document.id, version_no, SYSTEM_SCOPE)
        if not paper.pdf_sha256:
            return None
        pdf = self._kit.store.blobs.read(paper.pdf_sha256)
        specs = slot_specs(self._kit.document_type(document), content.body, content.envelope.get("ctx", {}))
        made = (pdf, find_slots(pdf, specs))
        with self._lock:
            self._known[key] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made
