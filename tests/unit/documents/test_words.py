"""Values, changes and files in words people know; limits that forget."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from formserver.core.clock import FixedClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.validation import validate_complete
from formserver.core.jobs import Job, JobState
from formserver.core.models import AuditEvent
from formserver.core.permissions import system_actor
from formserver.documents.body_view import Fact, RowTable, reading_view
from formserver.documents.files import job_state
from formserver.documents.form_page import section_states
from formserver.documents.listing import highlighted
from formserver.documents.saying import event_text, place_text, size_text, value_text
from formserver.scans.pen import pen_nodes, whole
from formserver.web.forms.codec import FormCodec
from formserver.web.throttle import Throttle

NOW = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
CATALOGUE = shipped_catalogue(FixedClock(NOW))
NOTICE = CATALOGUE.type("inspection_notice")


@pytest.mark.parametrize(
    ("value", "said"),
    [(True, "是"), (False, "否"), (None, ""), ([], ""), (["甲", "乙"], "甲、乙"), (0, "0"), ("  x ", "  x ")],
)
def test_values_are_said_as_people_say_them(value, said) -> None:
    assert value_text(None, value) == said


def test_a_time_is_read_with_a_blank() -> None:
    assert value_text(NOTICE.leaf("/inspect_from"), "2026-11-17T09:30") == "2026-11-17 09:30"


def test_rows_and_groups_are_said_with_their_titles_and_without_keys() -> None:
    row = {"_k": "abcdefgh", "name": "陈志远", "cert_no": "51180012031"}
    assert place_text(NOTICE, "/inspectors/@abcdefgh", row) == "姓名：陈志远；执法证号：51180012031"
    assert place_text(NOTICE, "/inspectors", [row]).startswith("1. 姓名：陈志远")
    assert place_text(NOTICE, "/enterprise", {"ent_name": "川西水泥"}) == "被监察单位：川西水泥"


def test_a_snippet_is_escaped_before_its_hits_are_marked() -> None:
    assert highlighted("<b>\x02水泥\x03</b>") == "&lt;b&gt;<mark>水泥</mark>&lt;/b&gt;"


def test_every_type_can_be_read_and_hides_what_its_conditions_hide() -> None:
    for dt in CATALOGUE.types():
        body = CATALOGUE.sample(dt.key)
        hidden = sorted(dt.hidden(body))
        sections = reading_view(dt, body, hidden)
        assert sections
        items = [item for section in sections for item in section.items]
        tables = [item for item in items if isinstance(item, RowTable)]
        assert all(len(row) == len(t.columns) for t in tables for row in t.rows)
        facts = [item for item in items if isinstance(item, Fact)]
        assert any(fact.text for fact in facts)
    body = {
        **CATALOGUE.sample("inspection_notice"),
        "notice_exempt": False,
        "notice_exempt_reason": "藏起来的",
    }
    shown = reading_view(NOTICE, body, sorted(NOTICE.hidden(body)))
    assert "藏起来的" not in str(shown)


def test_the_marks_of_sections_tell_wrong_from_missing_from_empty() -> None:
    body = {"issuing_organ": "机关", "enterprise": {"ent_name": "甲"}}
    states = section_states(NOTICE, body, {"/issue_date": "5月"}, validate_complete(NOTICE, body))
    assert states[NOTICE.by_pattern["/issue_date"].section] == ("errors", 1)
    assert states[NOTICE.by_pattern["/enterprise"].section] == ("partial", 0)
    assert states[NOTICE.by_pattern["/inspectors"].section] == ("empty", 0)
    sample = CATALOGUE.sample("inspection_notice")
    complete = section_states(NOTICE, sample, {}, validate_complete(NOTICE, sample))
    assert {state for state, _ in complete.values()} == {"complete"}


def test_events_are_told_without_ids() -> None:
    me = system_actor("陈志远")

    def event(action: str, **data) -> AuditEvent:
        return AuditEvent("1", NOW, me.user_id, me.name, "", action, "doc", "文件.docx", data)

    assert event_text(event("document.saved", version=3)) == "保存 · 第3版"
    said = event_text(event("document.void", version=4, number="川节监通〔2026〕1号", reason="写错"))
    assert said == "作废 · 川节监通〔2026〕1号 · 第4版 · 理由：写错"
    assert event_text(event("rendition.downloaded", sha256="x")) == "下载文件 · 文件.docx"


@pytest.mark.parametrize(("size", "said"), [(1, "1 KB"), (12_345, "12 KB"), (3_565_158, "3.4 MB")])
def test_sizes_are_rounded_for_people(size: int, said: str) -> None:
    assert size_text(size) == said


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (JobState.WAITING, "", "排队中"),
        (JobState.WAITING, "没有安装 LibreOffice。", "没有安装 LibreOffice"),
        (JobState.FAILED, "文件已损坏。", "文件已损坏"),
        (JobState.DONE, "", "已生成"),
    ],
)
def test_the_progress_of_a_pdf_says_why_it_is_not_there(state, error, said) -> None:
    job = Job("1", "pdf", "k", {}, state, 1, 1, 0, "", "", "", NOW, NOW, error=error)
    assert said in job_state(job)["text"]
    assert job_state(None)["state"] == "none"


def test_an_address_is_stopped_at_its_limit_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("formserver.web.throttle.time.monotonic", lambda: now[0])
    throttle = Throttle(2, 60.0)
    assert [throttle.allow("a") for _ in range(3)] == [True, True, False]
    assert throttle.allow("b")
    now[0] = 61.0
    assert throttle.allow("a")


def test_every_row_is_there_for_the_pen_however_many_there_are() -> None:
    dt = CATALOGUE.type("integrity_pledge")
    rows = [{"_k": f"{n:08d}", "name": f"第{n}人"} for n in range(120)]
    codec = FormCodec(dt, NOW.date())
    drawn = whole(lambda pages: codec.sections({"pledgers": rows}, pages=pages))
    (node,) = [n for view in drawn for n in pen_nodes(view.nodes) if n.name == "/pledgers"]
    assert [row.key for row in node.rows] == [row["_k"] for row in rows]
    assert any(cell.leaf.key == "sign_date" for cell in node.rows[-1].cells)
    assert [cell.readonly for cell in node.rows[-1].cells if cell.leaf.key == "name"] == [True]
