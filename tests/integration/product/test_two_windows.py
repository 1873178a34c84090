"""One person, two windows on the same form: the older window never takes back what the newer one saved."""

from __future__ import annotations

import pytest

from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.permissions import SYSTEM_SCOPE
from tests.support.website import Website, fields, texts

FORM = "//form[@id='doc-form']"


def place(site: Website, document_id: str) -> str:
    """What the newest version says about the place."""
    head = site.head(document_id)
    with site.context.store.uow() as u:
        return str(u.documents.version(document_id, head.head_version, SYSTEM_SCOPE).body["place"])


def test_a_window_opened_before_a_save_does_not_overwrite_it_unasked(site: Website) -> None:
    document = site.saved(type_key="site_record")
    client, address = site.client("chen"), f"/documents/{document.id}/edit"
    older, newer = client.get(address).text, client.get(address).text
    saved = client.post(address, data=fields(newer, FORM, **{"/place": "2号窑头平台", "do": "save"}))
    assert saved.status_code == 302
    client.get(address)  # the form is opened again: a new draft stands on version 2
    answer = client.post(address, data=fields(older, FORM, **{"/recorder": "记录的人", "do": "save"}))
    assert answer.status_code == 409
    assert "记录的人" in answer.text, "what was typed in the older window is shown"
    assert site.head(document.id).head_version == 2
    assert place(site, document.id) == "2号窑头平台"


def test_a_window_opened_before_a_draft_was_thrown_away_cannot_autosave_into_the_next(site: Website) -> None:
    drafting, actor = site.context.service(Drafting), site.actor("chen")
    document = site.saved(type_key="site_record")
    older = drafting.open(actor, document.id).draft
    older = drafting.patch(
        actor, document.id, seq=older.seq, changes=[{"op": "set", "at": "/place", "value": "甲处"}]
    )
    drafting.discard(actor, document.id)
    fresh = drafting.open(actor, document.id).draft
    drafting.patch(
        actor, document.id, seq=fresh.seq, changes=[{"op": "set", "at": "/place", "value": "乙处"}]
    )
    with pytest.raises(AppError) as refused:
        drafting.patch(actor, document.id, seq=older.seq, changes=[{"op": "remove", "at": "/place"}])
    assert refused.value.code.code == "DRAFT_STALE"
    assert drafting.open(actor, document.id).draft.body["place"] == "乙处"


def test_saving_without_a_change_says_so_and_leaves_no_draft_behind(site: Website) -> None:
    document = site.saved(type_key="site_record")
    client, address = site.client("chen"), f"/documents/{document.id}/edit"
    page = client.post(address, data=fields(client.get(address).text, FORM, do="save"), follow_redirects=True)
    assert "内容与第1版相同" in " ".join(texts(page, "//body"))
    assert site.head(document.id).head_version == 1
