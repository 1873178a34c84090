"""A website with people who keep calculators: two of the province, one of a city, one of another city."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from formserver.calculation.requests import Request, request_from_json
from formserver.calculators.confirm_service import Figures
from formserver.calculators.maintain_checking import judge
from formserver.calculators.maintain_examples import expected
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.service import Calculators
from formserver.core.canonical import clone
from tests.support.website import PASSWORD, Website

SODA = ("soda_ash", "gb29140-2024")


class Maintained(Website):
    """``tang`` and ``wen`` keep the methods of the province, ``admin`` those of a city, ``far`` of another."""

    def __init__(self, storage: Path, *, publishers: int = 2) -> None:
        passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        passwords._decoy.cache_clear()
        super().__init__(storage)
        people = [("admin", "市管理员", "SC-CD"), ("far", "外市管理员", self._other_city())]
        people += [("tang", "唐思源", "SC"), ("wen", "温如玉", "SC")][:publishers]
        for username, name, code in people:
            self.context.service(AccountService).add_user(
                username=username,
                name=name,
                password=PASSWORD,
                agency_id=self.agencies[code],
                roles=("administrator", "inspector"),
            )

    @property
    def drafts(self) -> Drafts:
        return self.context.service(Drafts)

    @property
    def publishing(self) -> Publishing:
        return self.context.service(Publishing)

    @property
    def figures(self) -> Figures:
        return self.context.service(Figures)

    @property
    def calculators(self) -> Calculators:
        return self.context.service(Calculators)

    def copy(self, who: str = "tang", pack: tuple[str, str] = SODA, **more: Any) -> Draft:
        """A draft that grows from an edition."""
        return self.drafts.copy(self.actor(who), *pack, **more)

    def with_limit(self, draft: Draft, value: str | None, who: str = "tang", row: int = 0) -> Draft:
        """The draft with another limit of level 3 in one row and examples that expect it, saved."""
        limits = clone(draft.limits)
        limits["limits"][row]["levels"]["3"] = value
        library = self.calculators.library
        judged = judge(library, draft.name, draft.edition, draft.method, limits)
        assert judged.calculator is not None
        rows = [expected(judged.calculator, judged.limits, library, one) for one in draft.method["examples"]]
        method = {**draft.method, "examples": rows}
        return self.drafts.save(self.actor(who), draft.id, method, limits, seen=draft.tag)

    def published(self, draft: Draft, day: date, who: str = "wen") -> Draft:
        """Published by a second person."""
        return self.publishing.publish(self.actor(who), draft.id, day, seen=draft.tag)


def soda(year: int = 2026, energy: str = "36000000", **more: Any) -> Request:
    """Light soda ash by the ammonia process: 10,000 t with this much electricity."""
    return request_from_json(
        {
            "calculator": "soda_ash",
            "product": "ammonia_soda_light",
            "period": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
            "inputs": {"output": "10000"},
            "energy": [{"carrier": "electricity", "direction": "in", "amount": energy, "unit": "kWh"}],
            **more,
        }
    )
