"""Numbers given outside, reasons typed in haste: what the register and the history then say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from formserver.core.errors import AppError
from formserver.core.models import NumberStatus, RenditionKind, Series, State
from tests.support.house import House, person, photo_of_paper

ME = person("何雨桐")
SERIES = Series("city", "inspection_notice", 2026)


@pytest.fixture
def house() -> House:
    """The services in memory, with the real renderer."""
    return House()


def approved(house: House) -> str:
    """A notice that waits for its number; its id."""
    document = house.saved(ME)
    house.step(ME, document, "submit")
    return house.step(ME, document, "approve").id


@pytest.mark.parametrize("text", ["", "  ", "川\n外〔2026〕9号", "川\x00外〔2026〕9号", "\ud800", "外" * 101])
def test_an_outside_number_nobody_can_print_is_refused(house: House, text: str) -> None:
    document_id = approved(house)
    with pytest.raises(AppError) as refused:
        house.issuing.record_external_number(ME, document_id, text, base_version=3)
    assert refused.value.code.code == "BAD_NUMBER"
    assert "文号" in str(refused.value)
    assert house.head(ME, document_id).state is State.APPROVED
    with house.store.uow() as u:
        assert u.numbers.entries(SERIES) == ()


def test_an_outside_number_in_place_of_ours_leaves_ours_void_with_the_reason(house: House) -> None:
    document = house.numbered(ME)
    house.step(ME, document, "reopen", "改用市政府文号")
    house.step(ME, document, "submit")
    head = house.step(ME, document, "approve")
    done = house.issuing.record_external_number(
        ME, head.id, "川府节〔2026〕9号", base_version=head.head_version
    )
    assert done.number == "川府节〔2026〕9号"
    with house.store.uow() as u:
        fates = {e.text: (e.status, e.reason) for e in u.numbers.entries(SERIES)}
    assert fates == {
        "川西节监通〔2026〕1号": (NumberStatus.VOID, "改用外部文号 川府节〔2026〕9号"),
        "川府节〔2026〕9号": (NumberStatus.EXTERNAL, ""),
    }


def test_the_same_outside_number_again_after_reopening_is_no_conflict(house: House) -> None:
    document_id = approved(house)
    house.issuing.record_external_number(ME, document_id, "川府节〔2026〕9号", base_version=3)
    document = house.head(ME, document_id)
    house.step(ME, document, "reopen", "地址写错")
    house.step(ME, document, "submit")
    head = house.step(ME, document, "approve")
    done = house.issuing.record_external_number(
        ME, document_id, "川府节[2026]9号", base_version=head.head_version
    )
    assert done.number == "川府节〔2026〕9号"
    with house.store.uow() as u:
        (entry,) = u.numbers.for_document(document_id)
    assert entry.status is NumberStatus.EXTERNAL


def test_an_expired_edition_takes_no_outside_number_either(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = approved(house)
    monkeypatch.setattr(house.catalogue, "is_in_force", lambda key, edition, on=None: False)
    with pytest.raises(AppError) as refused:
        house.issuing.record_external_number(ME, document_id, "川府节〔2026〕9号", base_version=3)
    assert refused.value.code.code == "TYPE_EXPIRED"


@pytest.mark.parametrize("reason", ["地址\x00写错", "地址\ud800", "错" * 2001])
def test_a_reason_no_paper_can_carry_is_refused_by_name(house: House, reason: str) -> None:
    document = house.numbered(ME)
    for deed in (
        lambda: house.step(ME, document, "reopen", reason),
        lambda: house.issuing.void(ME, document.id, reason=reason),
    ):
        with pytest.raises(AppError) as refused:
            deed()
        assert [p.label for p in refused.value.problems] == ["理由"]
    assert house.head(ME, document.id) == document
    record = house.saved(ME, "site_record")
    draft = house.drafting.open(ME, record.id).draft
    house.drafting.patch(
        ME, record.id, seq=draft.seq, changes=[{"op": "set", "at": "/place", "value": "别处"}]
    )
    with pytest.raises(AppError) as refused:
        house.drafting.save(ME, record.id, reason=reason)
    assert [p.label for p in refused.value.problems] == ["理由"]


def test_a_reason_of_several_lines_is_kept_with_plain_line_ends(house: House) -> None:
    document = house.numbered(ME)
    head = house.step(ME, document, "reopen", "  地址写错\r\n日期也写错 ")
    with house.store.uow() as u:
        version = u.documents.version(document.id, head.head_version, ME.scope).version
    assert version.reason == "地址写错\n日期也写错"


def test_numbers_follow_the_calendar_of_china(house: House) -> None:
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    house.clock.advance(new_year - timedelta(minutes=1) - house.clock.now())
    assert house.numbered(ME).number == "川西节监通〔2026〕1号"
    house.clock.advance(timedelta(minutes=1))
    assert house.numbered(ME).number == "川西节监通〔2027〕1号"


def test_the_sealed_trail_names_the_very_papers_that_were_printed_and_signed(house: House) -> None:
    document = house.numbered(ME)
    final = house.issuing.finalise(ME, document.id, base_version=document.head_version)
    house.signing.sign(ME, final.id, [("1.jpg", photo_of_paper())], base_version=final.head_version)
    with house.store.uow() as u:
        said = {e.action: e.data for e in u.events.for_document(document.id)}
        papers = {(r.kind, r.version_no): r.blob_sha256 for r in u.renditions.for_document(document.id)}
    for action, no in (("document.number", document.head_version), ("document.finalise", final.head_version)):
        assert said[action]["docx_sha256"] == papers[RenditionKind.DOCX, no]
    assert said["document.signed"]["scan_sha256"] == papers[RenditionKind.SCAN, final.head_version]
    assert "docx_sha256" not in said["document.approve"]
