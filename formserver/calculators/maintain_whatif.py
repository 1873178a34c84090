"""What would old data give under another edition or a draft? Worked out beside the records, never written into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculation.engine import calculate_with
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.requests import Request, request_from_json
from formserver.calculation.results import Result
from formserver.calculators.confirm_figures import limits_of
from formserver.calculators.document_asking import request_of
from formserver.calculators.document_guard import BENCHMARK
from formserver.calculators.document_words import rows_of, text_of
from formserver.calculators.maintain_errors import DRAFT_FAULTY
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.repository import CalculationRepository
from formserver.calculators.service import Calculators
from formserver.core.computing import computed_fields, computer_name
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, AppError
from formserver.core.jobs import Job
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit
from formserver.core.store_ports import DocumentQuery

WHATIF_JOB: Final = "calculators.whatif"
AT_ONCE: Final = 200
"""Records looked through while the page waits; more become a job."""
MOST: Final = 20_000
MOST_ROWS: Final = 3_000
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Target:
    """Under what old data is worked out: a draft, or an edition of ``name``."""

    name: str
    edition: str
    draft_id: str = ""

    @property
    def text(self) -> str:
        """How it is named in addresses and jobs."""
        return f"draft:{self.draft_id}" if self.draft_id else f"{self.name}/{self.edition}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One old calculation: what it said, what it would say."""

    source: str
    ref: str
    title: str
    product: str
    period: str
    old_verdict: str
    old_said: str
    old_edition: str
    new_verdict: str
    new_said: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Changed ones first. ``looked`` records were looked through, ``more`` stand behind what is kept."""

    rows: tuple[Outcome, ...]
    looked: int
    found: int
    changed: int

    def plain(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self)


def outcomes_from(data: Mapping[str, Any]) -> Outcomes:
    """What :meth:`Outcomes.plain` made."""
    rows = tuple(Outcome(**row) for row in data["rows"])
    return Outcomes(rows, data["looked"], data["found"], data["changed"])


@dataclass(frozen=True, slots=True)
class _Old:
    source: str
    ref: str
    title: str
    product: str
    request: Request
    verdict: str
    said: str
    edition: str


class WhatIf:
    """Reads kept calculations and documents inside the actor's scope."""

    def __init__(self, kit: Kit, calculators: Calculators, drafts: Drafts, accounts: AccountService) -> None:
        self._kit = kit
        self._calculators = calculators
        self._drafts = drafts
        self._accounts = accounts

    def target(self, actor: Actor, *, name: str = "", edition: str = "", draft_id: str = "") -> Target:
        """Raises NOT_FOUND, NOT_ALLOWED, DEFINITION_NOT_FOUND, CALCULATOR_DRAFT_FAULTY."""
        actor.require(CalculatorPermission.MAINTAIN)
        if draft_id:
            draft = self._drafts.get(actor, draft_id)
            return Target(draft.name, draft.edition, draft.id)
        return Target(name, self._calculators.library.calculator(name, edition).edition)

    def size(self, actor: Actor, target: Target) -> int:
        """About how many records would be looked through (exact up to 1,000 documents)."""
        types = self._types() if actor.may(DocumentPermission.READ) else ()
        with self._kit.store.uow() as u:
            kept = u.repository(CalculationRepository).count_within(actor.scope, target.name)
            if not types:
                return kept
            return kept + u.documents.find(DocumentQuery(types=types, limit=1), actor.scope).count

    def run(self, actor: Actor, target: Target, report: Report = lambda _p, _t: None) -> Outcomes:
        """Everything old of this calculator under the target. Raises NOT_ALLOWED, CALCULATOR_DRAFT_FAULTY."""
        actor.require(CalculatorPermission.MAINTAIN)
        calculator, limits = self._method(actor, target)
        size = max(1, self.size(actor, target))
        confirmed = self._calculators.confirmed()
        looked, found, rows = 0, 0, list[Outcome]()
        for old in self._old(actor, target.name):
            looked += 1
            if looked % 50 == 0:
                report(min(99, looked * 100 // size), f"已看过 {looked} 份")
            if looked > MOST:
                break
            if old is None:
                continue
            found += 1
            rows.append(self._outcome(old, calculator, limits, confirmed))
        rows.sort(key=lambda one: (not one.changed, one.source, one.title))
        return Outcomes(tuple(rows[:MOST_ROWS]), looked, found, sum(1 for one in rows if one.changed))

    def start(self, actor: Actor, target: Target) -> Job:
        """The same as a job, for many records. Raises NOT_ALLOWED."""
        actor.require(CalculatorPermission.MAINTAIN)
        with self._kit.store.uow(write=True) as u:
            return u.jobs.enqueue(
                kind=WHATIF_JOB,
                key=f"{actor.user_id}:{target.text}",
                payload={"user": actor.user_id, "target": asdict(target)},
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=70,
            )

    def job(self, actor: Actor, job_id: str) -> Job:
        """One's own job. Raises NOT_FOUND."""
        actor.require(CalculatorPermission.MAINTAIN)
        with self._kit.store.uow() as u:
            found = u.jobs.get(job_id)
        if found.kind != WHATIF_JOB or found.created_by != actor.user_id:
            raise NOT_FOUND(what="这次试算")
        return found

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: with the rights the person has now."""
        user = self._accounts.get(str(job.payload["user"]))
        actor = self._accounts.actor_for(user)
        if not user.active or not actor.may(CalculatorPermission.MAINTAIN):
            raise NOT_ALLOWED(what="继续试算：账号已停用或没有维护权限")
        return self.run(actor, Target(**job.payload["target"]), report).plain()

    def _method(self, actor: Actor, target: Target) -> tuple[Calculator, LimitTable | None]:
        if not target.draft_id:
            found = self._calculators.library.calculator(target.name, target.edition)
            return found, limits_of(self._calculators.library, found)
        draft = self._drafts.get(actor, target.draft_id)
        if draft.is_rule:
            raise NOT_FOUND(what="这份计算包草案")
        judged = self._drafts.judged(draft)
        if judged.calculator is None:
            raise DRAFT_FAULTY(count=len(judged.problems), problems=judged.problems)
        return judged.calculator, judged.limits

    def _old(self, actor: Actor, name: str) -> Iterator[_Old | None]:
        yield from self._kept(actor, name)
        if actor.may(DocumentPermission.READ):
            yield from self._documents(actor, name)

    def _kept(self, actor: Actor, name: str) -> Iterator[_Old | None]:
        after = ""
        while True:
            with self._kit.store.uow() as u:
                page = u.repository(CalculationRepository).within(actor.scope, name, limit=_PAGE, after=after)
            for one in page:
                try:
                    request = request_from_json(one.request)
                except AppError:
                    yield None
                    continue
                result = one.result
                product = str(result.get("product_title", ""))
                said = _said(result.get("indicators", ()))
                yield _Old(
                    "保存的计算",
                    one.id,
                    one.title,
                    product,
                    request,
                    str(result.get("verdict", "")),
                    said,
                    str(result.get("edition", "")),
                )
            if len(page) < _PAGE:
                return
            after = page[-1].id

    def _documents(self, actor: Actor, name: str) -> Iterator[_Old | None]:
        types, cursor = self._types(), ""
        while types:
            with self._kit.store.uow() as u:
                page = u.documents.find(
                    DocumentQuery(types=types, cursor=cursor, limit=_PAGE, include_void=False), actor.scope
                )
                bodies = [
                    (one, u.documents.version(one.id, one.head_version, actor.scope).body)
                    for one in page.items
                    if one.head_version > 0
                ]
            for document, body in bodies:
                rows = list(self._rows(document, body, name))
                yield from rows or (None,)
            if not page.next_cursor:
                return
            cursor = page.next_cursor

    def _rows(self, document: Document, body: Mapping[str, Any], name: str) -> Iterator[_Old]:
        for field in computed_fields(self._kit.document_type(document)):
            if computer_name(field) != BENCHMARK:
                continue
            for row in rows_of(body, field.key):
                request = request_of(row, body)
                if request is None or request.calculator != name:
                    continue
                outcome = row.get("outcome")
                stored: Mapping[str, Any] = outcome if isinstance(outcome, Mapping) else {}
                title = document.number or document.title or "未编号的文书"
                yield _Old(
                    "文书",
                    document.id,
                    title,
                    text_of(row, "product_title"),
                    request,
                    text_of(stored, "verdict"),
                    _said(rows_of(stored, "indicators")),
                    text_of(stored, "edition"),
                )

    def _types(self) -> tuple[str, ...]:
        return tuple(
            dt.key
            for dt in self._kit.catalogue.types()
            if any(computer_name(field) == BENCHMARK for field in computed_fields(dt))
        )

    def _outcome(
        self, old: _Old, calculator: Calculator, limits: LimitTable | None, confirmed: Any
    ) -> Outcome:
        """The period is not held against the edition: the question is what its method and limits would say."""
        request = replace(old.request, edition="")
        try:
            result = calculate_with(
                self._calculators.library,
                calculator,
                request,
                limits=limits,
                confirmed=confirmed,
                trace=False,
            )
            verdict, said = result.verdict.value, _result_said(result)
        except AppError as error:
            verdict, said = "不能核算", str(error)[:200]
        return Outcome(
            source=old.source,
            ref=old.ref,
            title=old.title,
            product=old.product,
            period=f"{old.request.start:%Y-%m-%d} 至 {old.request.end:%Y-%m-%d}",
            old_verdict=old.verdict,
            old_said=old.said,
            old_edition=old.edition,
            new_verdict=verdict,
            new_said=said,
            changed=(old.verdict, old.said) != (verdict, said),
        )


def _said(indicators: Any) -> str:
    said = []
    for one in indicators:
        if isinstance(one, Mapping) and one.get("value") is not None:
            level = one.get("level")
            said.append(
                _words(str(one.get("title", "")), str(one.get("shown", "")), str(one.get("unit", "")), level)
            )
    return "；".join(said)


def _result_said(result: Result) -> str:
    said = [
        _words(one.title, one.shown, one.unit, one.level)
        for one in result.indicators
        if one.value is not None
    ]
    return "；".join(said) or "；".join(one.message for one in result.troubles[:2])


def _words(title: str, shown: str, unit: str, level: Any) -> str:
    return f"{title} {shown} {unit}" + (f"，{level}级" if level else "")
