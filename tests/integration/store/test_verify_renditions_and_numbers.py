"""Verify holds rendition rows against the sealed events and the register of numbers against the documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from formserver.core.models import Document, RenditionKind, Series
from formserver.core.papers import PDF_JOB
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.rendering_port import PdfResult
from formserver.core.service_kit import projector
from formserver.store.export import export_record
from formserver.store.findings import Fault, Report
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.integration.store.conftest import ENGINES
from tests.support.house import House, person, photo_of_paper
from tests.support.postgres import Server
from tests.support.records import START
from tests.support.verifying import tamper
from tools import verify_record

MakeStore = Callable[..., SqlStore]
ME = person("陈志远")


class OnePage:
    """Stands for the office program: what it prints is not the matter here, only that it is recorded."""

    def convert(self, docx: bytes, *, timeout: float = 60.0) -> PdfResult:
        return PdfResult(b"%PDF-1.7 of " + docx[:4], pages=3, seconds=timeout)


@dataclass(frozen=True)
class Case:
    """What the services made: the documents by what happened to them."""

    store: SqlStore
    house: House
    documents: dict[str, Document]


def play(store: SqlStore) -> Case:
    """Four notices: signed; void; renumbered from outside after being reopened; numbered. All PDFs are made."""
    house = House(store=store)
    made = [house.numbered(ME) for _ in range(4)]
    signed, void, outside, _ = made
    house.issuing.finalise(ME, signed.id, base_version=signed.head_version)
    scans = [("第1页.jpg", photo_of_paper()), ("第2页.jpg", photo_of_paper("ivory"))]
    house.signing.sign(ME, signed.id, scans, base_version=signed.head_version + 1)
    house.issuing.void(ME, void.id, reason="企业名称有误")
    for key, reason in (("reopen", "地址写错"), ("submit", ""), ("approve", "")):
        house.step(ME, outside, key, reason)
    head = house.head(ME, outside.id).head_version
    house.issuing.record_external_number(ME, outside.id, "川办节监[2026]007号", base_version=head)
    for document in made:
        for docx in house.papers.renditions(ME, document.id):
            if docx.kind is RenditionKind.DOCX:
                job = house.papers.pdf_job(ME, docx)
                assert job is not None
                assert job.kind == PDF_JOB
                house.papers.convert(job, OnePage(), timeout=1)
    seal_all(store, house.clock.now())
    names = ("signed", "void", "outside", "numbered")
    return Case(store, house, dict(zip(names, made, strict=True)))


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine this turn is about."""
    return str(request.param)


@pytest.fixture(scope="module")
def sql_store_of(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeStore]:
    """Makes stores: empty ones, and copies of another one, which share its files."""
    made: list[SqlStore] = []
    names: dict[str, str] = {}
    server: Server | None = request.getfixturevalue("postgres") if engine == "postgresql" else None
    empty = request.getfixturevalue("migrated_file") if server is None else None

    def make(original: SqlStore | None = None) -> SqlStore:
        storage = original.storage_dir if original else tmp_path_factory.mktemp("storage")
        if server is None:
            path = tmp_path_factory.mktemp("database") / "store.sqlite3"
            source = original.url.removeprefix("sqlite:///") if original else empty
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(path)) as new:
                old.backup(new)
            url = f"sqlite:///{path}"
        else:
            name = server.create_database(names[original.url] if original else "migrated")
            url = server.url(name)
            names[url] = name
        made.append(SqlStore(url, storage))
        return made[-1]

    yield make
    for store in made:
        store.close()
    if server is not None:
        for name in names.values():
            server.drop_database(name)


@pytest.fixture(scope="module")
def played(sql_store_of: MakeStore) -> Case:
    """The case played once; its store is closed, so that it can be copied."""
    case = play(sql_store_of())
    case.store.close()
    return case


@pytest.fixture
def case(played: Case, sql_store_of: MakeStore) -> Iterator[Case]:
    """A copy of the played case that a test may damage."""
    store = sql_store_of(played.store)
    yield replace(played, store=store)
    store.close()


def check(case: Case) -> Report:
    return verify(case.store, project=projector(case.house.catalogue))


def test_all_that_the_services_do_verifies_and_exports_clean(case: Case, tmp_path: Path) -> None:
    report = check(case)
    assert report.findings == []
    assert report.checked["文号"] == 5
    assert report.checked["呈现件"] == 15
    for key, document in case.documents.items():
        target = tmp_path / f"{key}.zip"
        export_record(case.store, document.id, target, scope=SYSTEM_SCOPE, at=START)
        assert verify_record.main([str(target)]) == 0


