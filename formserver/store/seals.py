"""Merkle seals over audit events, after RFC 6962: leaves and inner nodes are hashed with different first bytes.

A chain that every deed had to extend would make all deeds wait for each other; a sealer instead closes whatever has
been committed under one root from time to time, and chains the roots. The newest seal is printed into exports and
written outside the database daily, so that even whoever owns the database cannot rewrite what was sealed.
``tools/verify_record.py`` repeats the few functions here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from formserver.core.canonical import canonical_json, digest
from formserver.core.clock import SHANGHAI, format_instant
from formserver.core.models import AuditEvent
from formserver.core.store_ports import Seal, Store


def event_facts(event: AuditEvent) -> dict[str, Any]:
    """Everything an event says, as plain data: what its leaf covers and what an export shows."""
    return {
        "id": event.id,
        "at": format_instant(event.at),
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "agency_id": event.agency_id,
        "action": event.action,
        "document_id": event.document_id,
        "subject": event.subject,
        "data": event.data,
    }


def leaf_hash(event: AuditEvent) -> bytes:
    """The hash of one event as a leaf (RFC 6962, section 2.1: prefix 0x00)."""
    return hashlib.sha256(b"\x00" + canonical_json(event_facts(event))).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (prefix 0x01); an odd node at the end moves up unchanged, as RFC 6962 splits."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        above = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def merkle_path(leaves: Sequence[bytes], index: int) -> list[tuple[str, str]]:
    """The hashes that lead from leaf ``index`` to the root: ``("left" | "right", hash)`` from the bottom up."""
    path: list[tuple[str, str]] = []
    level = list(leaves)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(("left" if neighbour < index else "right", level[neighbour].hex()))
        above = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            above.append(level[-1])
        level, index = above, index // 2
    return path


def seal_facts(seal: Seal) -> dict[str, Any]:
    """A seal as plain data: in exports and anchors."""
    return {
        "no": seal.no,
        "first_event": seal.first_event,
        "last_event": seal.last_event,
        "count": seal.count,
        "root": seal.root,
        "previous_hash": seal.previous_hash,
        "at": format_instant(seal.at),
        "hash": seal.hash,
    }


def seal_hash(facts: dict[str, Any]) -> str:
    """The hash of a seal: over everything it says, but for the hash itself."""
    return digest({key: value for key, value in facts.items() if key != "hash"})


def make_seal(previous: Seal | None, event_ids: Sequence[str], leaves: Sequence[bytes], at: datetime) -> Seal:
    """The next seal of the chain over these events, in this order."""
    seal = Seal(
        no=previous.no + 1 if previous else 1,
        first_event=event_ids[0],
        last_event=event_ids[-1],
        count=len(event_ids),
        root=merkle_root(leaves).hex(),
        previous_hash=previous.hash if previous else "",
        hash="",
        at=at,
    )
    return replace(seal, hash=seal_hash(seal_facts(seal)))


def seal_all(store: Store, at: datetime) -> Seal | None:
    """Seal everything committed so far, in units of bounded size; the newest seal, or None when there is none.

    Safe to repeat and to run in several processes: an event is sealed once.
    """
    while True:
        with store.uow(write=True) as u:
            if u.events.seal(at) is None:
                return u.events.latest_seal()


def anchor_path(folder: Path, at: datetime) -> Path:
    """Where the anchor of that day (Asia/Shanghai) lies."""
    return folder / f"seal-{at.astimezone(SHANGHAI).date().isoformat()}.json"


def write_anchor(store: Store, folder: Path, at: datetime) -> Path | None:
    """Write the newest seal outside the database; one file a day, the first of a day stays. None: nothing sealed.

    ``folder`` should lie on another machine, or be carried off it.
    """
    with store.uow() as u:
        seal = u.events.latest_seal()
    path = anchor_path(folder, at)
    if seal is None or path.exists():
        return path if path.exists() else None
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(seal_facts(seal), file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path
