"""A seeded corpus of a province: 1 provincial, 21 city and 183 county agencies, their firms and their papers.

Every document has a head row, one version with body and envelope, an event under a seal, and an index row with some
400 characters of office Chinese whose words follow Zipf's law. All names are made up.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select, text

from formserver.core.canonical import canonical_json, sha256_hex
from formserver.core.ids import encode
from formserver.core.models import AuditEvent, Cause, Document, Facets, State, VersionContent, make_version
from formserver.store import tables as t
from formserver.store.engine import is_sqlite
from formserver.store.rows import document_row, event_row, version_row
from formserver.store.scoping import row_tokens
from formserver.store.seals import seal_all
from formserver.store.search import as_vector, heading, index_tokens, word_tokens
from formserver.store.sql_store import SqlStore

NAME = "province-1"
SEED = 20260302
TYPES = (
    ("inspection_notice", "节能监察通知书", "节监通"),
    ("service_receipt", "送达回证", ""),
    ("power_of_attorney", "授权委托书", ""),
    ("onsite_statement", "节能监察现场告知书", "节监告"),
    ("onsite_record", "现场监察笔录", ""),
    ("inquiry_record", "调查（询问）笔录", ""),
    ("integrity_pledge", "廉政承诺书", ""),
    ("verification_form", "现场核查表", ""),
)
_WORDS = """
成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳
水泥 钢铁 化工 玻璃 陶瓷 造纸 焦化 电石 铝业 硅业 纺织 啤酒 磷肥 炼化 铸造
宏远 盛达 金川 兴蜀 天府 嘉陵 岷江 锦城 青衣 华蓥 龙泉 涪江 大渡 雪山 西岭 望江
节能 监察 单位 产品 能耗 限额 标准 设备 淘汰 落后 电机 变压器 锅炉 窑炉 余热 回收 计量 器具 配备 管理 制度 统计 报表 \
用电 煤炭 天然气 蒸汽 折标 系数 生产线 熟料 粉磨 破碎 烘干 运行 记录 现场 检查 核对 台账 发票 抄表 一级 二级 能源 消费 \
利用 状况 报告 责任 负责人 岗位 培训 整改 期限 意见 书面 材料 提供 真实 完整 符合 不符合 国家 行业 地方 强制性 规定 依据 \
条例 办法 按照 经查 该公司 当日 车间 班组 平均 数值 合计 同比 下降 上升
"""
PLACES, TRADES, STEMS, COMMON = (line.split() for line in _WORDS.strip().splitlines())


@dataclass(frozen=True)
class Record:
    """Everything one document puts into the store."""

    document: Document
    content: VersionContent
    event: AuditEvent
    text: str


def agencies() -> list[str]:
    """The agency ids: the province, its cities, their counties."""
    return ["p", *(f"c{i:02}" for i in range(21)), *(f"c{i % 21:02}x{i // 21:02}" for i in range(183))]


def subtree(agency: str) -> frozenset[str]:
    """An agency and everything below it."""
    return frozenset(a for a in agencies() if agency == "p" or a == agency or a.startswith(agency + "x"))


def records(count: int, *, start: int = 0) -> Iterator[Record]:
    """The documents ``start … count-1`` in the order they were saved."""
    rng = random.Random(SEED)
    rare = ["".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(2)) for _ in range(20_000)]
    words = COMMON + rare
    weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(words))))
    houses = agencies()
    begin = datetime(2016, 1, 4, 1, tzinfo=UTC)
    step = timedelta(days=3_650) / max(count, 1)
    for index in range(start, count):
        rng.seed(SEED + index)
        yield _record(rng, index, words, weights, houses, begin + index * step)


def _record(
    rng: random.Random, index: int, words: list[str], weights: list[float], houses: list[str], at: datetime
) -> Record:
    kind, title, word = TYPES[rng.randrange(len(TYPES))]
    firm = rng.randrange(12_000)
    name = f"{PLACES[firm % len(PLACES)]}{STEMS[firm // 18 % 16]}{TRADES[firm % 15]}{firm:04}有限公司"
    agency = houses[rng.randrange(len(houses))]
    statement = "，".join("".join(rng.choices(words, cum_weights=weights, k=4)) for _ in range(45)) + "。"
    millis = int(at.timestamp() * 1000)
    document = Document(
        id=encode((millis << 80) | (7 << 76) | index),
        type=kind,
        edition="v1",
        title=f"{title}（{name}）",
        state=list(State)[rng.randrange(10)],
        agency_id=agency,
        created_by=f"user-{rng.randrange(2_000)}",
        created_at=at,
        updated_at=at,
        head_version=1,
        number=f"川{word}〔{at.year}〕{index}号" if word else "",
        enterprise_id=f"ent-{firm:05}",
        task_id=f"task-{rng.randrange(40_000)}",
        confidentiality=rng.choices((0, 1, 2), (80, 15, 5))[0],
        check_token=f"tok{index:012}",
        facets=Facets(name, f"91510000MA{firm:08}", "5101", "3011", "A", at.date()),
    )
    body = {
        "ent_name": name,
        "statement": statement,
        "rows": [{"_k": f"k{i:07}", "n": str(i)} for i in range(6)],
    }
    envelope = {
        name: getattr(document, name)
        for name in ("type", "edition", "number", "title", "agency_id", "enterprise_id", "task_id", "origin")
    } | {"state": document.state.value, "confidentiality": document.confidentiality}
    content = make_version(
        document_id=document.id,
        no=1,
        cause=Cause.SAVE,
        state=document.state,
        author_id=document.created_by,
        author_name="张三",
        at=at,
        reason="",
        body=body,
        envelope=envelope,
        previous_hash="",
    )
    event = AuditEvent(
        document.id,
        at,
        document.created_by,
        "张三",
        agency,
        "documents:save",
        document.id,
        "第1版",
        {"no": 1},
    )
    return Record(document, content, event, statement)


def load(store: SqlStore, count: int, *, batch: int = 5_000, report: bool = False) -> None:
    """Fill an empty store with ``count`` documents, in bulk but through the same tables, triggers and tokens."""
    source = records(count)
    position = 0
    while chunk := list(itertools.islice(source, batch)):
        with store.unit(write=True) as u:
            _insert(u.connection, chunk, position)
        position += len(chunk)
        if report and position % (batch * 10) == 0:
            print(f"  {position} of {count}", flush=True)
    seal_all(store, datetime(2026, 3, 2, tzinfo=UTC))
    with store.unit(write=True) as u:
        if not is_sqlite(u.connection):
            u.connection.execute(text("SELECT setval('search_pos', :n)"), {"n": max(count, 1)})


def _insert(connection: Connection, chunk: list[Record], position: int) -> None:
    run = connection.execute
    run(insert(t.document), [document_row(r.document) for r in chunk])
    contents = {}
    for r in chunk:
        for value in (r.content.body, r.content.envelope):
            data = canonical_json(value)
            contents[sha256_hex(data)] = data
    known = set(run(select(t.search_agency.c.agency_id)).scalars())
    fresh = {r.document.agency_id for r in chunk} - known
    if fresh:
        run(insert(t.search_agency), [{"agency_id": agency} for agency in sorted(fresh)])
    run(insert(t.content), [{"sha256": key, "data": data} for key, data in contents.items()])
    run(insert(t.version), [version_row(r.content.version) for r in chunk])
    run(insert(t.event), [event_row(r.event) for r in chunk])
    run(insert(t.event_unsealed), [{"event_id": r.event.id} for r in chunk])
    entries, streams = [], []
    for pos, r in enumerate(chunk, position + 1):
        names, entry_text = r.document.facets.enterprise_name, f"{heading(r.document)}\n\n{r.text}"
        scope = " ".join(sorted(row_tokens(r.document)))
        entry = {"document_id": r.document.id, "pos": pos, "scope": scope, "names": names, "text": entry_text}
        if is_sqlite(connection):
            streams.append({"pos": pos, "tokens": index_tokens(scope, names, entry_text)})
            entries.append({**entry, "words": ""})
        else:
            words = as_vector(word_tokens(names, entry_text))
            entries.append({**entry, "scope": as_vector(scope.split()), "words": words})
    run(insert(t.search_entry), entries)
    if streams:
        run(text("INSERT INTO search_index(rowid, tokens) VALUES (:pos, :tokens)"), streams)


def stamp(count: int) -> str:
    """Names a corpus in file names and reports."""
    return f"{NAME}-{count}"
