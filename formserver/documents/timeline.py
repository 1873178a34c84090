"""One story of a document: its versions, what was done, its files and the fate of its numbers, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from formserver.core.lifecycle import actions_for
from formserver.core.models import AuditEvent, NumberStatus, Rendition, RenditionKind, Version
from formserver.documents.lookup import Overview
from formserver.documents.saying import event_text

SHOWN: Final = 30
FILTERS: Final = (("", "全部"), ("versions", "版本"), ("files", "文件"))
_FILE_EVENTS: Final = frozenset(
    {"rendition.converted", "rendition.downloaded", "document.exported", "document.signed"}
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened. ``kind`` is version, file, number or event; ``version`` only for a version."""

    at: datetime
    who: str
    title: str
    kind: str
    reason: str = ""
    version: Version | None = None
    files: tuple[Rendition, ...] = field(default=())


def timeline(seen: Overview, wanted: str = "") -> list[Moment]:
    """Everything, newest first; ``wanted`` keeps versions or files alone."""
    told = {_version_of(e): e for e in seen.events if e.action.startswith("document.") and _version_of(e)}
    found = [_version(v, told.get(v.no), seen) for v in seen.versions]
    merged = {told[v.no].id for v in seen.versions if v.no in told}
    for event in seen.events:
        if event.id not in merged:
            kind = "file" if event.action in _FILE_EVENTS else "event"
            found.append(
                Moment(event.at, event.actor_name, event_text(event), kind, files=_made(event, seen))
            )
    found += [
        Moment(n.at, n.by, f"文号 {n.text} {n.status.value}", "number", n.reason)
        for n in seen.numbers
        if n.status not in (NumberStatus.ISSUED, NumberStatus.VOID)  # those are told by 取号 and 作废
    ]
    found.sort(key=lambda m: (m.at, m.version.no if m.version else 0), reverse=True)
    if wanted == "versions":
        return [m for m in found if m.kind == "version"]
    if wanted == "files":
        return [m for m in found if m.kind == "file" or m.files]
    return found


def _version_of(event: AuditEvent) -> int:
    no = event.data.get("version")
    return no if isinstance(no, int) else 0


def _version(version: Version, event: AuditEvent | None, seen: Overview) -> Moment:
    title = version.cause.value
    if event is not None:
        key = event.action.partition(".")[2]
        lifecycle = actions_for(seen.dt.lifecycle, seen.dt.numbering.mode)
        title = next((a.label for a in lifecycle if a.key == key), title)
        if number := event.data.get("number") if key == "number" else None:
            title = f"{title} {number}"
    return Moment(
        version.at,
        version.author_name,
        title,
        "version",
        version.reason,
        version,
        _made(event, seen) if event is not None else (),
    )


def _made(event: AuditEvent, seen: Overview) -> tuple[Rendition, ...]:
    """The files an event announces; originals of a scan are listed with the files, not told one by one."""
    named = event.data.get("renditions")
    ids = set(named) if isinstance(named, dict) else set()
    return tuple(r for r in seen.renditions if r.id in ids and r.kind is not RenditionKind.ATTACHMENT)
