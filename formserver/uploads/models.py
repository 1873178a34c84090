"""An upload on its way, what it is for, and the stored file it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from formserver.core.permissions import Permission


class UploadState(StrEnum):
    """Where an upload stands."""

    OPEN = "上传中"
    TAKEN = "已入库"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What files are uploaded for. A slice announces it with :meth:`UploadService.announce` when it is wired.

    ``permission`` is what a person needs to upload for it; ``max_bytes`` None: as large as the setting
    ``max_evidence_gb`` allows.
    """

    key: str
    permission: Permission
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way. ``received`` bytes are on the disk; ``size`` is what the browser announced.

    ``sha256`` and ``media_type`` are known once the file has been taken.
    """

    id: str
    owner: str
    agency_id: str
    purpose: str
    filename: str
    size: int
    received: int
    state: UploadState
    created_at: datetime
    expires_at: datetime
    sha256: str = ""
    media_type: str = ""

    @property
    def complete(self) -> bool:
        """Whether every byte has arrived."""
        return self.received == self.size


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A file in the blob store, ready to be named by a row. ``media_type`` is what the content says.

    ``upload_id`` is empty for a file that came with a plain form.
    """

    sha256: str
    size: int
    filename: str
    media_type: str
    upload_id: str = ""
