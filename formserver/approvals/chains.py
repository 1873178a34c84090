"""The order of signers as an administrator edits it, and as a submission finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from formserver.approvals.models import (
    ANYONE,
    DEFAULT_STEPS,
    MOST_STEPS,
    ROLE,
    USER,
    Chain,
    ChainStep,
)
from formserver.approvals.people import Approvers
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.repository import ApprovalRepository
from formserver.core.definitions.grammar import breaches
from formserver.core.errors import NOT_FOUND, Kind, Problem, error_code, invalid
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork

CHAIN_CHANGED = error_code(
    "CHAIN_CHANGED",
    Kind.CONFLICT,
    zh="审批顺序在您打开页面后已被{who}修改，请核对下面的现行顺序后重新设置。",
    en="The order of signers was changed by {who} meanwhile.",
)
LONGEST_TITLE: Final = 30


class Chains:
    """Reads and writes the orders of the actor's own agency."""

    def __init__(self, kit: Kit, people: Approvers) -> None:
        self._kit = kit
        self._people = people

    def steps_for(self, u: UnitOfWork, agency_id: str, type_key: str) -> tuple[ChainStep, ...]:
        """The order that holds for a new submission: the type's own, else the general one, else the default."""
        found = {chain.type: chain for chain in u.repository(ApprovalRepository).chains(agency_id)}
        chain = found.get(type_key) or found.get("")
        return chain.steps if chain and chain.steps else DEFAULT_STEPS

    def all(self, actor: Actor) -> dict[str, Chain]:
        """What the actor's agency has set, by type."""
        actor.require(ApprovalPermission.CHAIN)
        with self._kit.store.uow() as u:
            return {c.type: c for c in u.repository(ApprovalRepository).chains(actor.agency_id)}

    def choices(self, actor: Actor) -> list[tuple[str, str]]:
        """(holder, words) that a step may name."""
        actor.require(ApprovalPermission.CHAIN)
        with self._kit.store.uow() as u:
            people = self._people.at_or_above(u, actor.agency_id)
        roles = [(ROLE + key, f"角色：{title}") for key, title in self._people.approving_roles()]
        named = [(USER + p.id, f"{p.name}（{p.title}）" if p.title else p.name) for p in people]
        return [(ANYONE, "任何有审批权限的人"), *roles, *named]

    def put(self, actor: Actor, type_key: str, steps: Sequence[ChainStep], *, expected_version: int) -> None:
        """Set the order for a type (empty: all others); no steps: back to the general one.

        Raises NOT_FOUND (type), INVALID_INPUT (a step without title, unknown holder, too many), CHAIN_CHANGED.
        """
        actor.require(ApprovalPermission.CHAIN)
        if type_key and type_key not in {dt.key for dt in self._kit.catalogue.types()}:
            raise NOT_FOUND(what="这种文书")
        self._check(actor, steps)
        now = self._kit.clock.now()
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ApprovalRepository)
            old = repository.chain(actor.agency_id, type_key)
            chain = Chain(actor.agency_id, type_key, tuple(steps), 0, actor.user_id, actor.name, now)
            if steps:
                written = repository.put_chain(chain, expected_version=expected_version)
            elif old is None:
                return
            else:
                written = repository.drop_chain(actor.agency_id, type_key, expected_version=expected_version)
            if not written:
                raise CHAIN_CHANGED(who=old.changed_by_name if old else "别人")
            record_event(
                self._kit,
                u,
                actor,
                "approval.chain",
                subject=type_key or "全部文书",
                data={
                    "type": type_key,
                    "before": [[s.title, s.holder] for s in old.steps] if old else [],
                    "after": [[s.title, s.holder] for s in steps],
                },
            )

    def _check(self, actor: Actor, steps: Sequence[ChainStep]) -> None:
        known = {holder for holder, _ in self.choices(actor)}
        problems: list[Problem] = []
        if len(steps) > MOST_STEPS:
            message = f"审批最多 {MOST_STEPS} 步，请合并或删去一些。"
            problems.append(Problem("TOO_LONG", message, "", "审批顺序"))
        for number, step in enumerate(steps, start=1):
            label = f"第{number}步"
            if not step.title:
                problems.append(
                    Problem(
                        "REQUIRED",
                        f"请填写{label}的名称，例如“科室负责人”。",
                        f"title-{number}",
                        label,
                    )
                )
            elif len(step.title) > LONGEST_TITLE:
                message = f"{label}的名称最多 {LONGEST_TITLE} 个字。"
                problems.append(Problem("TOO_LONG", message, f"title-{number}", label))
            elif list(breaches({"title": step.title})) or "\n" in step.title:
                problems.append(
                    Problem("BAD_TEXT", f"{label}的名称中有不能使用的字符。", f"title-{number}", label)
                )
            if step.holder not in known:
                problems.append(
                    Problem(
                        "UNKNOWN",
                        f"{label}选的人已不能审批，请另选。",
                        f"holder-{number}",
                        label,
                    )
                )
        if problems:
            raise invalid(problems)
