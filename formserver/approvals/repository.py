"""The only file of this slice that knows SQL. Callers have checked that the documents lie in the actor's scope."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, tuple_, update

from formserver.approvals.models import Chain, ChainStep, Decision, Deputy, Remark, Round, Step
from formserver.approvals.tables import (
    approval_chain,
    approval_deputy,
    approval_proof,
    approval_remark,
    approval_step,
)
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND


class ApprovalRepository:
    """Chains, steps, remarks, deputies and proof-reading marks on one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # order of signers
    def chains(self, agency_id: str) -> tuple[Chain, ...]:
        """The orders an agency has set, the general one first."""
        t = approval_chain
        query = select(t).where(t.c.agency_id == agency_id).order_by(t.c.type)
        return tuple(_chain(row) for row in self._connection.execute(query).mappings())

    def chain(self, agency_id: str, type_key: str) -> Chain | None:
        """The order set for exactly this type (empty: the general one)."""
        return next((c for c in self.chains(agency_id) if c.type == type_key), None)

    def put_chain(self, chain: Chain, *, expected_version: int) -> bool:
        """Write an order if nobody changed it since; False otherwise. Version 0: there was none."""
        t = approval_chain
        steps = json.dumps([{"title": s.title, "holder": s.holder} for s in chain.steps], ensure_ascii=False)
        values = {
            "steps": steps,
            "row_version": expected_version + 1,
            "changed_by": chain.changed_by,
            "changed_by_name": chain.changed_by_name,
            "changed_at": _at(chain.changed_at),
        }
        where = (t.c.agency_id == chain.agency_id) & (t.c.type == chain.type)
        if expected_version:
            changed = update(t).where(where, t.c.row_version == expected_version).values(values)
            return self._connection.execute(changed).rowcount == 1
        if self.chain(chain.agency_id, chain.type) is not None:
            return False
        self._connection.execute(insert(t).values(agency_id=chain.agency_id, type=chain.type, **values))
        return True

    def drop_chain(self, agency_id: str, type_key: str, *, expected_version: int) -> bool:
        """Remove an order, if nobody changed it since."""
        t = approval_chain
        gone = delete(t).where(
            t.c.agency_id == agency_id, t.c.type == type_key, t.c.row_version == expected_version
        )
        return self._connection.execute(gone).rowcount == 1

    # the way of a paper
    def add_steps(self, steps: Collection[Step]) -> None:
        """Begin a round."""
        self._connection.execute(insert(approval_step), [_step_row(step) for step in steps])

    def rounds(self, document_id: str) -> tuple[Round, ...]:
        """Every round of a document, oldest first."""
        t = approval_step
        query = select(t).where(t.c.document_id == document_id).order_by(t.c.round, t.c.position)
        grouped: dict[int, list[Step]] = {}
        for row in self._connection.execute(query).mappings():
            grouped.setdefault(row["round"], []).append(_step(row))
        return tuple(Round(tuple(steps)) for steps in grouped.values())

    def latest_rounds(self, document_ids: Collection[str]) -> Mapping[str, Round]:
        """The newest round of each document, by id."""
        t = approval_step
        newest = (
            select(t.c.document_id, func.max(t.c.round))
            .where(t.c.document_id.in_(document_ids))
            .group_by(t.c.document_id)
        )
        query = select(t).where(tuple_(t.c.document_id, t.c.round).in_(newest)).order_by(t.c.position)
        grouped: dict[str, list[Step]] = {}
        for row in self._connection.execute(query).mappings():
            grouped.setdefault(row["document_id"], []).append(_step(row))
        return {key: Round(tuple(steps)) for key, steps in grouped.items()}

    def decide(self, step: Step) -> bool:
        """Write what became of a step that was open; False when it was not any more."""
        t = approval_step
        row = _step_row(step)
        names = (
            "decision",
            "decided_by",
            "decided_by_name",
            "decided_at",
            "reason",
            "behalf_of",
            "behalf_of_name",
        )
        where = (
            (t.c.document_id == step.document_id)
            & (t.c.round == step.round)
            & (t.c.position == step.position)
            & (t.c.decision == Decision.OPEN.value)
        )
        values = {name: row[name] for name in names}
        return self._connection.execute(update(t).where(where).values(values)).rowcount == 1

    # marks on fields
    def add_remark(self, remark: Remark) -> None:
        """Insert."""
        row = {c.name: getattr(remark, c.name) for c in approval_remark.c if c.name != "at"}
        self._connection.execute(insert(approval_remark).values(**row, at=format_instant(remark.at)))

    def remarks(self, document_id: str, round_no: int) -> tuple[Remark, ...]:
        """The marks of one round, oldest first."""
        t = approval_remark
        query = select(t).where(t.c.document_id == document_id, t.c.round == round_no).order_by(t.c.id)
        return tuple(
            Remark(**{**row, "at": parse_instant(row["at"])})
            for row in self._connection.execute(query).mappings()
        )

    def drop_remark(self, document_id: str, remark_id: str, by: str) -> None:
        """Take one's own mark back. Raises NOT_FOUND."""
        t = approval_remark
        gone = delete(t).where(t.c.id == remark_id, t.c.document_id == document_id, t.c.by == by)
        if self._connection.execute(gone).rowcount != 1:
            raise NOT_FOUND(what="这条批注，可能已经删除")

    # deputies
    def add_deputy(self, deputy: Deputy) -> None:
        """Insert."""
        row = {c.name: getattr(deputy, c.name) for c in approval_deputy.c}
        row |= {"from_day": deputy.from_day.isoformat(), "to_day": deputy.to_day.isoformat()}
        row |= {"at": format_instant(deputy.at), "ended_at": _at(deputy.ended_at)}
        self._connection.execute(insert(approval_deputy).values(row))

    def deputies_of(self, person_id: str) -> tuple[Deputy, ...]:
        """Whom a person has named, newest first."""
        return self._deputies(approval_deputy.c.person_id == person_id)

    def represented_by(self, deputy_id: str, day: date) -> tuple[Deputy, ...]:
        """For whom a person may act on ``day``."""
        return tuple(d for d in self._deputies(approval_deputy.c.deputy_id == deputy_id) if d.holds_on(day))

    def end_deputy(self, deputy_id: str, person_id: str, at: datetime) -> Deputy:
        """End one's own appointment now. Raises NOT_FOUND."""
        t = approval_deputy
        where = (t.c.id == deputy_id) & (t.c.person_id == person_id) & t.c.ended_at.is_(None)
        ended = update(t).where(where).values(ended_at=format_instant(at))
        if self._connection.execute(ended).rowcount != 1:
            raise NOT_FOUND(what="这项委托，可能已经结束")
        return self._deputies(t.c.id == deputy_id)[0]

    def _deputies(self, where: Any) -> tuple[Deputy, ...]:
        query = select(approval_deputy).where(where).order_by(approval_deputy.c.id.desc()).limit(200)
        return tuple(_deputy(row) for row in self._connection.execute(query).mappings())

    # proof-reading
    def proofs(self, user_id: str, document_ids: Collection[str]) -> frozenset[tuple[str, int]]:
        """(document, version) this person has ticked."""
        t = approval_proof
        query = select(t.c.document_id, t.c.version_no).where(
            t.c.user_id == user_id, t.c.document_id.in_(document_ids)
        )
        return frozenset((row.document_id, row.version_no) for row in self._connection.execute(query))

    def set_proof(self, document_id: str, version_no: int, user_id: str, at: datetime, *, done: bool) -> None:
        """Tick or untick."""
        t = approval_proof
        where = (t.c.document_id == document_id) & (t.c.version_no == version_no) & (t.c.user_id == user_id)
        self._connection.execute(delete(t).where(where))
        if done:
            values = {"document_id": document_id, "version_no": version_no, "user_id": user_id}
            self._connection.execute(insert(t).values(**values, at=format_instant(at)))


