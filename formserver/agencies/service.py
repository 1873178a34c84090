"""What can be done with agencies: read the tree, load it from a file, change the own agency's letter data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.agencies.models import Agency, Level, Mode, Regime
from formserver.agencies.permissions import AgencyPermission
from formserver.agencies.repository import AgencyRepository
from formserver.core.clock import Clock
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork

EDITABLE: Final = (
    "issuing_organ",
    "acting_body",
    "delegation_ref",
    "address",
    "phone",
    "contact",
    "supervision_phone",
    "supervision_mail",
    "short_word",
    "check_cap",
    "mode",
    "regime",
)
"""What an agency's own administrator may change; name, code and place in the tree are not his to decide."""

AGENCY_CHANGED = error_code(
    "AGENCY_CHANGED",
    Kind.CONFLICT,
    zh="“{name}”的资料在您打开页面后已被别人修改，请核对新的内容后重新保存。",
    en="The data of {name} were changed by somebody else.",
)


@dataclass(frozen=True, slots=True)
class Branch:
    """An agency with its children, for drawing the tree."""

    agency: Agency
    children: tuple[Branch, ...]


class AgencyService:
    """The agencies; also the :class:`~formserver.accounts.ports.AgencyDirectory` of accounts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def subtree_ids(self, agency_id: str) -> frozenset[str]:
        """The agency and everything below it."""
        with self._store.uow() as u:
            return u.repository(AgencyRepository).subtree_ids(agency_id)

    def name_of(self, agency_id: str) -> str:
        """The agency's name, or an empty text."""
        with self._store.uow() as u:
            found = u.repository(AgencyRepository).find(agency_id)
        return found.name if found else ""

    def name_within(self, u: UnitOfWork, agency_id: str) -> str:
        """Like :meth:`name_of`, inside a unit of work that is open already."""
        found = u.repository(AgencyRepository).find(agency_id)
        return found.name if found else ""

    def id_by_code(self, code: str) -> str:
        """Raises NOT_FOUND."""
        with self._store.uow() as u:
            found = u.repository(AgencyRepository).by_code(code)
        if found is None:
            raise NOT_FOUND(what=f"代码为“{code}”的监察机构")
        return found.id

    def facts(self, u: UnitOfWork, agency_id: str) -> Mapping[str, str]:
        """What documents say about an agency, as text; nothing for an unknown id."""
        found = u.repository(AgencyRepository).find(agency_id)
        if found is None:
            return {}
        facts = {k: str(v) for k, v in dataclasses.asdict(found).items() if v is not None and v != ""}
        facts["regime"] = found.regime.name
        return facts

    def prefill_facts(self, u: UnitOfWork, agency_id: str) -> Mapping[str, Any]:
        """Like :meth:`facts`, with the yearly cap as a number."""
        facts: dict[str, Any] = dict(self.facts(u, agency_id))
        if "check_cap" in facts:
            facts["check_cap"] = int(facts["check_cap"])
        return facts

    def get(self, actor: Actor, agency_id: str) -> Agency:
        """One agency inside the scope. Raises NOT_FOUND."""
        if not (actor.scope.everything or agency_id in actor.scope.agency_ids):
            raise NOT_FOUND(what="监察机构")
        with self._store.uow() as u:
            return u.repository(AgencyRepository).get(agency_id)

    def tree(self, actor: Actor) -> tuple[Branch, ...]:
        """The agencies the actor can see, as trees."""
        actor.require(AgencyPermission.READ)
        with self._store.uow() as u:
            everything = u.repository(AgencyRepository).all()
        seen = [a for a in everything if actor.scope.everything or a.id in actor.scope.agency_ids]
        ids = {a.id for a in seen}
        below: dict[str, list[Agency]] = {}
        for item in seen:
            below.setdefault(item.parent_id if item.parent_id in ids else "", []).append(item)
        return _branches(below, "")

    def may_edit(self, actor: Actor, agency_id: str) -> bool:
        """Only the own agency: letters are signed with its name."""
        return actor.may(AgencyPermission.EDIT) and (actor.scope.everything or agency_id == actor.agency_id)

    def edit(
        self, actor: Actor, agency_id: str, values: Mapping[str, Any], *, expected_version: int
    ) -> Agency:
        """Change letter data. Raises NOT_FOUND, NOT_ALLOWED, INVALID_INPUT, AGENCY_CHANGED."""
        old = self.get(actor, agency_id)
        if not self.may_edit(actor, agency_id):
            raise NOT_ALLOWED(what="修改其他机构的资料")
        unknown = set(values) - set(EDITABLE)
        if unknown:
            raise NOT_ALLOWED(what=f"修改 {'、'.join(sorted(unknown))}")
        new = dataclasses.replace(old, **values)
        problems = check_agency(new)
        if problems:
            raise invalid(problems)
        with self._store.uow(write=True) as u:
            if not u.repository(AgencyRepository).replace(new, expected_version=expected_version):
                raise AGENCY_CHANGED(name=old.name)
            self._note(u, actor, new, old)
        return dataclasses.replace(new, row_version=expected_version + 1)

    def load(self, actor: Actor, entries: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """Add or update agencies from a file (parents first, ``parent`` is a code). Returns (added, updated)."""
        added = updated = 0
        with self._store.uow(write=True) as u:
            repository = u.repository(AgencyRepository)
            for entry in entries:
                old = repository.by_code(str(entry["code"]))
                new = _from_entry(entry, old, repository)
                problems = check_agency(new)
                if problems:
                    raise invalid(problems)
                if old is None:
                    repository.add(new)
                    added += 1
                elif new != old:
                    repository.replace(new, expected_version=old.row_version)
                    updated += 1
                self._note(u, actor, new, old)
        return added, updated

    def _note(self, u: UnitOfWork, actor: Actor, new: Agency, old: Agency | None) -> None:
        after = dataclasses.asdict(new)
        before = dataclasses.asdict(old) if old else {}
        changed = {
            k: [str(before.get(k, "")), str(v)]
            for k, v in after.items()
            if k != "row_version" and before.get(k) != v
        }
        if changed:
            u.events.append(
                AuditEvent(
                    id=new_id(),
                    at=self._clock.now(),
                    actor_id=actor.user_id,
                    actor_name=actor.name,
                    agency_id=new.id,
                    action="agency.edit" if old else "agency.add",
                    subject=f"agency:{new.id}",
                    data={"changed": changed},
                )
            )


def check_agency(item: Agency) -> list[Problem]:
    """What stands against saving an agency."""
    problems = []
    if not item.name.strip():
        problems.append(Problem("REQUIRED", "请填写机构名称。", "name", "机构名称"))
    if not item.issuing_organ.strip():
        problems.append(
            Problem("REQUIRED", "请填写制作机关，它是公章和文书落款上的名称。", "issuing_organ", "制作机关")
        )
    if item.mode is Mode.DELEGATED and not item.acting_body.strip():
        problems.append(
            Problem(
                "REQUIRED", "委托执法时请填写具体实施机构（受委托的单位）。", "acting_body", "具体实施机构"
            )
        )
    if item.check_cap is not None and not 1 <= item.check_cap <= 366:
        problems.append(Problem("RANGE", "年度检查次数上限应为 1 至 366。", "check_cap", "年度检查次数上限"))
    return problems


def _branches(below: Mapping[str, Sequence[Agency]], parent: str) -> tuple[Branch, ...]:
    return tuple(Branch(a, _branches(below, a.id)) for a in below.get(parent, ()))


def _from_entry(entry: Mapping[str, Any], old: Agency | None, repository: AgencyRepository) -> Agency:
    values = {k: v for k, v in entry.items() if k in Agency.__dataclass_fields__ and k != "row_version"}
    parent_id = ""
    if entry.get("parent"):
        parent = repository.by_code(str(entry["parent"]))
        if parent is None:
            raise NOT_FOUND(what=f"上级机构“{entry['parent']}”，请把上级写在下级前面")
        parent_id = parent.id
    values.update(
        id=old.id if old else new_id(),
        parent_id=parent_id,
        level=Level[str(entry["level"])],
        mode=Mode[str(entry["mode"])],
        regime=Regime[str(entry["regime"])],
        row_version=old.row_version if old else 1,
    )
    return Agency(**values)
