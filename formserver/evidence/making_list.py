"""A new 证据清单 from the library: the deed behind the button and behind the interface."""

from __future__ import annotations

from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.errors import Kind, error_code
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.evidence.listing import list_rows
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.references import LIST_TYPE

NO_EVIDENCE = error_code(
    "NO_EVIDENCE",
    Kind.CONFLICT,
    zh="证据库里还没有有效的证据，不能生成清单。",
    en="The library holds no valid evidence; there is nothing to list.",
)


class ListMaking:
    """Makes lists of the evidence of a case."""

    def __init__(self, reading: EvidenceReading, drafting: Drafting) -> None:
        self._reading = reading
        self._drafting = drafting

    def make(self, actor: Actor, document_id: str) -> tuple[Document, int]:
        """A 证据清单 with everything that counts, and how many pieces it lists.

        Raises NOT_ALLOWED, NOT_FOUND, NO_EVIDENCE.
        """
        actor.require(DocumentPermission.CREATE)
        found = self._reading.library(actor, document_id)
        if not found.valid:
            raise NO_EVIDENCE()
        made = self._drafting.create(
            actor,
            LIST_TYPE,
            enterprise_id=found.document.enterprise_id,
            task_id=found.document.task_id,
            body={"items": list_rows(found.valid)},
        )
        return made, len(found.valid)