def _at(value: datetime | None) -> str | None:
    return format_instant(value) if value is not None else None


def _chain(row: RowMapping) -> Chain:
    steps = tuple(ChainStep(s["title"], s["holder"]) for s in json.loads(row["steps"]))
    values = {**row, "steps": steps, "changed_at": parse_instant(row["changed_at"])}
    return Chain(**values)


def _step_row(step: Step) -> dict[str, Any]:
    row = {c.name: getattr(step, c.name) for c in approval_step.c}
    return row | {
        "submitted_at": format_instant(step.submitted_at),
        "decided_at": _at(step.decided_at),
        "decision": step.decision.value,
    }


def _step(row: RowMapping) -> Step:
    values: dict[str, Any] = dict(row)
    values["decision"] = Decision(row["decision"])
    values["submitted_at"] = parse_instant(row["submitted_at"])
    values["decided_at"] = parse_instant(row["decided_at"]) if row["decided_at"] else None
    return Step(**values)


def _deputy(row: RowMapping) -> Deputy:
    values: dict[str, Any] = dict(row)
    values["from_day"], values["to_day"] = (date.fromisoformat(row[k]) for k in ("from_day", "to_day"))
    values["at"] = parse_instant(row["at"])
    values["ended_at"] = parse_instant(row["ended_at"]) if row["ended_at"] else None
    return Deputy(**values)
