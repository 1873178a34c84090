"""The manifest of the legacy slice (补录)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from formserver.accounts.service import AccountService
from formserver.core.legacy import LEGACY, LegacyEntry
from formserver.core.legacy_permissions import LegacyPermission
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.legacy import folder, single
from formserver.legacy.blueprint import legacy
from formserver.legacy.service import LARGEST, LEGACY_JOB, PURPOSE, LegacyBatches
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from formserver.web.context import AppContext
from formserver.web.feature import DocumentLinks, Feature, JobHandler, Link, MenuItem

VIEWS = (folder, single)
"""Importing them has put their routes on the blueprint."""


class _Links:
    """更正著录 in the menu of a document entered after the fact."""

    def links(self, actor: Actor, document: Document) -> Sequence[Link]:
        """One line, or none."""
        if document.origin != LEGACY or not actor.may(LegacyPermission.ENTER):
            return ()
        return (Link("更正著录", url_for("legacy.correct", document_id=document.id), "edit"),)


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    kit = context.service(Kit)
    entry = LegacyEntry(kit)
    context.service(UploadService).announce(Purpose(PURPOSE, LegacyPermission.ENTER, LARGEST))
    return {
        LegacyEntry: entry,
        LegacyBatches: LegacyBatches(kit, entry, context.service(AccountService)),
    }


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    return {LEGACY_JOB: context.service(LegacyBatches).work}


def _links(_context: AppContext) -> Sequence[DocumentLinks]:
    return (_Links(),)


feature = Feature(
    name="legacy",
    title="补录",
    blueprint=legacy,
    permissions=LegacyPermission,
    menu=(MenuItem("补录", "legacy.index", LegacyPermission.ENTER, "upload", 65),),
    provide=_provide,
    jobs=_jobs,
    document_links=_links,
)
