"""Where signed pages go that come from another part of the house: the intake of scans, found as a service."""

from __future__ import annotations

from typing import Protocol

from formserver.core.permissions import Actor


class SignedPageIntake(Protocol):
    """Takes a file into a person's intake for one document; binding it to the record stays a deed of its own."""

    def offer(self, actor: Actor, document_id: str, filename: str, data: bytes) -> None:
        """Put the file among the pages waiting to be bound. Raises what refusing an uploaded scan raises."""
        ...
