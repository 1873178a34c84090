"""The fictional agencies and people of the demonstration. Every name, number and phone here is made up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.core.permissions import Actor, system_actor
from formserver.web.context import AppContext

DEMO_PASSWORD: Final = "Chuanxi-2026-shuini"  # noqa: S105  the published login of a demonstration
HOME_AGENCY: Final = "SC-CX"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account of the demonstration; ``username`` signs in with :data:`DEMO_PASSWORD`."""

    username: str
    name: str
    agency: str
    roles: tuple[str, ...]
    title: str
    cert_no: str = ""
    cert_to: date | None = None


PEOPLE: Final = (
    DemoPerson(
        "demo",
        "陈志远",
        HOME_AGENCY,
        ("inspector", "leader", "archivist", "register_clerk", "administrator"),
        "监察科科长",
        "51180012031",
        date(2028, 6, 30),
    ),
    DemoPerson("heyutong", "何雨桐", HOME_AGENCY, ("inspector",), "监察员", "51180012032", date(2028, 6, 30)),
    DemoPerson(
        "luowenbo", "罗文博", HOME_AGENCY, ("inspector",), "监察员", "51180012045", date(2027, 12, 31)
    ),
    DemoPerson("songming", "宋铭", HOME_AGENCY, ("leader",), "中心主任"),
    DemoPerson("province", "唐思源", "SC", ("viewer", "administrator"), "综合科科长"),
    DemoPerson("qiuming", "邱明", "SC", ("viewer", "administrator"), "标准管理岗"),
    DemoPerson("chengdu", "刘静", "SC-CD", ("inspector",), "监察员", "51010012007", date(2028, 6, 30)),
    DemoPerson("jintang", "贺立群", "SC-CD-JT", ("inspector",), "监察员", "51010012115", date(2028, 6, 30)),
)


def add_people(context: AppContext) -> Actor:
    """Load the agencies and the accounts; returns ``demo`` as an actor. Existing accounts are left alone."""
    agencies, accounts = context.service(AgencyService), context.service(AccountService)
    path = context.settings.schemas_dir / "agencies.json"
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["agencies"]
    agencies.load(system_actor(), entries)
    known = {user.username for user in accounts.everybody()}
    for person in PEOPLE:
        if person.username not in known:
            accounts.add_user(
                username=person.username,
                name=person.name,
                password=DEMO_PASSWORD,
                agency_id=agencies.id_by_code(person.agency),
                roles=person.roles,
                title=person.title,
                cert_no=person.cert_no,
                cert_valid_from=date(2022, 7, 1) if person.cert_no else None,
                cert_valid_to=person.cert_to,
                confidentiality=1,
            )
    return actor_called(context, "demo")


def actor_called(context: AppContext, username: str) -> Actor:
    """The actor behind an account of the demonstration."""
    accounts = context.service(AccountService)
    user = next(user for user in accounts.everybody() if user.username == username)
    return accounts.actor_for(user)
