"""Own editions of ladder prices and grade tables: what a province sets, what a standard's table says. Checked, then frozen.

An own edition of a tariff usually carries ``region`` and ``extends`` and names only what differs.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from formserver.calculation.grade_checking import check_grades
from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.tariff_checking import check_tariff
from formserver.calculation.tariff_library import TariffLibrary
from formserver.core.canonical import canonical_json, digest
from formserver.core.clock import Clock
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.definitions.repository import DEFINITION_FROZEN, Definition, MemoryDefinitionRepository
from formserver.core.errors import AppError, Kind, Problem, error_code
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.store_ports import Store

RULE_FAULTY = error_code(
    "RULE_FAULTY",
    Kind.INVALID,
    zh="规则文件有 {count} 处需要修改，没有发布。",
    en="The rule file has {count} faults and was not published.",
)
_ID: Final = re.compile(r"(tariffs|grades)/([a-z][a-z0-9_]*)/([a-z0-9][a-z0-9_+.-]*)")
_KINDS: Final = {"tariffs": "tariff", "grades": "grades"}


class Rules:
    """What an administrator does with rule files, on the command line."""

    def __init__(self, store: Store, clock: Clock, catalogue: Catalogue) -> None:
        self._store = store
        self._clock = clock
        self._catalogue = catalogue

    def check(self, content: bytes, label: str) -> tuple[Definition | None, list[Problem]]:
        """The file as a definition, and everything against it: form, order, its own examples beside all others.

        Raises DEFINITION_UNREADABLE for what is no JSON.
        """
        data: Any = read_json(content, label)
        match = _ID.fullmatch(str(data.get("$id", ""))) if isinstance(data, dict) else None
        if match is None:
            said = "应为 tariffs/<名称>/<版次> 或 grades/<名称>/<版次>。"
            return None, [Problem("DEFINITION_SCHEMA", said, "/$id", label)]
        kind = _KINDS[match[1]]
        faults = meta_faults(kind, data)
        if faults:
            return None, [Problem("DEFINITION_SCHEMA", said, at, label) for at, said in faults]
        made = Definition(
            kind=kind,
            name=match[2],
            version=match[3],
            origin="local",
            sha256=digest(data),
            status="published",
            valid_from=_day(data.get("valid_from")),
            valid_to=_day(data.get("valid_to")),
            content=canonical_json(data),
        )
        if data.get("name") != made.name:
            return None, [Problem("DEFINITION_RULE", f"应为 {made.name}。", "/name", label)]
        try:
            faults = self._tried(made)
        except AppError as error:  # what it extends is not there
            faults = [("/extends", error.message())]
        return made, [Problem("DEFINITION_RULE", said, at, label) for at, said in faults]

    def publish(self, content: bytes, label: str, by: str, reason: str) -> Definition:
        """Keep the file as an edition in force. Raises RULE_FAULTY with every problem, DEFINITION_FROZEN."""
        made, problems = self.check(content, label)
        if made is None or problems:
            raise RULE_FAULTY(count=len(problems), problems=problems)
        with self._store.uow(write=True) as u:
            if u.definitions.get(made.kind, made.name, made.version) is not None:
                raise DEFINITION_FROZEN(name=made.id)
            u.definitions.put(made)
            u.events.append(
                AuditEvent(
                    id=new_id(),
                    at=self._clock.now(),
                    actor_id="",
                    actor_name=by,
                    agency_id="",
                    action="rule.publish",
                    subject=f"definition:{made.id}",
                    data={"sha256": made.sha256, "reason": reason},
                )
            )
        self._catalogue.refresh()
        return made

    def _tried(self, made: Definition) -> list[tuple[str, str]]:
        """What its examples give in a catalogue that has it already."""
        repository = MemoryDefinitionRepository()
        for one in self._catalogue.definitions(made.kind):
            repository.put(one)
        repository.put(made)
        trial = Catalogue(repository, self._clock)
        if made.kind == "tariff":
            tariffs = TariffLibrary(trial)
            tariff = next(one for one in tariffs.editions(made.name) if one.edition == made.version)
            return check_tariff(tariffs, tariff)
        tables = GradeLibrary(trial)
        table = next(one for one in tables.editions(made.name) if one.edition == made.version)
        return check_grades(tables, table)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
