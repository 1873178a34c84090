"""The manifest of the numbers slice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for

from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.numbers.permissions import NumberPermission
from formserver.numbers.repository import RegisterRepository
from formserver.numbers.service import RegisterService
from formserver.numbers.tables import number_start
from formserver.numbers.views import numbers
from formserver.web.context import AppContext
from formserver.web.feature import DocumentLinks, Feature, Link, MenuItem

_YEAR: Final = re.compile(r"〔(\d{4})〕")


class RegisterLink:
    """From a numbered document to its line."""

    def links(self, actor: Actor, document: Document) -> Sequence[Link]:
        """Nothing for a document without a number."""
        if not document.number or not actor.may(NumberPermission.READ):
            return ()
        year = _YEAR.search(document.number)  # the book of that year; an old number is not in this year's
        url = url_for(
            "numbers.index",
            agency=document.agency_id,
            type=document.type,
            year=year[1] if year else None,
            q=document.number,
        )
        return (Link("文号登记簿", url, "table"),)


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    return {RegisterService: RegisterService(context.service(Kit))}


def _links(_context: AppContext) -> Sequence[DocumentLinks]:
    return (RegisterLink(),)


feature = Feature(
    name="numbers",
    title="文号登记",
    blueprint=numbers,
    permissions=NumberPermission,
    menu=(MenuItem("文号登记", "numbers.index", NumberPermission.READ, "table", 38),),
    tables=(number_start,),
    repositories={RegisterRepository: RegisterRepository},
    provide=_provide,
    document_links=_links,
)
