"""What can be done with the register: find, create, change; every change leaves an immutable line of history."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from formserver.core.clock import Clock
from formserver.core.errors import Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.enterprises.checks import check_values, clean, is_blocking
from formserver.enterprises.models import (
    LABELS,
    Change,
    Enterprise,
    EnterprisePage,
    EnterpriseQuery,
    as_text,
)
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.repository import EnterpriseRepository

ENTERPRISE_CHANGED = error_code(
    "ENTERPRISE_CHANGED",
    Kind.CONFLICT,
    zh="“{name}”在您打开页面后已被别人修改，请对照两边的内容后再保存。",
    en="{name} was changed by somebody else.",
)
POSSIBLE_DUPLICATE = error_code(
    "POSSIBLE_DUPLICATE",
    Kind.CONFLICT,
    zh="企业档案中已有名称或统一社会信用代码相同的单位（{names}），请确认不是同一家后再保存。",
    en="The register already holds {names}.",
)


class EnterpriseService:
    """The register within an actor's scope."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(self, actor: Actor, enterprise_id: str) -> Enterprise:
        """Raises NOT_FOUND."""
        actor.require(EnterprisePermission.READ)
        with self._store.uow() as u:
            return u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)

    def search(self, actor: Actor, query: EnterpriseQuery) -> EnterprisePage:
        """A page of the register."""
        actor.require(EnterprisePermission.READ)
        with self._store.uow() as u:
            return u.repository(EnterpriseRepository).search(query, actor.scope)

    def history(self, actor: Actor, enterprise_id: str) -> tuple[Change, ...]:
        """Newest first. Raises NOT_FOUND."""
        actor.require(EnterprisePermission.READ)
        with self._store.uow() as u:
            repository = u.repository(EnterpriseRepository)
            repository.get(enterprise_id, actor.scope)
            return repository.history(enterprise_id)

    def twins(self, actor: Actor, item: Enterprise) -> tuple[Enterprise, ...]:
        """Other records that may be the same firm."""
        with self._store.uow() as u:
            return u.repository(EnterpriseRepository).twins(item.uscc, item.name, actor.scope, but=item.id)

    def create(
        self, actor: Actor, values: Mapping[str, Any], *, accept_duplicate: bool = False
    ) -> Enterprise:
        """Add a record to the actor's agency. Raises INVALID_INPUT, POSSIBLE_DUPLICATE, NOT_ALLOWED."""
        actor.require(EnterprisePermission.EDIT)
        cleaned = self._checked(values)
        with self._store.uow(write=True) as u:
            repository = u.repository(EnterpriseRepository)
            if not accept_duplicate:
                self._refuse_twins(repository, actor, cleaned)
            return self.insert(u, actor, cleaned, cause="新建")

    def edit(
        self,
        actor: Actor,
        enterprise_id: str,
        values: Mapping[str, Any],
        *,
        expected_version: int,
        accept_duplicate: bool = False,
    ) -> Enterprise:
        """Change a record. Raises NOT_FOUND, INVALID_INPUT, ENTERPRISE_CHANGED, POSSIBLE_DUPLICATE, NOT_ALLOWED."""
        actor.require(EnterprisePermission.EDIT)
        with self._store.uow(write=True) as u:
            repository = u.repository(EnterpriseRepository)
            old = repository.get(enterprise_id, actor.scope)
            cleaned = self._checked(values, old)
            if old.row_version != expected_version:
                raise ENTERPRISE_CHANGED(name=old.name)
            renamed = any(key in cleaned and cleaned[key] != getattr(old, key) for key in ("name", "uscc"))
            if renamed and not accept_duplicate:
                self._refuse_twins(repository, actor, {"uscc": old.uscc, **cleaned}, but=enterprise_id)
            return self.update(u, actor, old, cleaned, cause="修改")

    def insert(self, u: UnitOfWork, actor: Actor, values: Mapping[str, Any], *, cause: str) -> Enterprise:
        """Add a checked record inside an open write unit."""
        now = self._clock.now()
        new = Enterprise(
            id=new_id(), agency_id=actor.agency_id, created_at=now, updated_at=now, **dict(values)
        )
        repository = u.repository(EnterpriseRepository)
        repository.add(new)
        given = {k: ("", as_text(v)) for k, v in values.items() if v not in ("", False)}
        self._note(u, actor, new, given, cause)
        return new

    def update(
        self, u: UnitOfWork, actor: Actor, old: Enterprise, values: Mapping[str, Any], *, cause: str
    ) -> Enterprise:
        """Change a checked record inside an open write unit; nothing is written when nothing differs."""
        differing = {k: v for k, v in values.items() if getattr(old, k) != v}
        if not differing:
            return old
        new = dataclasses.replace(
            old, **differing, row_version=old.row_version + 1, updated_at=self._clock.now()
        )
        if not u.repository(EnterpriseRepository).replace(new, expected_version=old.row_version):
            raise ENTERPRISE_CHANGED(name=old.name)
        fields = {k: (as_text(getattr(old, k)), as_text(v)) for k, v in differing.items()}
        self._note(u, actor, new, fields, cause)
        return new

    def facts(self, u: UnitOfWork, actor: Actor, enterprise_id: str) -> Mapping[str, Any]:
        """What ``enterprise.*`` may ask for; nothing outside the scope."""
        found = u.repository(EnterpriseRepository).find(enterprise_id, actor.scope)
        return facts_of(found) if found is not None else {}

    def _checked(self, values: Mapping[str, Any], old: Enterprise | None = None) -> dict[str, Any]:
        unknown = set(values) - set(LABELS)
        if unknown:
            raise ValueError(f"the register has no fields {sorted(unknown)}")
        cleaned = clean(values)
        before = {key: getattr(old, key) for key in LABELS} if old is not None else {}
        problems = check_values({**before, **cleaned})
        if is_blocking(problems):
            raise invalid(problems)
        return cleaned

    def _refuse_twins(
        self, repository: EnterpriseRepository, actor: Actor, values: Mapping[str, Any], but: str = ""
    ) -> None:
        twins = repository.twins(values.get("uscc", ""), values.get("name", ""), actor.scope, but=but)
        if twins:
            problems = [Problem("DUPLICATE", t.name, t.id, t.uscc or "无信用代码") for t in twins]
            raise POSSIBLE_DUPLICATE(problems=problems, names="、".join(t.name for t in twins))

    def _note(
        self,
        u: UnitOfWork,
        actor: Actor,
        item: Enterprise,
        fields: Mapping[str, tuple[str, str]],
        cause: str,
    ) -> None:
        at = self._clock.now()
        change = Change(item.id, item.row_version, at, actor.user_id, actor.name, cause, fields)
        u.repository(EnterpriseRepository).add_change(change)
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=at,
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=item.agency_id,
                action="enterprise.save",
                subject=f"enterprise:{item.id}",
                data={"version": item.row_version, "cause": cause, "fields": sorted(fields)},
            )
        )


def facts_of(item: Enterprise) -> dict[str, Any]:
    """An enterprise as documents name its facts (``enterprise.<field>``)."""
    facts = {key: getattr(item, key) for key in LABELS}
    facts.update(id=item.id, industry=item.industry_name, region=item.region_name)
    facts["site_address"] = item.site_address or item.reg_address
    return facts
