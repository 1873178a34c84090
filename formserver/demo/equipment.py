"""设备识别 in use: lists of two years with what people said about them, papers made from them, another city's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from formserver.core.clock import today_in_china
from formserver.core.definitions.formats import uscc_check_digit
from formserver.core.drafting import Drafting
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.runner import JobRunner
from formserver.demo.equipment_rows import (
    LAST_YEAR,
    PUMP_ROWS,
    STEEL_HEADS,
    STEEL_ROWS,
    THIS_YEAR,
    cement_book,
    plain_book,
)
from formserver.demo.load import sign_off
from formserver.demo.people import actor_called
from formserver.demo.scan import nameplate
from formserver.demo.sheets import SHEET
from formserver.demo.works import CEMENT_WORKS, STEEL_WORKS
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.service import EnterpriseService
from formserver.equipment.lists_service import CHECK_JOB, Lists, Wanted
from formserver.equipment.lists_wishes import Wish as ListWish
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.papers_service import EquipmentPapers
from formserver.equipment.repository import RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_photos import NameplatePhotos
from formserver.equipment.review_repository import Choice
from formserver.equipment.review_service import Reviews
from formserver.equipment.widget_service import STANDING, Filling
from formserver.uploads.models import StoredUpload
from formserver.web.context import AppContext

PUMP_WORKS: Final = "锦城泵阀制造有限公司"
_PUMP_USCC: Final = "91510100MA6DEM201"
MISTYPED, UNREADABLE, RENAMED = "Y280S-4", "YB2-315M-6", "W5-47 No6C"
"""Models people had something to say about."""
_MOVED: Final[Mapping[str, Wish]] = {
    MISTYPED: Wish("in", "photo", "铭牌功率为75 kW，台账误写为110 kW；与第二批所列Y280S-4（75 kW）一致。"),
    RENAMED: Wish("out", "photo", "现场铭牌为W6-51-11，台账型号抄写有误，不在目录所列型号中。"),
}
_DOUBT: Final = "电动机铭牌上的出厂日期锈蚀看不清，已请企业提供购货合同或出厂合格证，收到后再作结论。"
_OPINION: Final = "所列设备应在目录规定的期限内停止使用；已过期限的，责令限期淘汰，期满复核。"


def fill_equipment(context: AppContext, actor: Actor, ids: Mapping[str, str]) -> list[Document]:
    """Everything the pages of 设备识别 can show; returns the papers. Does nothing where the works has a list already."""
    lists = context.service(Lists)
    works = ids[CEMENT_WORKS]
    if lists.find(actor, Wanted(enterprise_id=works), limit=1)[0]:
        return []
    today = today_in_china(context.clock)
    inspector = actor_called(context, "heyutong")
    desk = _Desk(context, inspector)
    old = desk.list_of(CEMENT_WORKS, works, date(today.year - 1, 11, 18), LAST_YEAR)
    made = [_last_year(desk, actor, old)]
    new = desk.list_of(CEMENT_WORKS, works, today, THIS_YEAR)
    _this_year(desk, actor, new)
    made += [
        context.service(EquipmentPapers).make(inspector, new.id, "equipment_list"),
        _verification(context, inspector, works, new),
    ]
    desk.hand_in(
        f"炼钢、水处理设备{today.year}.xlsx",
        plain_book(STEEL_WORKS, today.year, STEEL_ROWS, STEEL_HEADS),
        ListWish(enterprise=STEEL_WORKS, enterprise_id=ids[STEEL_WORKS]),
    )
    _other_city(context, today)
    return made


@dataclass(frozen=True, slots=True)
class _Desk:
    """Hands lists in and speaks about their rows as one person does."""

    context: AppContext
    actor: Actor

    def list_of(self, firm: str, enterprise_id: str, as_of: date, marks: str) -> EquipmentList:
        """The list of a year, checked."""
        wish = ListWish(
            title=f"{firm}{as_of.year}年度用能设备清单",
            as_of=as_of.isoformat(),
            enterprise=firm,
            enterprise_id=enterprise_id,
        )
        return self.hand_in(f"{firm}设备台账{as_of.year}.xlsx", cement_book(as_of.year, marks), wish)

    def hand_in(self, filename: str, data: bytes, wish: ListWish) -> EquipmentList:
        """A file as a new list; checked at once where its columns are plain, else it waits for a person."""
        lists, store = self.context.service(Lists), self.context.store
        blob = store.blobs.put_bytes(data)
        made = lists.start(self.actor, wish, filename, blob.sha256)
        if made.state is ListState.CHECKING:
            handlers = {CHECK_JOB: self.context.job_handlers[CHECK_JOB]}
            JobRunner(store, handlers, self.context.clock).run_all()
        return lists.get(self.actor, made.id)

    def rows(self, one: EquipmentList) -> dict[str, ListRow]:
        """The rows by the model they state."""
        page = self.context.service(Reviews).page(self.actor, one.id, RowQuery(), after=0, limit=200)
        return {row.stated["values"].get("model", ""): row for row in page.rows}

    def say(self, actor: Actor, one: EquipmentList, model: str, wish: Wish) -> None:
        """What somebody says about the row of a model."""
        reviews = self.context.service(Reviews)
        number = self.rows(one)[model].number
        seen = reviews.row(actor, one.id, number, RowQuery()).seen
        reviews.decide(actor, one.id, number, wish, seen=seen)

    def agree(self, actor: Actor, one: EquipmentList, query: RowQuery) -> None:
        """Confirm everything a question finds."""
        reviews = self.context.service(Reviews)
        choice = Choice(None, query)
        _, seen = reviews.choice(actor, one.id, choice)
        reviews.decide_many(actor, one.id, choice, Wish("confirm"), seen=seen)


def _last_year(desk: _Desk, actor: Actor, one: EquipmentList) -> Document:
    """Decided, made into a signed 淘汰设备清单: the list is closed. All of it now: nobody can sign yesterday."""
    for model, wish in _MOVED.items():
        desk.say(desk.actor, one, model, wish)
    desk.agree(actor, one, RowQuery(verdict="eliminated", decided="none"))
    context = desk.context
    paper = context.service(EquipmentPapers).make(actor, one.id, "elimination_list")
    with context.store.uow() as u:
        body = u.documents.version(paper.id, 1, actor.scope).body
    body = {
        **body,
        "inspectors": context.catalogue.sample(SHEET)["inspectors"],
        "opinion": _OPINION,
    }
    context.service(Drafting).save_body(actor, paper.id, body, base_version=1)
    return sign_off(context, actor, _head(context, actor, paper))


def _this_year(desk: _Desk, actor: Actor, one: EquipmentList) -> None:
    """Taken over from last year and looked at in part; a photograph, a doubt, rows still open."""
    row = desk.rows(one)[MISTYPED]
    plate = nameplate(
        "三相异步电动机（示范）",
        (
            "型号  Y280S-4",
            "75 kW　380 V　140 A",
            "1480 r/min　IP44　B级",
            "出厂编号  97-1126",
            "红岭电机厂  1997年6月",
        ),
    )
    blob = desk.context.store.blobs.put_bytes(plate)
    photo = StoredUpload(blob.sha256, blob.size, "斗提机电动机铭牌.jpg", "image/jpeg")
    desk.context.service(NameplatePhotos).add(desk.actor, one.id, row.number, [photo])
    desk.say(desk.actor, one, MISTYPED, Wish("confirm"))
    desk.agree(actor, one, RowQuery(category="welder", decided="carried"))
    desk.say(desk.actor, one, UNREADABLE, Wish("comment", "", _DOUBT))


def _verification(context: AppContext, actor: Actor, enterprise_id: str, one: EquipmentList) -> Document:
    """A 现场核查表 that was begun, its equipment filled in from the list."""
    drafting = context.service(Drafting)
    paper = drafting.create(actor, "verification_form", enterprise_id=enterprise_id)
    team = context.catalogue.sample(SHEET)["inspectors"]
    body = {**drafting.open(actor, paper.id).draft.body, "task_types": ["设备淘汰"], "inspectors": team}
    filled = context.service(Filling).fill(actor, paper.id, body, "/equipment", one.id, STANDING)
    drafting.save_body(actor, paper.id, filled.body, base_version=0)
    return _head(context, actor, paper)


def _head(context: AppContext, actor: Actor, paper: Document) -> Document:
    with context.store.uow() as u:
        return u.documents.get(paper.id, actor.scope)


def _other_city(context: AppContext, today: date) -> None:
    """The list of a firm of another city: nobody of the home agency sees it."""
    actor = actor_called(context, "chengdu")
    enterprises = context.service(EnterpriseService)
    known = enterprises.search(actor, EnterpriseQuery(text=PUMP_WORKS)).items
    firm = known[0] if known else enterprises.create(actor, _pump_works())
    wish = ListWish(
        as_of=today.isoformat(), enterprise=PUMP_WORKS, enterprise_id=firm.id, title=f"{PUMP_WORKS}设备清单"
    )
    _Desk(context, actor).hand_in(
        f"{PUMP_WORKS}设备表.xlsx", plain_book(PUMP_WORKS, today.year, PUMP_ROWS), wish
    )


def _pump_works() -> dict[str, object]:
    address = "四川省成都市锦城区泵阀路19号"
    return {
        "name": PUMP_WORKS,
        "uscc": _PUMP_USCC + uscc_check_digit(_PUMP_USCC),
        "reg_address": address,
        "site_address": address,
        "legal_rep": "简国平",
        "legal_rep_title": "总经理",
        "contact": "罗蓉",
        "phone": "028-85550219",
        "industry_code": "3441",
        "industry_name": "泵及真空设备制造",
        "region_code": "",
        "region_name": "四川省成都市锦城区",
        "key_user": False,
    }
