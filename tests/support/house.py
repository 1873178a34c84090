"""A whole house in memory for service tests: shipped definitions, the real renderer, two cities, a fixed clock."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from formserver.core.clock import FixedClock
from formserver.core.definitions.editions import Catalogue, shipped_catalogue
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document
from formserver.core.papers import Papers
from formserver.core.permissions import Actor, Scope
from formserver.core.service_kit import Kit
from formserver.core.signing import Signing
from formserver.core.store_ports import Store
from formserver.rendering.engine import TemplateEngine
from formserver.rendering.qr import qr_png
from formserver.rendering.scan_reader import SignedScanReader
from formserver.store.memory import MemoryStore

EVERYTHING = frozenset(permission.value for permission in DocumentPermission)
_catalogue = shipped_catalogue(FixedClock(datetime(2026, 11, 9, 1, 0, tzinfo=UTC)))
_engine = TemplateEngine()


class FixedAgencies:
    """Agency facts without the agencies slice."""

    def facts(self, _u: object, agency_id: str) -> dict[str, str]:
        return {
            "name": agency_id,
            "issuing_organ": "川西市经济和信息化局",
            "short_word": "川西",
            "mode": "委托",
        }


def person(name: str, agency: str = "city", **changes: Any) -> Actor:
    """Somebody who may do everything in one agency."""
    scope = Scope(agency_ids=frozenset({agency}), max_confidentiality=1)
    return replace(Actor(f"id-{name}", name, agency, EVERYTHING, scope), **changes)


@dataclass
class House:
    """The services over one store."""

    store: Store = field(default_factory=MemoryStore)
    clock: FixedClock = field(default_factory=lambda: FixedClock(datetime(2026, 11, 9, 1, 0, tzinfo=UTC)))
    catalogue: Catalogue = _catalogue

    def __post_init__(self) -> None:
        self.kit = Kit(
            store=self.store,
            catalogue=self.catalogue,
            renderer=_engine,
            clock=self.clock,
            agencies=FixedAgencies(),
            providers=lambda _u, _actor, _document: {},
            scans=SignedScanReader(),
            check_url=lambda token: f"https://check.example/{token}",
            qr=qr_png,
        )
        self.papers = Papers(self.kit)
        self.drafting = Drafting(self.kit)
        self.issuing = Issuing(self.kit, self.papers)
        self.signing = Signing(self.kit, self.papers)

    def saved(self, actor: Actor, type_key: str = "inspection_notice", **changes: Any) -> Document:
        """A document of ``type_key`` saved once with the sample body, ``changes`` laid over its top level."""
        document = self.drafting.create(actor, type_key)
        body = {**self.catalogue.sample(type_key), **changes}
        self.drafting.save_body(actor, document.id, body, base_version=0)
        return self.head(actor, document.id)

    def head(self, actor: Actor, document_id: str) -> Document:
        """The head row as it is now."""
        with self.store.uow() as u:
            return u.documents.get(document_id, actor.scope)

    def step(self, actor: Actor, document: Document, key: str, reason: str = "") -> Document:
        """One plain transition on the newest version."""
        head = self.head(actor, document.id)
        return self.issuing.transition(actor, document.id, key, base_version=head.head_version, reason=reason)

    def numbered(self, actor: Actor) -> Document:
        """A notice with a number."""
        document = self.saved(actor)
        self.step(actor, document, "submit")
        self.step(actor, document, "approve")
        return self.issuing.take_number(actor, document.id, base_version=3)


def photo_of_paper(colour: str = "white") -> bytes:
    """A JPEG the size of a scanned A4 page at 72 dpi."""
    data = io.BytesIO()
    Image.new("RGB", (595, 842), colour).save(data, "JPEG")
    return data.getvalue()
