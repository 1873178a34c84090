"""A process that saves: run as ``python -m tests.support.saver MODE URL STORAGE …`` by concurrency and fault tests.

Every committed save is acknowledged by one line on standard output, written only after the commit has returned.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from formserver.core.errors import AppError
from formserver.core.models import NumberEntry, NumberStatus, Series
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.sql_store import SqlStore
from tests.support.records import START, make_document, save

SERIES = Series("agency-1", "inspection_notice", 2026)
PAD = "现场监察情况" * 40


def say(*words: object) -> None:
    """One line, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def save_one(store: SqlStore, document_id: str, who: str) -> tuple[int, int, str]:
    """One save with a number, as 取号 does: version, head row, projection, event, blob, register, rendition-free."""
    with store.uow(write=True) as u:
        document = u.documents.lock(document_id, SYSTEM_SCOPE)
        seq = u.numbers.allocate(SERIES)
        if document.number:  # a document bears one number: the one before is void
            before = NumberEntry(SERIES, 0, NumberStatus.VOID, document.number, document.id, who, START)
            u.numbers.change(before)
        u.numbers.record(
            NumberEntry(SERIES, seq, NumberStatus.ISSUED, f"川〔2026〕{seq}号", document.id, who, START)
        )
        document = save(
            u, replace(document, number=f"川〔2026〕{seq}号"), {"who": who, "seq": seq, "pad": PAD}
        )
        head = u.documents.version(document.id, document.head_version, SYSTEM_SCOPE)
    return document.head_version, seq, head.version.hash


def main(mode: str, url: str, storage: str, *rest: str) -> None:
    """``shared ID COUNT WHO``: save COUNT times into one document; ``own COUNT WHO``: each save a new document."""
    store = SqlStore(url, Path(storage))
    say("ready")
    sys.stdin.readline()
    if mode == "shared":
        document_id, count, who = rest
        for _ in range(int(count)):
            say("ok", document_id, *save_one(store, document_id, who))
    else:
        count, who = rest
        for number in range(int(count)):
            try:
                with store.uow(write=True) as u:
                    document = make_document(title=f"{who}-{number}")
                    u.documents.add(document)
                    blob = store.blobs.put_bytes(f"{who}-{number}".encode() * 50)
                    save(u, document, {"n": number, "blob": blob.sha256, "pad": PAD})
            except AppError as refused:
                say("refused", refused.code.code, str(refused))
                continue
            say("ok", document.id, 1, number, blob.sha256)
    store.close()
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
