"""Where a person can type freely in a document, and what becomes of it: by way of the services, as any page does."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from formserver.core.definitions.document_type import DocumentType
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document, RenditionKind, VersionContent
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from tests.integration.product.paper_text import document_text
from tests.support.website import Website

REFERENCES: Final = ("/law", "/article", "/paragraph", "/item")
"""Printed by rule (《…》, 第十二条), not letter by letter; the formatters have inverses and tests of their own."""
QUESTIONS: Final = ("/equipment/*/name", "/equipment/*/model")
"""The server's results in the same row follow what stands there; tests of equipment hold them."""

PIECES: Final = (
    *"\n\t &<>\"'{}%#\\|/@$`^~",
    "\n\n",
    "  ",
    "　",
    "{{",
    "}}",
    "{{ doc.number }}",
    "{% if x %}",
    "{%p endfor %}",
    "{#",
    "]]>",
    "<w:t>",
    "&amp;",
    "&#0;",
    "</w:p>",
    "{{ 7 * 7 }}",
    "${x}",
    "%s",
    "\\n",
    "=1+1",
    "𠮷",
    "䶮",
    "㎡",
    "m³",
    "℃",
    "👷🏽\u200d♀️",
    "e\u0301",
    "ก็",
    "שלום",
    "مرحبا",
    "\u202eabc\u202c",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\x7f",
    "\x85",
)
TYPED: Final = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
) | st.lists(st.sampled_from(PIECES) | st.characters(categories=("Lo",)), max_size=8).map("".join)
"""Any text that can be written down at all, thick with what breaks templates, XML and fonts."""
ILLEGAL: Final = st.sampled_from(
    ["\x00", "\x01", "\x08", "\x0b", "\f", "\x0e", "\x1b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"]
)


def blank(text: str) -> bool:
    """Whether nobody could see that something was typed: a required field does not take that for an answer."""
    return not text.strip() or all(unicodedata.category(c) in {"Cf", "Zs", "Cc", "Zl", "Zp"} for c in text)


def free_places(dt: DocumentType, body: Mapping[str, Any]) -> dict[str, int]:
    """Pointer → longest text, for every field of ``body`` that takes any words."""
    return {
        place.pointer: min(int(place.field.schema.get("maxLength", 60)), 60)
        for place in dt.places(dict(body))
        if place.field.kind in {"string", "list"}
        and isinstance(place.value, str)
        and not place.field.choices
        and not {"x-format", "pattern"} & set(place.field.schema)
        and not place.field.is_row_key
        and not place.field.pointer.endswith(REFERENCES)
        and place.field.widget not in ("readonly", "hidden")
        and place.field.pointer not in QUESTIONS
    }


def with_texts(body: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """A copy of ``body`` with ``texts`` at their pointers."""
    made = copy.deepcopy(dict(body))
    for pointer, text in texts.items():
        *way, last = pointer.strip("/").split("/")
        holder: Any = made
        for part in way:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        holder[int(last) if isinstance(holder, list) else last] = text
    return made


@dataclass(frozen=True)
class Desk:
    """A person at work on the website."""

    site: Website

    def sample(self, type_key: str) -> dict[str, Any]:
        """The sample as this server keeps it: with its own results."""
        sample = self.site.context.catalogue.sample(type_key)
        return dict(self.version(self.saved(type_key, sample)).body)

    def saved(self, type_key: str, body: Mapping[str, Any]) -> Document:
        """A document whose first version has this body."""
        drafting, actor = self.site.context.service(Drafting), self.site.actor("chen")
        document = drafting.create(actor, type_key, enterprise_id=self.site.enterprise.id)
        drafting.save_body(actor, document.id, body, base_version=0)
        return self.site.head(document.id)

    def printed(self, document: Document) -> Document:
        """On to the first paper: numbered for an outward paper, final for a record."""
        issuing, actor = self.site.context.service(Issuing), self.site.actor("chen")
        dt = self.site.context.catalogue.type(document.type, document.edition)
        if dt.document["lifecycle"] != "outward":
            return issuing.finalise(actor, document.id, base_version=document.head_version)
        document = self.site.approved(document)
        return issuing.take_number(actor, document.id, base_version=document.head_version)

    def version(self, document: Document) -> VersionContent:
        """The head version as stored."""
        with self.site.context.store.uow() as u:
            return u.documents.version(document.id, document.head_version, SYSTEM_SCOPE)

    def docx(self, document: Document) -> bytes:
        """The paper of the head version, from the blob store."""
        papers = self.site.context.service(Papers)
        rendition = papers.paper_of(
            self.site.actor("chen"), document.id, document.head_version, RenditionKind.DOCX
        )
        return self.site.context.store.blobs.read(rendition.blob_sha256)

    def words(self, document: Document) -> str:
        """What the paper says, without what the server alone states about it."""
        text = document_text(self.docx(document))
        envelope = self.version(document).envelope
        for name in ("check_code", "check_url", "number"):
            if envelope[name]:
                text = text.replace(str(envelope[name]), f"[{name}]")
        return text
