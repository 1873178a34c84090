"""Evidence on a real PostgreSQL: many people adding at the same moment never get the same number."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.app import build_context
from formserver.core.drafting import Drafting
from formserver.core.permissions import system_actor
from formserver.evidence.models import Link
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.repository import EvidenceRepository
from formserver.evidence.service import EvidenceService
from formserver.evidence.verifying import TITLE, check_evidence
from formserver.store.verify import verify
from formserver.uploads.service import UploadService
from tests.support.postgres import find_binaries, running_server
from tests.support.web import PASSWORD, make_settings

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        url = server.url(server.create_database())
        built = build_context(make_settings(tmp_path_factory.mktemp("pg"), database_url=url))
        entries = json.loads((built.settings.schemas_dir / "agencies.json").read_text(encoding="utf-8"))
        agencies = built.service(AgencyService)
        agencies.load(system_actor(), entries["agencies"])
        built.service(AccountService).add_user(
            username="li",
            name="李",
            password=PASSWORD,
            agency_id=agencies.id_by_code("SC"),
            roles=("inspector",),
            confidentiality=1,
        )
        yield built
        built.store.close()


def test_numbers_are_never_given_twice_and_links_never_change(context):
    accounts = context.service(AccountService)
    actor = accounts.actor_for(next(u for u in accounts.everybody() if u.username == "li"))
    papers = [
        context.service(Drafting).create(actor, "site_record", enterprise_id="e" * 26) for _ in range(2)
    ]
    uploads, evidences = context.service(UploadService), context.service(EvidenceService)

    def put(number: int) -> int:
        stored = uploads.receive(actor, "evidence", f"{number}.txt", io.BytesIO(f"第{number}份".encode()))
        return evidences.add(actor, papers[number % 2].id, [stored])[0].no

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(put, range(24))) == list(range(1, 25))
    items = context.service(EvidenceReading).library(actor, papers[0].id).items
    assert len(items) == 24
    assert verify(context.store, more=[(TITLE, check_evidence)]).ok
    with context.store.uow(write=True) as u:
        link = Link(items[0].id, papers[0].id, "", 1, "/place", "地点", page=2)
        u.repository(EvidenceRepository).add_links([link])
    with (
        pytest.raises(DBAPIError, match=r"immutable|permission denied"),
        context.store.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE evidence_link SET page = 3"))
