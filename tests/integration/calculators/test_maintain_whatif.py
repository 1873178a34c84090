"""What papers would say under another edition: their results are read, never written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formserver.calculators.maintain_whatif import Target, WhatIf
from formserver.core.canonical import clone
from tests.integration.calculators.test_in_documents import begun, drafting, saved_body
from tests.support.maintaining import Maintained


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("whatif"))
    yield made
    made.close()


def test_a_paper_under_a_stricter_draft(site: Maintained) -> None:
    document, _ = begun(site)
    version = drafting(site).save(site.actor("chen"), document.id)
    before = saved_body(site, document.id, version.no)
    draft = site.copy("tang", ("cement", "gb16780-2021"))
    limits = clone(draft.limits)
    for row in limits["limits"]:
        if row["product"] == "clinker" and row["levels"]["3"] is not None:
            row["levels"] = {"1": "1", "2": "2", "3": "3"}
    draft = site.drafts.save(site.actor("tang"), draft.id, draft.method, limits, seen=1)
    service = site.context.service(WhatIf)
    target = Target("cement", draft.edition, draft.id)
    found = service.run(site.actor("tang"), target)
    assert [(one.source, one.old_verdict, one.new_verdict, one.changed) for one in found.rows] == [
        ("文书", "达标", "不达标", True)
    ]
    assert found.rows[0].ref == document.id
    assert saved_body(site, document.id, version.no) == before
    assert site.head(document.id).head_version == version.no
    other = Target("cement", "gb16780-2021")
    assert [one.changed for one in service.run(site.actor("tang"), other).rows] == [False]
    assert service.run(site.actor("far"), other).rows == ()
