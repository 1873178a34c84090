"""Signed papers come back as people send them: files first, then the form beside the recognised pages."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from formserver.core.runner import JobRunner
from formserver.scans.reading import READ_JOB
from formserver.web.context import AppContext
from tests.support.browser_form import controls_in


def intake_form(page: str, form: str = "//form[@id='sign-form']") -> MultiDict[str, Any]:
    """What a browser would post from the form beside the pages."""
    found: MultiDict[str, Any] = controls_in(html.fromstring(page).xpath(form)[0])
    return found


def upload(client: FlaskClient, url: str, *files: tuple[str, bytes]) -> TestResponse:
    """Choose files on the page at ``url`` and send them; the page that comes back."""
    data = intake_form(client.get(url).text, "//form[@enctype='multipart/form-data']")
    data.setlist("files", [(io.BytesIO(content), name) for name, content in files])
    answer = client.post(f"{url}/files", data=data, content_type="multipart/form-data")
    answer.request.input_stream.close()  # large files wait in temporary ones
    return client.get(url)


def read_scans(context: AppContext) -> None:
    """Let the worker look at what has been uploaded; no other jobs."""
    runner = JobRunner(context.store, {READ_JOB: context.job_handlers[READ_JOB]}, context.clock)
    runner.run_all()


def sign_paper(
    context: AppContext, client: FlaskClient, document_id: str, *files: tuple[str, bytes], **typed: Any
) -> TestResponse:
    """Upload, wait, confirm every remark, fill in what the pen wrote, register."""
    url = f"/documents/{document_id}/scans"
    if files:
        upload(client, url, *files)
        read_scans(context)
    page = client.get(url).text
    data = intake_form(page)
    data.setlist("confirm", html.fromstring(page).xpath("//input[@name='confirm']/@value"))
    for name, value in {**typed, "do": "sign"}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return client.post(url, data=data)
