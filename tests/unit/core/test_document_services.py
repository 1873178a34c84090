"""The life of a document through the services: nothing typed is lost, nothing approved changes, nothing signed moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from formserver.core.canonical import digest
from formserver.core.errors import AppError, Kind
from formserver.core.models import Cause, NumberStatus, RenditionKind, Series, State, version_hash
from formserver.core.signing import PenCorrection
from tests.support.house import House, person, photo_of_paper

ME, COLLEAGUE, STRANGER = person("陈志远"), person("何雨桐"), person("外市人员", agency="elsewhere")


@pytest.fixture
def house() -> House:
    return House()


def refused(code: str):
    return pytest.raises(AppError, check=lambda error: error.code.code == code)


def test_autosave_keeps_what_is_typed_and_cuts_no_version(house: House) -> None:
    document = house.drafting.create(ME, "inspection_notice")
    draft = house.drafting.open(ME, document.id).draft
    draft = house.drafting.patch(
        ME,
        document.id,
        seq=draft.seq,
        changes=[{"op": "set", "at": "/plan_ref", "value": "川经信〔2026〕3号"}],
    )
    again = house.drafting.open(ME, document.id)
    assert again.draft.body["plan_ref"] == "川经信〔2026〕3号"
    assert again.draft.seq == draft.seq
    assert again.document.head_version == 0


def test_a_second_tab_is_told_and_its_words_are_not_written_over(house: House) -> None:
    document = house.drafting.create(ME, "inspection_notice")
    seq = house.drafting.open(ME, document.id).draft.seq
    house.drafting.patch(ME, document.id, seq=seq, changes=[{"op": "set", "at": "/plan_ref", "value": "甲"}])
    with refused("DRAFT_STALE"):
        house.drafting.patch(
            ME, document.id, seq=seq, changes=[{"op": "set", "at": "/plan_ref", "value": "乙"}]
        )
    assert house.drafting.open(ME, document.id).draft.body["plan_ref"] == "甲"


def test_text_that_does_not_parse_stops_the_version_but_stays_in_the_draft(house: House) -> None:
    document = house.saved(ME)
    seq = house.drafting.open(ME, document.id).draft.seq
    house.drafting.patch(ME, document.id, seq=seq, changes=[{"op": "set", "at": "/issue_date", "raw": "5月"}])
    with refused("RAW_LEFT") as caught:
        house.drafting.save(ME, document.id)
    assert caught.value.problems[0].label == "成文日期"
    assert house.drafting.open(ME, document.id).draft.raw == {"/issue_date": "5月"}


def test_two_people_changing_different_places_are_combined(house: House) -> None:
    document = house.saved(ME)
    for who, at, value in [(ME, "/plan_ref", "川经信〔2026〕3号"), (COLLEAGUE, "/contact_person", "罗文博")]:
        seq = house.drafting.open(who, document.id).draft.seq
        house.drafting.patch(who, document.id, seq=seq, changes=[{"op": "set", "at": at, "value": value}])
    house.drafting.save(COLLEAGUE, document.id)
    house.drafting.save(ME, document.id)
    body = house.drafting.open(ME, document.id).draft.body
    assert (body["plan_ref"], body["contact_person"]) == ("川经信〔2026〕3号", "罗文博")


def test_two_people_changing_one_place_see_both_values_and_choose(house: House) -> None:
    document = house.saved(ME)
    for who, value in [(ME, "甲"), (COLLEAGUE, "乙")]:
        seq = house.drafting.open(who, document.id).draft.seq
        house.drafting.patch(
            who, document.id, seq=seq, changes=[{"op": "set", "at": "/contact_person", "value": value}]
        )
    house.drafting.save(COLLEAGUE, document.id)
    with refused("VERSION_CONFLICT") as caught:
        house.drafting.save(ME, document.id)
    assert "甲" in caught.value.problems[0].message
    assert "乙" in caught.value.problems[0].message
    (conflict,) = house.drafting.rebase(ME, document.id, {}).conflicts
    assert (conflict.mine, conflict.theirs) == ("甲", "乙")
    house.drafting.rebase(ME, document.id, {"/contact_person": "theirs"})
    with refused("NOTHING_CHANGED"):
        house.drafting.save(ME, document.id)


def test_who_only_looked_is_not_shown_as_working_on_the_document(house: House) -> None:
    document = house.saved(ME)
    house.drafting.open(COLLEAGUE, document.id)
    assert house.drafting.open(ME, document.id).others == ()
    seq = house.drafting.open(COLLEAGUE, document.id).draft.seq
    house.drafting.patch(
        COLLEAGUE, document.id, seq=seq, changes=[{"op": "set", "at": "/contact_person", "value": "乙"}]
    )
    assert [draft.user_id for draft in house.drafting.open(ME, document.id).others] == [COLLEAGUE.user_id]


def test_an_unknown_field_or_a_wrong_type_is_refused_by_name(house: House) -> None:
    with refused("INVALID_INPUT") as caught:
        house.drafting.create(ME, "inspection_notice", body={"plan_ref": 3, "secret": "x"})
    assert {p.pointer for p in caught.value.problems} == {"/plan_ref", "/secret"}


def test_a_notice_goes_from_draft_to_number_with_paper(house: House) -> None:
    document = house.numbered(ME)
    assert document.number == "川西节监通〔2026〕1号"
    assert document.state is State.NUMBERED
    (paper,) = house.papers.renditions(ME, document.id)
    assert (paper.kind, paper.version_no) == (RenditionKind.DOCX, document.head_version)
    assert house.store.blobs.read(paper.blob_sha256).startswith(b"PK")


def test_the_year_of_a_number_follows_shanghai(house: House) -> None:
    house.clock.advance(timedelta(days=52, hours=16))  # 2026-12-31 17:00 UTC is New Year's Day in China
    assert house.numbered(ME).number == "川西节监通〔2027〕1号"


def test_numbers_follow_each_other_without_a_gap(house: House) -> None:
    numbers = [house.numbered(ME).number for _ in range(3)]
    assert numbers == [f"川西节监通〔2026〕{n}号" for n in (1, 2, 3)]


def test_a_number_whose_paper_cannot_be_printed_is_given_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = house.saved(ME)
    house.step(ME, document, "submit")
    house.step(ME, document, "approve")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(type(house.store.blobs), "put_bytes", full_disk)
        with pytest.raises(OSError, match="space"):
            house.issuing.take_number(ME, document.id, base_version=3)
    assert house.head(ME, document.id).state is State.APPROVED
    assert house.issuing.take_number(ME, document.id, base_version=3).number.endswith("1号")


def test_an_incomplete_notice_cannot_be_submitted_and_every_gap_is_named(house: House) -> None:
    document = house.drafting.create(ME, "inspection_notice", body={"plan_ref": "x"})
    house.drafting.save(ME, document.id)
    with refused("INVALID_INPUT") as caught:
        house.step(ME, document, "submit")
    labels = {p.label for p in caught.value.problems}
    assert any("监察人员" in label for label in labels)
    assert len(labels) > 5


def test_submitting_with_unsaved_changes_is_refused(house: House) -> None:
    document = house.saved(ME)
    seq = house.drafting.open(ME, document.id).draft.seq
    house.drafting.patch(ME, document.id, seq=seq, changes=[{"op": "set", "at": "/plan_ref", "value": "新"}])
    with refused("UNSAVED_DRAFT"):
        house.step(ME, document, "submit")


def test_what_was_approved_is_what_gets_the_number(house: House) -> None:
    document = house.saved(ME)
    house.step(ME, document, "submit")
    with refused("NOT_EDITABLE"):
        house.drafting.open(COLLEAGUE, document.id)
    approved = house.step(ME, document, "approve")
    assert approved.approved_body_sha256 == digest(house.catalogue.sample("inspection_notice"))


def test_an_approver_who_looked_at_an_older_version_is_stopped(house: House) -> None:
    document = house.saved(ME)
    house.step(ME, document, "submit")
    house.step(ME, document, "withdraw")
    house.step(ME, document, "submit")
    with refused("HEAD_MOVED"):
        house.issuing.transition(COLLEAGUE, document.id, "approve", base_version=2)


def test_reopening_keeps_the_number_and_asks_for_a_new_approval(house: House) -> None:
    document = house.numbered(ME)
    number = document.number
    reopened = house.step(ME, document, "reopen", reason="地址写错")
    assert (reopened.state, reopened.number, reopened.approved_body_sha256) == (State.DRAFT, number, "")
    house.step(ME, document, "submit")
    house.step(ME, document, "approve")
    head = house.head(ME, document.id)
    assert house.issuing.take_number(ME, document.id, base_version=head.head_version).number == number


def test_voiding_keeps_the_paper_and_the_number_stays_used(house: House) -> None:
    document = house.numbered(ME)
    with refused("REASON_NEEDED"):
        house.issuing.void(ME, document.id, reason=" ")
    house.issuing.void(ME, document.id, reason="企业名称有误")
    with house.store.uow() as u:
        (entry,) = u.numbers.entries(Series("city", "inspection_notice", 2026))
    assert (entry.status, entry.reason) == (NumberStatus.VOID, "企业名称有误")
    assert house.papers.renditions(ME, document.id)
    assert house.numbered(ME).number.endswith("2号")


def test_a_signed_scan_is_bound_to_the_version_that_was_printed(house: House) -> None:
    document = house.numbered(ME)
    printed = house.issuing.finalise(ME, document.id, base_version=document.head_version)
    first, second = photo_of_paper("white"), photo_of_paper("ivory")
    signed = house.signing.sign(
        ME, document.id, [("第1页.jpg", first), ("第2页.jpg", second)], base_version=printed.head_version
    )
    assert signed.scan.version_no == printed.printed_version == printed.head_version
    assert signed.scan.pages == 2
    kept = [r for r in house.papers.renditions(ME, document.id) if r.kind is RenditionKind.ATTACHMENT]
    assert [house.store.blobs.read(r.blob_sha256) for r in kept] == [first, second]
    assert house.head(ME, document.id).state is State.SIGNED
    with refused("NOT_EDITABLE"):
        house.drafting.open(ME, document.id)


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00", b"PK\x03\x04abc", b"%PDF-1.7 cut off"])
def test_what_is_no_scan_is_refused_and_the_paper_keeps_waiting(house: House, data: bytes) -> None:
    document = house.numbered(ME)
    house.issuing.finalise(ME, document.id, base_version=document.head_version)
    with refused("SCAN_REFUSED"):
        house.signing.sign(ME, document.id, [("签字件.pdf", data)], base_version=document.head_version + 1)
    assert house.head(ME, document.id).state is State.FINAL


def test_a_pen_correction_keeps_both_values_and_the_data_follow(house: House) -> None:
    document = house.numbered(ME)
    printed = house.issuing.finalise(ME, document.id, base_version=document.head_version)
    old = house.catalogue.sample("inspection_notice")["contact_phone"]
    house.signing.sign(
        ME,
        document.id,
        [("签字件.jpg", photo_of_paper())],
        base_version=printed.head_version,
        corrections=[PenCorrection(page=1, at="/contact_phone", new="028-55550188")],
    )
    head = house.head(ME, document.id)
    with house.store.uow() as u:
        content = u.documents.version(document.id, head.head_version, ME.scope)
    assert content.version.cause is Cause.CORRECT
    assert content.body["contact_phone"] == "028-55550188"
    (noted,) = content.envelope["corrections"]
    assert (noted["old"], noted["new"], noted["page"]) == (old, "028-55550188", 1)


def test_a_printed_field_is_not_changed_as_if_the_pen_had_filled_it(house: House) -> None:
    document = house.numbered(ME)
    printed = house.issuing.finalise(ME, document.id, base_version=document.head_version)
    with refused("NOT_A_PEN_FIELD"):
        house.signing.sign(
            ME,
            document.id,
            [("a.jpg", photo_of_paper())],
            base_version=printed.head_version,
            pen_fields={"/contact_phone": "1"},
        )


def test_a_signed_receipt_marks_the_papers_it_lists_as_served(house: House) -> None:
    notice = house.numbered(ME)
    house.issuing.finalise(ME, notice.id, base_version=notice.head_version)
    house.signing.sign(ME, notice.id, [("a.jpg", photo_of_paper())], base_version=notice.head_version + 1)
    sample = house.catalogue.sample("service_receipt")
    rows = [{**sample["docs"][0], "doc_no": notice.number.replace("〔", "[").replace("〕", "]")}]
    receipt = house.saved(ME, "service_receipt", docs=rows)
    printed = house.issuing.finalise(ME, receipt.id, base_version=1)
    house.signing.sign(ME, receipt.id, [("b.jpg", photo_of_paper())], base_version=printed.head_version)
    assert house.head(ME, notice.id).state is State.SERVED


def test_a_receipt_for_papers_from_outside_only_warns(house: House) -> None:
    receipt = house.saved(ME, "service_receipt")
    printed = house.issuing.finalise(ME, receipt.id, base_version=1)
    signed = house.signing.sign(
        ME, receipt.id, [("b.jpg", photo_of_paper())], base_version=printed.head_version
    )
    assert {w.code for w in signed.warnings} >= {"LISTED_UNKNOWN"}


def test_somebody_of_another_city_finds_nothing_at_any_address(house: House) -> None:
    document = house.numbered(ME)
    (paper,) = house.papers.renditions(ME, document.id)
    deeds = [
        lambda: house.drafting.open(STRANGER, document.id),
        lambda: house.drafting.patch(STRANGER, document.id, seq=1, changes=[]),
        lambda: house.drafting.save(STRANGER, document.id),
        lambda: house.drafting.check(STRANGER, document.id),
        lambda: house.drafting.discard(STRANGER, document.id),
        lambda: house.issuing.finalise(STRANGER, document.id, base_version=4),
        lambda: house.issuing.void(STRANGER, document.id, reason="x"),
        lambda: house.papers.preview(STRANGER, document.id),
        lambda: house.papers.renditions(STRANGER, document.id),
        lambda: house.papers.fetch(STRANGER, paper.document_id, paper.id),
        lambda: house.signing.sign(STRANGER, document.id, [("a.jpg", photo_of_paper())], base_version=4),
    ]
    for deed in deeds:
        with pytest.raises(AppError) as caught:
            deed()
        assert caught.value.kind is Kind.NOT_FOUND


def test_without_the_permission_nothing_happens(house: House) -> None:
    nobody = person("访客", permissions=frozenset())
    document = house.saved(ME)
    for deed in (
        lambda: house.drafting.create(nobody, "inspection_notice"),
        lambda: house.drafting.open(nobody, document.id),
        lambda: house.step(nobody, document, "submit"),
        lambda: house.papers.renditions(nobody, document.id),
    ):
        with pytest.raises(AppError) as caught:
            deed()
        assert caught.value.kind is Kind.NOT_ALLOWED


def test_versions_form_a_chain_that_can_be_computed_again(house: House) -> None:
    document = house.numbered(ME)
    with house.store.uow() as u:
        versions = u.documents.versions(document.id, ME.scope)
    previous = ""
    for v in versions:
        assert v.previous_hash == previous
        assert v.hash == version_hash(
            v.document_id,
            v.no,
            v.cause,
            v.state,
            v.author_id,
            v.author_name,
            v.at,
            v.reason,
            v.body_sha256,
            v.envelope_sha256,
            previous,
        )
        previous = v.hash
    assert [v.cause for v in versions] == [Cause.CREATE, Cause.TRANSITION, Cause.TRANSITION, Cause.NUMBER]


def test_the_preview_of_an_unfinished_draft_is_marked_and_stored_nowhere(house: House) -> None:
    document = house.drafting.create(ME, "inspection_notice", body={"plan_ref": "川经信〔2026〕3号"})
    assert house.papers.preview(ME, document.id).startswith(b"PK")
    assert house.papers.renditions(ME, document.id) == ()


def test_an_external_number_is_brought_to_form_and_used_once(house: House) -> None:
    documents = [house.saved(ME) for _ in range(2)]
    for document in documents:
        house.step(ME, document, "submit")
        house.step(ME, document, "approve")
    first = house.issuing.record_external_number(ME, documents[0].id, "川办节监[2026]007号", base_version=3)
    assert first.number == "川办节监〔2026〕7号"
    with pytest.raises(AppError) as caught:
        house.issuing.record_external_number(ME, documents[1].id, "川办节监〔2026〕7号", base_version=3)
    assert caught.value.kind is Kind.CONFLICT
