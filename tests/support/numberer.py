"""A process that issues notices: ``python -m tests.support.numberer STORAGE USERNAME COUNT`` for fault tests.

Each notice goes the whole way through the services: create, save, submit, approve, 取号 with its docx. One line on
standard output acknowledges it, written only after the last commit has returned.
"""

from __future__ import annotations

import sys
from pathlib import Path

from formserver.accounts.service import AccountService
from formserver.app import build_context
from formserver.config import Settings
from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.issuing import Issuing
from formserver.core.models import RenditionKind
from formserver.core.papers import Papers
from formserver.core.permissions import Actor
from formserver.store.failures import STORE_BUSY
from formserver.web.context import AppContext


def say(*words: object) -> None:
    """One line, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def issue(context: AppContext, actor: Actor, approver: Actor) -> tuple[str, str, int, str]:
    """One notice; (document id, number, version, hash of its docx)."""
    drafting, issuing = context.service(Drafting), context.service(Issuing)
    document = drafting.create(actor, "inspection_notice")
    sample = context.catalogue.sample("inspection_notice")
    version = drafting.save_body(actor, document.id, sample, base_version=0).no
    for who, key in ((actor, "submit"), (approver, "approve")):
        version = issuing.transition(who, document.id, key, base_version=version).head_version
    document = issuing.take_number(actor, document.id, base_version=version)
    paper = context.service(Papers).paper_of(actor, document.id, document.head_version, RenditionKind.DOCX)
    return document.id, document.number, document.head_version, paper.blob_sha256


def patiently(context: AppContext, actor: Actor, approver: Actor) -> tuple[str, str, int, str]:
    """Like :func:`issue`, and once more when the store says it is busy: what it asks people to do."""
    for _ in range(3):
        try:
            return issue(context, actor, approver)
        except AppError as error:
            if error.code is not STORE_BUSY:
                raise
    return issue(context, actor, approver)


def main(storage: str, username: str, count: str) -> None:
    """Issue ``count`` notices as ``username``."""
    context = build_context(Settings(environment="test", storage_dir=Path(storage), _env_file=None))
    accounts = context.service(AccountService)
    people = {u.username: accounts.actor_for(u) for u in accounts.everybody()}
    actor, approver = people[username], people["he" if username == "chen" else "chen"]
    say("ready")
    sys.stdin.readline()
    for _ in range(int(count)):
        say("ok", *patiently(context, actor, approver))
    context.close()
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
