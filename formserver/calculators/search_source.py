"""Calculators in the search box of every page: products by name or pinyin, by industry, by the number of a standard."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from formserver.calculators.benchmark_choice import find
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.clock import Clock, today_in_china
from formserver.core.permissions import Actor
from formserver.web.feature import SearchHit


class CalculatorSearch:
    """A :class:`~formserver.web.feature.SearchSource`; each hit opens the form of a product."""

    title = "计算包"

    def __init__(self, service: Calculators, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    def search(self, actor: Actor, text: str, *, limit: int) -> Sequence[SearchHit]:
        """Nothing for people who may not calculate."""
        if not actor.may(CalculatorPermission.USE):
            return ()
        found = find(self._service.library, text, today_in_china(self._clock))
        return [
            SearchHit(
                self.title,
                one.title,
                url_for("calculators.benchmark", product=one.ref),
                f"{one.standard} · {one.group}",
                facets={"行业": one.industry_title, "标准": one.standard},
            )
            for one in found[:limit]
        ]

    def list_url(self, text: str) -> str:
        """The list of calculators with this text in its filter."""
        return url_for("calculators.packs", q=text)
