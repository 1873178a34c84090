"""The application with one purpose more, which a test may upload for."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from formserver.core.document_permissions import DocumentPermission
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from tests.support.web import app as plain_app
from tests.support.web import client_as, context_of, people, template_storage  # noqa: F401

app = plain_app
PURPOSE = "trial"


@pytest.fixture
def uploads(app) -> UploadService:
    service = context_of(app).service(UploadService)
    service.announce(Purpose(PURPOSE, DocumentPermission.EDIT, 8 << 30))
    return service


class TusClient:
    """What tus-js-client sends, and nothing it does not."""

    def __init__(self, http, token: str) -> None:
        self.http, self.token = http, token

    def headers(self, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, "Accept": "application/json", **named}

    def create(self, size: int | str, name: str = "现场照片.jpg", purpose: str = PURPOSE, **more: str):
        pairs = [("filename", name), ("purpose", purpose)]
        said = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs)
        more.setdefault("Upload_Metadata", said)
        return self.http.post("/uploads", headers=self.headers(Upload_Length=str(size), **more))

    def begin(self, size: int, **more: str) -> str:
        answer = self.create(size, **more)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def send(self, url: str, data: bytes, offset: int, **more: str):
        more.setdefault("Content_Type", "application/offset+octet-stream")
        return self.http.patch(url, data=data, headers=self.headers(Upload_Offset=str(offset), **more))

    def head(self, url: str):
        return self.http.head(url, headers=self.headers())

    def delete(self, url: str):
        return self.http.delete(url, headers=self.headers())


@pytest.fixture
def tus(client_as, uploads) -> Callable[[str], TusClient]:  # noqa: F811

    def make(username: str) -> TusClient:
        client = client_as(username)
        return TusClient(client.http, client.token())

    return make
