"""本年度检查次数: counted over all agencies by code, told to whoever inspects the firm, without saying more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from formserver.core.drafting import Drafting
from formserver.core.models import Facets, Projection, State
from formserver.enterprises.year_checks import TEXT, checks_in_year
from tests.support.records import make_document
from tests.support.website import Website

CODE = "91510000123456788G"
YEAR = 2026


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    made = Website(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


def paper(site: Website, **changes: Any) -> None:
    """A paper of some agency about the firm."""
    facets = changes.pop("facets", Facets("川西水泥", CODE, doc_date=date(YEAR, 3, 2)))
    document = make_document(**{"state": State.SERVED, "facets": facets, **changes})
    with site.context.store.uow(write=True) as u:
        u.documents.add(document)
        u.documents.project(
            replace(document), Projection(facets=facets, text=f"{facets.enterprise_name} {facets.uscc}")
        )


def counted(site: Website) -> int:
    with site.context.store.uow() as u:
        return checks_in_year(u, CODE, YEAR)


def test_one_inspection_has_a_notice_and_a_record_and_counts_once(site: Website) -> None:
    assert counted(site) == 0
    paper(site, agency_id="elsewhere")
    paper(site, agency_id="elsewhere", type="site_record", state=State.SIGNED)
    assert counted(site) == 1
    paper(site, agency_id="elsewhere", type="site_record", state=State.ARCHIVED)
    assert counted(site) == 2
    paper(site, agency_id="third", task_id="t-1")
    paper(site, agency_id="third", task_id="t-1", type="site_record")
    assert counted(site) == 3


def test_other_years_other_firms_drafts_and_void_papers_do_not_count(site: Website) -> None:
    before = counted(site)
    paper(site, facets=Facets("川西水泥", CODE, doc_date=date(YEAR - 1, 12, 31)))
    paper(site, facets=Facets("别家", "91510000000000000X", doc_date=date(YEAR, 3, 2)))
    paper(site, state=State.DRAFT)
    paper(site, state=State.VOID)
    paper(site, type="inquiry_record")
    assert counted(site) == before


def test_a_new_notice_is_told_the_count_and_where_it_comes_from(site: Website) -> None:
    document = site.started()
    draft = site.context.service(Drafting).open(site.actor("chen"), document.id).draft
    assert draft.body["year_check_count"] == counted(site)
    assert draft.origins["/year_check_count"]["text"] == TEXT
    assert (
        "reference" not in draft.origins["/year_check_count"]
        or not draft.origins["/year_check_count"]["reference"]
    )
