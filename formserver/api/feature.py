"""The manifest of the interface for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from formserver.api.idempotency import Idempotency, IdempotencyRepository
from formserver.api.operations import (
    account,
    approval_settings,
    bulk,
    calculations,
    calculator_maintenance,
    deeds,
    deriving,
    desk,
    documents,
    drafts,
    enterprises,
    equipment,
    equipment_lists,
    evidence,
    evidence_files,
    exporting,
    files,
    filling,
    ladder,
    legacy,
    numbers,
    registers,
    remarks,
    scan_pages,
    scans,
    signatures,
    types,
    uploads,
)
from formserver.api.serving import install_operations
from formserver.api.tables import api_idempotency
from formserver.api.views import DESCRIPTION, api
from formserver.web.context import AppContext
from formserver.web.feature import Feature


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    return {Idempotency: Idempotency(context.store, context.clock)}


def _setup(app: Flask, context: AppContext) -> None:
    install_operations(app, context.operations)


feature = Feature(
    name="api",
    title="接口",
    blueprint=api,
    tables=(api_idempotency,),
    repositories={IdempotencyRepository: IdempotencyRepository},
    provide=_provide,
    api=(
        *types.OPERATIONS,
        *documents.OPERATIONS,
        *drafts.OPERATIONS,
        *deeds.OPERATIONS,
        *desk.OPERATIONS,
        *files.OPERATIONS,
        *enterprises.OPERATIONS,
        *registers.OPERATIONS,
        *uploads.OPERATIONS,
        *evidence.OPERATIONS,
        *evidence_files.OPERATIONS,
        *scans.OPERATIONS,
        *scan_pages.OPERATIONS,
        *approval_settings.OPERATIONS,
        *remarks.OPERATIONS,
        *numbers.OPERATIONS,
        *deriving.OPERATIONS,
        *filling.OPERATIONS,
        *bulk.OPERATIONS,
        *exporting.OPERATIONS,
        *legacy.OPERATIONS,
        *signatures.OPERATIONS,
        *calculations.OPERATIONS,
        *calculator_maintenance.OPERATIONS,
        *ladder.OPERATIONS,
        *equipment.OPERATIONS,
        *equipment_lists.OPERATIONS,
        *account.OPERATIONS,
        DESCRIPTION,
    ),
    setup=_setup,
)
