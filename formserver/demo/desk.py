"""A desk in the middle of a working week: papers of other firms at every step, so that no page of the demo is empty."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta

from formserver.accounts.service import AccountService
from formserver.core.clock import today_in_china
from formserver.core.definitions.editions import Catalogue
from formserver.core.drafting import Drafting
from formserver.core.drafts import with_row_keys
from formserver.core.issuing import Issuing
from formserver.core.legacy import LegacyEntry, LegacyPaper
from formserver.core.models import Document, Json, State
from formserver.core.permissions import Actor
from formserver.demo.scan import demo_scan, nameplate
from formserver.evidence.service import EvidenceService
from formserver.uploads.models import StoredUpload
from formserver.web.context import AppContext

WRITER, APPROVER = "heyutong", "songming"


def fill_desk(context: AppContext, actor: Actor, enterprise_ids: Mapping[str, str]) -> list[Document]:
    """Notices in review, returned, approved and unfinished, a record waiting for signatures, two old papers."""
    issuing = context.service(Issuing)
    writer, approver = (_person(context, name) for name in (WRITER, APPROVER))
    made = []
    for name in ("川西第二水泥有限责任公司", "川西钢铁集团有限公司", "青石平板玻璃有限公司"):
        document = _notice(context, writer, name, enterprise_ids[name])
        made.append(issuing.transition(writer, document.id, "submit", base_version=document.head_version))
    document = _submitted(context, actor, "岷源铝业有限公司", enterprise_ids)
    reason = "监察起止时间与通知送达不足五日，请核对后调整；联系人电话少一位。"
    made.append(
        issuing.transition(approver, document.id, "return", base_version=document.head_version, reason=reason)
    )
    document = _submitted(context, actor, "川西化肥有限责任公司", enterprise_ids)
    made.append(issuing.transition(approver, document.id, "approve", base_version=document.head_version))
    record = _saved(context, actor, "site_record", "芦山铁合金有限公司", enterprise_ids)
    _evidence(context, actor, record)
    made.append(issuing.finalise(actor, record.id, base_version=record.head_version))
    made.append(
        context.service(Drafting).create(
            actor, "inspection_notice", enterprise_id=enterprise_ids["川西纸业有限公司"]
        )
    )
    return [*made, *_old_papers(context, actor, enterprise_ids)]


def _evidence(context: AppContext, actor: Actor, record: Document) -> None:
    """A nameplate and a ledger, as they come back from a visit."""
    ledger = "月份,用电量（kWh）,产量（t）\n1月,1284000,402.6\n2月,1190500,371.2\n3月,1306800,410.9\n"
    files = (
        ("3号电炉变压器铭牌.jpg", "image/jpeg", nameplate(), "现场拍摄", "3号电炉变压器室"),
        ("2026年一季度电炉用电台账.csv", "text/csv", ledger.encode(), "企业能源管理中心", "中控室"),
    )
    for name, media_type, data, source, place in files:
        blob = context.store.blobs.put_bytes(data)
        stored = StoredUpload(blob.sha256, blob.size, name, media_type)
        said = {"source": source, "place": place, "maker": actor.name, "taken_at": "2026-11-17T10:20"}
        context.service(EvidenceService).add(actor, record.id, [stored], said)


def _old_papers(context: AppContext, actor: Actor, ids: Mapping[str, str]) -> list[Document]:
    entry, name = context.service(LegacyEntry), "川西水泥有限公司"
    papers = (
        LegacyPaper(
            "inspection_notice",
            name,
            date(2019, 8, 20),
            enterprise_id=ids[name],
            number="川西节监通〔2019〕7号",
            state=State.ARCHIVED,
            kept_at="0132 全宗 2019 年 12 卷",
        ),
        LegacyPaper(
            "legacy_record",
            name,
            date(2019, 9, 18),
            title="节能监察结果告知书",
            enterprise_id=ids[name],
            number="川西节监告〔2019〕5号",
            state=State.ARCHIVED,
            kept_at="0132 全宗 2019 年 12 卷",
        ),
    )
    return [entry.enter(actor, paper, [("扫描件.jpg", demo_scan(paper.number))]) for paper in papers]


def _submitted(context: AppContext, actor: Actor, name: str, ids: Mapping[str, str]) -> Document:
    document = _notice(context, actor, name, ids[name])
    return context.service(Issuing).transition(
        actor, document.id, "submit", base_version=document.head_version
    )


def _notice(context: AppContext, actor: Actor, name: str, enterprise_id: str) -> Document:
    return _saved(context, actor, "inspection_notice", name, {name: enterprise_id})


def _saved(context: AppContext, actor: Actor, key: str, name: str, ids: Mapping[str, str]) -> Document:
    """The sample of a type with the facts of another firm, saved once."""
    drafting = context.service(Drafting)
    document = drafting.create(actor, key, enterprise_id=ids[name])
    catalogue: Catalogue = context.catalogue
    body = with_row_keys(copy.deepcopy(catalogue.sample(key)))
    prefilled = drafting.open(actor, document.id).draft.body
    _take_facts(body, prefilled, today_in_china(context.clock))
    drafting.save_body(actor, document.id, body, base_version=0)
    with context.store.uow() as u:
        return u.documents.get(document.id, actor.scope)


def _take_facts(body: Json, prefilled: Json, today: date) -> None:
    for key in ("enterprise",):
        if key in prefilled and key in body:
            body[key] = copy.deepcopy(prefilled[key])
    if "inspect_place" in body:
        body["inspect_place"] = f"{body['enterprise']['ent_name']}厂区"
    for key, days in (("issue_date", 0), ("submit_by", 9), ("inspect_from", 12), ("inspect_to", 13)):
        if key in body:  # a time keeps its hour
            body[key] = (today + timedelta(days=days)).isoformat() + str(body[key])[10:]


def _person(context: AppContext, username: str) -> Actor:
    accounts = context.service(AccountService)
    return accounts.actor_for(next(u for u in accounts.everybody() if u.username == username))
