"""What every store promises about figures for comparison, and about jobs of which the latest wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from formserver.core.figures import FigureQuery
from formserver.core.jobs import JobState
from formserver.core.models import Facets, Measure, Projection, State
from formserver.core.permissions import Scope
from tests.support.records import START, make_document, saved

HERE = Scope(agency_ids=frozenset({"agency-1"}), max_confidentiality=1)
LAST = "2025-12-31"


def stated(store: Any, value: str, *, minutes: int = 0, **changes: Any) -> str:
    """A saved document that states one figure; returns its id."""
    document = saved(store, make_document(**{"facets": Facets("川西水泥", industry="3011"), **changes}))
    figure = Measure("energy_total", "/energy_total", "", changes.pop("period", LAST), value, "tce")
    with store.uow(write=True) as u:
        head = replace(document, updated_at=START + timedelta(minutes=minutes))
        u.documents.update(head)
        u.documents.project(head, Projection(facets=head.facets, measures=(figure,)))
    return document.id


def asked(store: Any, scope: Scope = HERE, **changes: Any) -> list[tuple[str, str]]:
    query = FigureQuery(**{"keys": ("energy_total",), "periods": (LAST,), **changes})
    with store.uow() as u:
        return [(figure.document_id, figure.value_text) for figure in u.documents.figures(query, scope)]


def test_figures_come_exact_and_those_changed_last_first(store: Any) -> None:
    old = stated(store, "12345678901234567890.0001")
    new = stated(store, "2", minutes=5)
    assert asked(store) == [(new, "2"), (old, "12345678901234567890.0001")]
    assert asked(store, limit=1) == [(new, "2")]
    assert asked(store, but=new) == [(old, "12345678901234567890.0001")]


def test_figures_are_of_one_firm_or_one_industry_and_never_of_void_papers(store: Any) -> None:
    mine = stated(store, "1")
    other = stated(store, "2", enterprise_id="ent-2", minutes=1)
    stated(store, "3", enterprise_id="ent-3", facets=Facets("甲", industry="2511"), minutes=2)
    stated(store, "4", state=State.VOID, minutes=3)
    assert asked(store, enterprise_id="ent-1") == [(mine, "1")]
    assert asked(store, industry="3011") == [(other, "2"), (mine, "1")]
    assert asked(store, keys=("output_value",)) == []
    assert asked(store, periods=("2024-12-31",)) == []


def test_figures_stay_inside_the_scope(store: Any) -> None:
    stated(store, "1", agency_id="agency-2")
    stated(store, "2", confidentiality=2)
    assert asked(store) == []
    clerk = Scope(enterprise_ids=frozenset({"ent-1"}), max_confidentiality=1)
    assert [value for _, value in asked(store, clerk)] == ["1"]


def replaced(u: Any, seq: int, key: str = "user-1") -> Any:
    return u.jobs.replace(kind="preview", key=key, payload={"seq": seq}, at=START, priority=90)


def test_a_replaced_job_is_gone_and_its_runner_loses_the_lease(store: Any) -> None:
    with store.uow(write=True) as u:
        replaced(u, 1)
        running = u.jobs.lease(worker="w", kinds=("preview",), at=START, seconds=60)
    with store.uow(write=True) as u:
        latest = replaced(u, 2)
        other = replaced(u, 3, "user-2")
    with store.uow(write=True) as u:
        assert not u.jobs.progress(running, percent=90, text="", at=START, seconds=60)
        assert not u.jobs.complete(running, result={"pages": 1}, at=START)
        assert u.jobs.latest("preview", "user-1") == latest
        assert u.jobs.latest("preview", "user-2") == other
        assert u.jobs.counts()[JobState.WAITING] == 2


def test_a_finished_job_is_replaced_too(store: Any) -> None:
    with store.uow(write=True) as u:
        replaced(u, 1)
        done = u.jobs.lease(worker="w", kinds=("preview",), at=START, seconds=60)
        assert u.jobs.complete(done, result={}, at=START)
        replaced(u, 2)
        assert u.jobs.counts()[JobState.DONE] == 0
