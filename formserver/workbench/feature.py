"""The manifest of the workbench slice."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask

from formserver.documents.lookup import Lookup
from formserver.web.context import AppContext
from formserver.web.feature import Feature, MenuItem, WorkSource
from formserver.workbench.documents import HEAPS, DocumentWork
from formserver.workbench.views import show

workbench = Blueprint("workbench", __name__, template_folder="templates")
"""Brings the templates; the page itself is the home of the kit."""


def _work(context: AppContext) -> Sequence[WorkSource]:
    lookup = context.service(Lookup)
    return [DocumentWork(lookup, heap) for heap in HEAPS]


def _setup(_app: Flask, context: AppContext) -> None:
    context.home = show


feature = Feature(
    name="workbench",
    title="工作台",
    blueprint=workbench,
    menu=(MenuItem("工作台", "kit.home", None, "home", 10, "g"),),
    work=_work,
    setup=_setup,
)