FIRST, LAST = "川西节监通〔2026〕1号", "川西节监通〔2026〕4号"
SCAN = "kind = '签字扫描件'"
ISSUED, OUTSIDE = f"text = '{FIRST}'", "text = '川办节监〔2026〕7号'"
EXCHANGE = (
    "UPDATE rendition SET blob_sha256 = (SELECT min(blob_sha256) FROM rendition WHERE kind = '附件') "
    f"WHERE {SCAN}"
)
ADDED = (
    "INSERT INTO rendition SELECT 'X', document_id, version_no, kind, blob_sha256, size, media_type, filename, "
    f"pages, manifest_sha256, created_by, created_at FROM rendition WHERE {SCAN}"
)
TAMPERINGS: list[tuple[str, Fault, str]] = [
    (f"DELETE FROM rendition WHERE {SCAN}", Fault.RENDITION, "第5版的呈现件"),
    ("DELETE FROM rendition WHERE filename = '第1页.jpg'", Fault.RENDITION, "登记中却没有"),
    ("DELETE FROM rendition WHERE kind = 'pdf' AND version_no = 5", Fault.RENDITION, "第5版的呈现件"),
    ("DELETE FROM rendition WHERE kind = 'docx' AND version_no = 5", Fault.RENDITION, "第5版的呈现件"),
    (EXCHANGE, Fault.RENDITION, "第5版的签字扫描件"),
    (f"UPDATE rendition SET version_no = 2 WHERE {SCAN}", Fault.RENDITION, "第5版的签字扫描件"),
    (f"UPDATE rendition SET filename = '换.pdf' WHERE {SCAN}", Fault.RENDITION, "“换.pdf”"),
    (f"UPDATE rendition SET pages = 1 WHERE {SCAN}", Fault.RENDITION, "登记的内容被改动"),
    (f"UPDATE rendition SET size = 1 WHERE {SCAN}", Fault.RENDITION, "登记的内容被改动"),
    (f"UPDATE rendition SET kind = '外来' WHERE {SCAN}", Fault.RENDITION, "登记的内容被改动"),
    (f"UPDATE rendition SET created_by = 'x' WHERE {SCAN}", Fault.RENDITION, "登记的内容被改动"),
    (
        f"UPDATE rendition SET document_id = (SELECT max(id) FROM document) WHERE {SCAN}",
        Fault.RENDITION,
        "没有操作记录记载过它",
    ),
    (ADDED, Fault.RENDITION, "没有操作记录记载过它"),
    (f"DELETE FROM number_entry WHERE {ISSUED}", Fault.NUMBER, f"“{FIRST}”，登记簿中没有"),
    ("DELETE FROM number_entry WHERE seq = 2", Fault.NUMBER, "缺少第2号"),
    (f"DELETE FROM number_entry WHERE text = '{LAST}'", Fault.NUMBER, "最后一号为第3号"),
    (f"DELETE FROM number_entry WHERE {OUTSIDE}", Fault.NUMBER, "“川办节监〔2026〕7号”"),
    ("DELETE FROM number_entry", Fault.NUMBER, "登记簿中没有"),
    (f"UPDATE number_entry SET status = '已作废' WHERE {ISSUED}", Fault.NUMBER, "应为“已使用”"),
    (f"UPDATE number_entry SET status = '已收回' WHERE {ISSUED}", Fault.NUMBER, "应为“已使用”"),
    (f"UPDATE number_entry SET status = '乱写' WHERE {ISSUED}", Fault.NUMBER, "登记无法读取"),
    ("UPDATE number_entry SET status = '已使用' WHERE seq = 2", Fault.NUMBER, "应为“已作废”"),
    ("UPDATE number_entry SET status = '已使用' WHERE seq = 3", Fault.NUMBER, "应为“已作废”"),
    (f"UPDATE number_entry SET status = '已使用' WHERE {OUTSIDE}", Fault.NUMBER, "应为“外部取号”"),
    (f"UPDATE number_entry SET text = '川〔2026〕1号' WHERE {ISSUED}", Fault.NUMBER, "“川〔2026〕1号”"),
    (f"UPDATE number_entry SET document_id = '' WHERE {ISSUED}", Fault.NUMBER, "却没有对应的文书"),
    (f"UPDATE number_entry SET seq = 9 WHERE {ISSUED}", Fault.NUMBER, "第9号，与文号的文字不符"),
    ("UPDATE number_series SET next_seq = 3", Fault.NUMBER, "计数的下一号却为第3号"),
    ("DELETE FROM number_series", Fault.NUMBER, "缺少计数"),
    ("UPDATE version SET author_name = '李四' WHERE no = 2", Fault.VERSION, "第2版"),
]


@pytest.mark.parametrize(("statement", "fault", "said"), TAMPERINGS)
def test_each_change_behind_the_triggers_is_found_and_named(
    case: Case, statement: str, fault: Fault, said: str
) -> None:
    tamper(case.store, statement)
    report = check(case)
    assert not report.ok
    assert any(f.fault is fault and said in f.message for f in report.findings), report.findings
    assert all(f.message.endswith("。") for f in report.findings)


def test_a_row_changed_behind_the_triggers_leaves_the_other_documents_unsuspected(case: Case) -> None:
    tamper(case.store, f"UPDATE rendition SET filename = '换.pdf' WHERE {SCAN}")
    report = check(case)
    assert report.counts == {Fault.RENDITION: 1}
    assert case.documents["signed"].id in report.findings[0].place


def test_a_series_that_began_in_mid_year_has_no_hole_before_its_first_number(sql_store_of: MakeStore) -> None:
    store = sql_store_of()
    house = House(store=store)
    with store.uow(write=True) as u:
        u.numbers.set_start(Series("city", "inspection_notice", 2026), 12)
    assert [house.numbered(ME).number for _ in range(2)] == [f"川西节监通〔2026〕{n}号" for n in (12, 13)]
    seal_all(store, house.clock.now())
    assert verify(store, project=projector(house.catalogue)).findings == []
