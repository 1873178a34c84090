"""Batches of a person: handed in, calculated by the worker, cancelled, handed out. Scoped by agency."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators.batch_book import input_book
from formserver.calculators.batch_columns import BatchProduct, batch_product
from formserver.calculators.batch_reading import read_batch
from formserver.calculators.batch_repository import Batch, BatchRepository
from formserver.calculators.batch_running import engine_for, run_batch
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.jobs import Job
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit, record_event

BATCH_JOB: Final = "calculators.batch"
PURPOSE: Final = "calculators"
MOST_PRODUCTS: Final = 30
BATCH_OVER = error_code(
    "CALCULATION_BATCH_OVER",
    Kind.CONFLICT,
    zh="这个批次已经结束，不能取消。",
    en="This batch is over and cannot be cancelled.",
)
BATCH_PRODUCTS = error_code(
    "CALCULATION_BATCH_PRODUCTS",
    Kind.INVALID,
    zh="请选择 1 到 {most} 种产品，再下载数据表。",
    en="Choose between 1 and {most} products.",
)


class _Cancelled(Exception):
    pass


class Batches:
    """Everything around batches."""

    def __init__(self, kit: Kit, calculators: Calculators, accounts: AccountService) -> None:
        self._kit = kit
        self._calculators = calculators
        self._accounts = accounts

    def products(self, actor: Actor, names: Sequence[str]) -> list[BatchProduct]:
        """The products of a workbook to fill in. Raises BATCH_PRODUCTS, CALCULATOR_UNKNOWN, PRODUCT_UNKNOWN."""
        actor.require(CalculatorPermission.BATCH)
        wanted = list(dict.fromkeys(names))
        if not 1 <= len(wanted) <= MOST_PRODUCTS:
            raise BATCH_PRODUCTS(most=MOST_PRODUCTS)
        today = today_in_china(self._kit.clock)
        return [batch_product(self._calculators.library, name, today) for name in wanted]

    def workbook(self, actor: Actor, names: Sequence[str]) -> bytes:
        """The workbook to fill in. Raises as :meth:`products`."""
        return input_book(self.products(actor, names))

    def start(self, actor: Actor, filename: str, sha256: str) -> Batch:
        """Take a filled workbook from the blob store and put the work into the queue. Raises NOT_A_WORKBOOK."""
        actor.require(CalculatorPermission.BATCH)
        kit, now = self._kit, self._kit.clock.now()
        book = read_batch(
            kit.store.blobs.read(sha256), filename, self._calculators.library, today_in_china(kit.clock)
        )
        new = Batch(new_id(), actor.user_id, actor.name, actor.agency_id, filename, sha256, book.rows, now)
        with kit.store.uow(write=True) as u:
            u.repository(BatchRepository).add(new)
            u.jobs.enqueue(
                kind=BATCH_JOB,
                key=new.id,
                payload={"batch": new.id, "user": actor.user_id},
                at=now,
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=60,
            )
            data = {"filename": filename, "rows": new.rows}
            record_event(kit, u, actor, "calculation.batch", subject=f"calculation_batch:{new.id}", data=data)
        return new

    def own(self, actor: Actor, *, limit: int = 20, after: str = "") -> tuple[Batch, ...]:
        """This person's batches, newest first."""
        actor.require(CalculatorPermission.BATCH)
        with self._kit.store.uow() as u:
            return u.repository(BatchRepository).own(actor.user_id, limit=limit, after=after)

    def get(self, actor: Actor, batch_id: str) -> tuple[Batch, Job | None]:
        """A batch of one's agencies and how far it is. Raises NOT_FOUND."""
        actor.require(CalculatorPermission.BATCH)
        with self._kit.store.uow() as u:
            found = u.repository(BatchRepository).get(batch_id, actor.scope)
            return found, u.jobs.latest(BATCH_JOB, batch_id)

    def cancel(self, actor: Actor, batch_id: str) -> None:
        """Stop one's own batch. Raises NOT_FOUND (other people's too), BATCH_OVER."""
        found, _ = self.get(actor, batch_id)
        if found.owner_id != actor.user_id:
            raise NOT_FOUND(what="这个批次")
        with self._kit.store.uow(write=True) as u:
            if not u.repository(BatchRepository).cancel(batch_id, self._kit.clock.now()):
                raise BATCH_OVER()
            subject = f"calculation_batch:{batch_id}"
            record_event(self._kit, u, actor, "calculation.batch_cancel", subject=subject)

    def result(self, actor: Actor, batch_id: str) -> tuple[Batch, bytes]:
        """The result workbook. Raises NOT_FOUND while there is none."""
        found, _ = self.get(actor, batch_id)
        if not found.result_sha256:
            raise NOT_FOUND(what="这个批次的结果，请等它算完")
        return found, self._kit.store.blobs.read(found.result_sha256)

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: with the rights the person has now. A run that is repeated gives the same file."""
        user = self._accounts.get(str(job.payload["user"]))
        actor = self._accounts.actor_for(user)
        if not user.active or not actor.may(CalculatorPermission.BATCH):
            raise NOT_ALLOWED(what="继续这个批次：账号已停用或没有批量对标的权限")
        batch_id = str(job.payload["batch"])
        with self._kit.store.uow() as u:
            batch = u.repository(BatchRepository).get(batch_id, actor.scope)
        if not batch.open:
            return {"cancelled": batch.cancelled_at is not None}

        def progress(percent: int, text: str) -> None:
            with self._kit.store.uow() as u:
                if u.repository(BatchRepository).is_cancelled(batch_id):
                    raise _Cancelled
            report(percent, text)

        try:
            return self._calculate(batch, progress)
        except _Cancelled:
            return {"cancelled": True}

    def _calculate(self, batch: Batch, progress: Report) -> dict[str, Any]:
        kit, library = self._kit, self._calculators.library
        today = today_in_china(kit.clock)
        progress(2, "正在读取数据表")
        book = read_batch(kit.store.blobs.read(batch.source_sha256), batch.filename, library, today)
        calculate = engine_for(library, self._calculators.confirmed())
        with tempfile.TemporaryFile() as target:
            tally = run_batch(book, calculate, today, target, progress)
            target.seek(0)
            blob = kit.store.blobs.put(target)
        with kit.store.uow(write=True) as u:
            kept = u.repository(BatchRepository).finish(batch.id, blob.sha256, tally.counts, kit.clock.now())
        return {"cancelled": not kept, "counts": tally.counts}
