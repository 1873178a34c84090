"""The manifest of the signatures slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.intake import SignedPageIntake
from formserver.core.models import Document, State
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.signatures.permissions import SealPermission
from formserver.signatures.repository import SignatureRepository
from formserver.signatures.seals import SealService
from formserver.signatures.service import SignatureService
from formserver.signatures.tables import captured_mark, seal_image
from formserver.signatures.views import signatures
from formserver.web.context import AppContext
from formserver.web.feature import DocumentLinks, Feature, Link, MenuItem


class _Links:
    """屏幕签署 in the menu of a paper that waits for its signatures."""

    def links(self, actor: Actor, document: Document) -> Sequence[Link]:
        """One line, or none."""
        if document.state is not State.FINAL or not actor.may(DocumentPermission.SIGN):
            return ()
        return (Link("屏幕签署", url_for("signatures.paper", document_id=document.id), "edit"),)


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    kit = context.service(Kit)
    intake = context.services.get(SignedPageIntake)
    return {SignatureService: SignatureService(kit, intake), SealService: SealService(kit)}


def _links(_context: AppContext) -> Sequence[DocumentLinks]:
    return (_Links(),)


feature = Feature(
    name="signatures",
    title="屏幕签署",
    blueprint=signatures,
    permissions=SealPermission,
    menu=(MenuItem("印章", "signatures.seals", SealPermission.MANAGE, "stamp", 95),),
    tables=(captured_mark, seal_image),
    repositories={SignatureRepository: SignatureRepository},
    provide=_provide,
    document_links=_links,
)
