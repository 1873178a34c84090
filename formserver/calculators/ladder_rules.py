"""Rule files on the command line: checked, kept as a draft of who wrote them and published by a second person, as pages do.

An own edition of a tariff usually carries ``region`` and ``extends`` and names only what differs.
"""

from __future__ import annotations

import re
from typing import Any, Final

from formserver.accounts.repository import UserRepository
from formserver.accounts.service import AccountService
from formserver.calculators.maintain_checking import check_size
from formserver.calculators.maintain_errors import EDITION_TAKEN
from formserver.calculators.maintain_models import RULE_FOLDERS, Draft, DraftState
from formserver.calculators.maintain_publishing import Publishing, checked_day
from formserver.calculators.maintain_repository import DraftRepository
from formserver.calculators.maintain_rule_checking import rule_problems
from formserver.calculators.maintain_service import Drafts, checked_reason, day_of
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.repository import DEFINITION_FROZEN
from formserver.core.errors import NOT_FOUND, Kind, Problem, error_code
from formserver.core.ids import new_id
from formserver.core.permissions import Actor

RULE_FAULTY = error_code(
    "RULE_FAULTY",
    Kind.INVALID,
    zh="规则文件有 {count} 处需要修改，没有发布。",
    en="The rule file has {count} faults and was not published.",
)
_ID: Final = re.compile(r"(coefficients|tariffs|grades)/([a-z][a-z0-9_]*)/([a-z0-9][a-z0-9_+.-]*)")
_KINDS: Final = {folder: kind for kind, folder in RULE_FOLDERS.items()}


class Rules:
    """What an administrator does with files of coefficients, ladder prices and grades."""

    def __init__(self, drafts: Drafts, publishing: Publishing, accounts: AccountService) -> None:
        self._drafts = drafts
        self._publishing = publishing
        self._accounts = accounts

    def check(self, content: bytes, label: str) -> tuple[str, list[Problem]]:
        """The id of the definition ("" for a file of no such kind), and everything against it: form, order, its own
        examples beside all others. Raises DEFINITION_UNREADABLE for what is no JSON."""
        data: Any = read_json(content, label)
        match = _ID.fullmatch(str(data.get("$id", ""))) if isinstance(data, dict) else None
        if match is None:
            said = "应为 coefficients、tariffs 或 grades 后接 /<名称>/<版次>。"
            return "", [Problem("DEFINITION_SCHEMA", said, "/$id", label)]
        kind, name, edition = _KINDS[match[1]], match[2], match[3]
        found = rule_problems(self._drafts.catalogue, kind, name, edition, data)
        return f"{kind}/{name}/{edition}", found

    def publish(
        self, content: bytes, label: str, *, by: str, drafted_by: str, reason: str, alone: str = ""
    ) -> Draft:
        """Keep the file as an edition in force from its ``valid_from``; ``by`` and ``drafted_by`` are user names.

        The rule of decision 0019: who wrote it does not publish it, unless nobody else can, with ``alone`` as reason.
        Raises RULE_FAULTY with every problem, DEFINITION_FROZEN, NOT_FOUND for an unknown person, NOT_ALLOWED,
        CALCULATOR_SECOND_PERSON_NEEDED, CALCULATOR_ALONE_REASON_MISSING, CALCULATOR_EFFECTIVE_DAY_FAULTY.
        """
        found, problems = self.check(content, label)
        if not found or problems:
            raise RULE_FAULTY(count=len(problems), problems=problems)
        data: Any = read_json(content, label)
        check_size(data, {})
        kind, name, edition = found.split("/")
        purpose = checked_reason(reason)
        effective = checked_day(day_of(str(data.get("valid_from") or "")))
        publisher, author = self._person(by), self._person(drafted_by)
        with self._drafts.store.uow(write=True) as u:
            self._drafts.people.require_publish(u, publisher)
            if u.definitions.get(kind, name, edition) is not None:
                raise DEFINITION_FROZEN(name=found)
            now = self._drafts.clock.now()
            draft = Draft(
                id=new_id(),
                kind=kind,
                name=name,
                edition=edition,
                base=str(data.get("extends", "")).partition("/")[2] or edition.partition("+")[0],
                agency_id=author.agency_id,
                state=DraftState.OPEN,
                tag=1,
                method=data,
                limits={},
                purpose=purpose,
                created_by=author.user_id,
                created_by_name=author.name,
                created_at=now,
                changed_by=author.user_id,
                changed_by_name=author.name,
                changed_at=now,
                contributors=(author.user_id,),
            )
            if not u.repository(DraftRepository).add(draft):
                raise EDITION_TAKEN(edition=edition)
            self._drafts.note(u, author, "calculator.draft", draft, {"file": label[:200], "reason": purpose})
            published = self._publishing.within(u, publisher, draft, effective, alone)
        self._drafts.catalogue.refresh()
        return published

    def _person(self, username: str) -> Actor:
        with self._drafts.store.uow() as u:
            user = u.repository(UserRepository).by_username(username)
        if user is None or not user.active:
            raise NOT_FOUND(what=f"在用的账号 {username[:60]}")
        return self._accounts.actor_for(user)
