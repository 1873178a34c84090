"""Builds the document services from the running context: the one place where their collaborators are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from formserver.agencies.service import AgencyService
from formserver.core.clock import today_in_china
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.prefill import Provider
from formserver.core.definitions.providers import (
    ClausesProvider,
    ClockProvider,
    LawsProvider,
    PreviousPaper,
    PreviousProvider,
)
from formserver.core.drafting import Drafting
from formserver.core.errors import Problem
from formserver.core.issuing import Issuing
from formserver.core.legacy import LEGACY
from formserver.core.models import Document, State
from formserver.core.papers import Papers
from formserver.core.permissions import Actor
from formserver.core.rendering_port import StampedPdf
from formserver.core.service_kit import Kit
from formserver.core.signing import Signing
from formserver.core.store_ports import DocumentQuery, UnitOfWork
from formserver.rendering.qr import qr_png
from formserver.rendering.scan_reader import SignedScanReader
from formserver.web.context import AppContext
from formserver.web.feature import PrefillFactory

BODY_FACE = "仿宋_GB2312"
"""The face most words of a paper are set in (GB/T 9704-2012)."""


def build_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The kit and the four services, by class."""
    if context.renderer is None or context.catalogue is None:
        raise RuntimeError("documents need a renderer and a catalogue")
    kit = Kit(
        store=context.store,
        catalogue=cast(Catalogue, context.catalogue),
        renderer=context.renderer,
        clock=context.clock,
        agencies=context.service(AgencyService),
        providers=context.prefill_providers,
        scans=SignedScanReader(),
        check_url=lambda token: f"{context.settings.base_url.rstrip('/')}/check/{token}",
        qr=qr_png,
        deed_handlers=context.deed_handlers,
        stamper=_LazyStamper(context),
        deed_guards=context.deed_guards,
        computers=context.computers,
        glyphs=lambda text, label, pointer: _glyph_problems(context, text, label, pointer),
    )
    papers = Papers(kit)
    return {
        Kit: kit,
        Papers: papers,
        Drafting: Drafting(kit),
        Issuing: Issuing(kit, papers),
        Signing: Signing(kit, papers),
    }


class _LazyStamper:
    """Only workers stamp; the PDF libraries load with the first paper."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def stamp(self, pdf: bytes, *, check_url: str, check_code: str, version: int) -> StampedPdf:
        """See :class:`formserver.rendering.page_codes.PageCodeStamper`."""
        from formserver.rendering.fonts import font_policy
        from formserver.rendering.page_codes import PageCodeStamper

        stamper = PageCodeStamper(font_policy(*self._context.settings.font_folders))
        return stamper.stamp(pdf, check_url=check_url, check_code=check_code, version=version)


def _glyph_problems(context: AppContext, text: str, label: str, pointer: str) -> Sequence[Problem]:
    """Asked only for rare characters; reading the fonts is left until then, because it takes a while."""
    from formserver.rendering.fonts import font_policy
    from formserver.rendering.fonts_glyphs import glyph_problems

    policy = font_policy(*context.settings.font_folders)
    return glyph_problems(text, BODY_FACE, label=label, pointer=pointer, policy=policy)


def prefill_namespaces(context: AppContext) -> Mapping[str, PrefillFactory]:
    """``clock``, ``clauses``, ``laws`` and ``prev``: what a new document knows without any other slice."""
    kit = context.service(Kit)
    clock = ClockProvider(kit.clock)
    clauses = ClausesProvider(kit.catalogue)

    def laws(u: UnitOfWork, _actor: Actor, document: Document) -> Provider:
        regime = kit.agencies.facts(u, document.agency_id).get("regime", "")
        return LawsProvider(kit.catalogue, today_in_china(kit.clock), regime)

    def previous(u: UnitOfWork, actor: Actor, document: Document) -> Provider:
        return PreviousProvider(lambda type_key: find_previous(kit, u, actor, document, type_key))

    return {
        "clock": lambda _u, _actor, _document: clock,
        "clauses": lambda _u, _actor, _document: clauses,
        "laws": laws,
        "prev": previous,
    }


def find_previous(
    kit: Kit, u: UnitOfWork, actor: Actor, document: Document, type_key: str
) -> PreviousPaper | None:
    """The newest saved paper of ``type_key`` of the same task or, without a task, the same enterprise.

    Papers entered after the fact are passed over: they are older than they look and hold only what is known of them.
    """
    if not document.enterprise_id:
        return None
    query = DocumentQuery(
        types=(type_key,),
        enterprise_id=document.enterprise_id,
        task_id=document.task_id,
        include_void=False,
        limit=20,
    )
    for found in u.documents.find(query, actor.scope).items:
        if found.origin == LEGACY or found.state is State.VOID:
            continue
        if found.head_version and found.id != document.id:
            body = u.documents.version(found.id, found.head_version, actor.scope).body
            facts = {"id": found.id, "number": found.number, "version": str(found.head_version)}
            title = kit.document_type(found).title
            return PreviousPaper(title, body, {**facts, "title": title, "type_title": title})
    return None
