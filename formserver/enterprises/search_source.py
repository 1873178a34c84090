"""Enterprises in the search box of every page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from formserver.core.permissions import Actor
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.service import EnterpriseService
from formserver.web.feature import SearchHit


class EnterpriseSearch:
    """A :class:`~formserver.web.feature.SearchSource`."""

    title = "企业"

    def __init__(self, register: EnterpriseService) -> None:
        self._register = register

    def search(self, actor: Actor, text: str, *, limit: int) -> Sequence[SearchHit]:
        """Nothing for people who may not read the register."""
        if not actor.may(EnterprisePermission.READ):
            return ()
        page = self._register.search(actor, EnterpriseQuery(text=text, limit=limit))
        return [
            SearchHit(
                self.title,
                item.name,
                url_for("enterprises.show", enterprise_id=item.id),
                " · ".join(filter(None, (item.uscc, item.region_name))),
                facets={"所在地": item.region_name, "行业": item.industry_name},
            )
            for item in page.items
        ]

    def list_url(self, text: str) -> str:
        """The register with this text in its filter."""
        return url_for("enterprises.index", q=text)
