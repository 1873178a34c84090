"""Files of equipment lists as enterprises keep them, handed in over the pages and checked as the worker does."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from formserver.core.runner import JobRunner
from formserver.equipment.columns import COLUMNS
from formserver.equipment.lists_service import CHECK_JOB
from tests.support.website import Website, fields
from tests.support.workbooks import sheet

POST: Final = "//form[@enctype='multipart/form-data']"
MOTOR: Final = {
    "name": "三相异步电动机", "model": "Y160M-4", "made": "1998-05", "power_kw": "11", "poles": "4",
    "quantity": "2", "status": "在用", "location": "一车间",
}  # fmt: skip
PUMP: Final = {
    "name": "离心泵", "model": "IS80-65-160", "made": "2019-03", "power_kw": "7.5", "quantity": "3",
    "status": "备用", "location": "泵房",
}  # fmt: skip
BAD: Final = {**PUMP, "quantity": "0", "location": "二号泵房"}
"""A quantity no row may have: an error, the row is not recognised."""
OWN_HEADS: Final = ("东西", "牌子上写的", "哪年", "几个", "现在怎样")
"""Headings of an enterprise that no list of synonyms knows."""


def template_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows by key, under the headings of the template."""
    titles = [f"{one.title}（{one.unit}）" if one.unit else one.title for one in COLUMNS]
    return sheet([titles, *([row.get(one.key, "") for one in COLUMNS] for row in rows)])


def own_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The same under the enterprise's own headings."""
    keys = ("name", "model", "made", "quantity", "status")
    return sheet([list(OWN_HEADS), *([row.get(key, "") for key in keys] for row in rows)])


def upload(
    site: Website, data: bytes, username: str = "chen", name: str = "设备清单.xlsx", **typed: str
) -> TestResponse:
    """Hand a file in by the form, with what was typed into it."""
    client = site.client(username)
    form: MultiDict[str, Any] = fields(client.get("/equipment/new").text, POST, **typed)
    form.setlist("files", [(io.BytesIO(data), name)])
    return client.post("/equipment/new", data=form, content_type="multipart/form-data")


def work(site: Website) -> int:
    """Check whatever waits; returns how many lists."""
    context = site.context
    return JobRunner(context.store, {CHECK_JOB: context.job_handlers[CHECK_JOB]}, context.clock).run_all()


def checked(site: Website, data: bytes, username: str = "chen", **typed: str) -> str:
    """The address of a list that went through without questions."""
    answer = upload(site, data, username, **typed)
    assert answer.status_code == 302, answer.text
    assert work(site) == 1
    return str(answer.location)


def list_id(address: str) -> str:
    """The id in an address of a list."""
    return address.split("/lists/")[1].split("/")[0]
