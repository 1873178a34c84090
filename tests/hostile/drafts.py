"""Looking at a draft from the store's side, and at its pages."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from formserver.core.models import Draft
from tests.hostile.kit import Town
from tests.support.website import fields

DEEP = 50_000


def draft_of(town: Town, document_id: str) -> Draft:
    user_id = town.actor("chen").user_id
    with town.context.store.uow() as u:
        found = u.drafts.get(document_id, user_id)
    assert found is not None
    return found


def form_of(client: FlaskClient, document_id: str) -> MultiDict[str, Any]:
    page = client.get(f"/documents/{document_id}/edit")
    assert page.status_code == 200
    return fields(page.text, "//form[@id='document-form' or .//button[@name='do']]")


def still_fine(town: Town, document_id: str, body: dict[str, Any]) -> None:
    """The draft holds what it held and its pages open."""
    assert draft_of(town, document_id).body == body
    client = town.client("chen")
    for page in ("", "/edit", "/edit?check=1", "/draft", "/preview.docx"):
        assert client.get(f"/documents/{document_id}{page}", buffered=True).status_code == 200, page
