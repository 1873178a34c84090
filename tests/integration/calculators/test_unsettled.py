"""Results that do not stand yet are told in the form: the marks of its sections, and the list of what to mend."""

from __future__ import annotations

from lxml import html

from formserver.core.computing import UNSETTLED, unsettled
from formserver.core.errors import Severity
from formserver.core.service_kit import Kit
from tests.integration.calculators.test_in_documents import ROW, begun, drafting
from tests.support.sheets import CLINKER
from tests.support.website import Website

KWH = {"total_kwh": "52560000", "it_kwh": "38000000"}


def told(site: Website, document, query: str = "?check=1") -> tuple[str, list[str], str]:
    """The words and the links of the list, and the state of the section with the calculations."""
    page = html.fromstring(site.client("chen").get(f"/documents/{document.id}/edit{query}").text)
    found = page.xpath("//*[@data-unsettled]")
    mark = page.xpath('//nav//a[@href="#section-calc"]/span[contains(@class, "fs-toc-mark")]/@class')[0]
    words = found[0].text_content() if found else ""
    return words, page.xpath("//*[@data-unsettled]//a/@href"), mark.rpartition("-")[2]


def test_a_result_that_waits_for_confirmation_is_told_when_all_is_checked(site: Website):
    document, _ = begun(site, "data_centre.data_centre", KWH)
    words, links, state = told(site, document)
    assert all(word in words for word in ("第1项", "数据中心", "待确认", "确认待核的数值"))
    assert links == [f"#/calculations/@{ROW}"]
    assert state == "unsettled"
    page = html.fromstring(site.client("chen").get(f"/documents/{document.id}/edit?check=1").text)
    assert page.get_element_by_id(links[0][1:]) is not None
    assert told(site, document, "") == ("", [], "unsettled")  # while somebody fills it, the mark alone


def test_an_incomplete_row_and_one_without_a_product_are_told(site: Website):
    document, draft = begun(site, values={**CLINKER, "clinker_t": "0"})
    rows = [*draft.body["calculations"], {"_k": "aaaaaaa2"}]
    drafting(site).patch(
        site.actor("chen"),
        document.id,
        seq=draft.seq,
        changes=[{"op": "set", "at": "/calculations", "value": rows}],
    )
    words, links, _ = told(site, document)
    assert "还不完整" in words
    assert "还没有选产品" in words
    assert links == [f"#/calculations/@{ROW}", "#/calculations/@aaaaaaa2"]


def test_an_edition_that_is_no_more_is_told_and_a_sound_result_is_not(site: Website):
    document, draft = begun(site)
    assert told(site, document) == ("", [], "complete")
    kit = site.context.service(Kit)
    dt = kit.catalogue.type(document.type, document.edition)
    draft.body["calculations"][0]["outcome"]["definitions"][0]["sha256"] = "0" * 64
    (problem,) = unsettled(kit, dt, draft.body)
    assert (problem.code, problem.severity, problem.pointer) == (
        UNSETTLED,
        Severity.WARNING,
        "/calculations/0",
    )
    assert "已被撤回" in problem.message
    assert unsettled(kit, dt, draft.body, {"/calculations"}) == []


def test_the_marks_follow_what_is_typed(site: Website):
    document, draft = begun(site)
    answer = site.client("chen").get(f"/documents/{document.id}/edit")
    token = html.fromstring(answer.text).xpath('//meta[@name="csrf-token"]/@content')[0]
    line = next(one for one in draft.body["calculations"][0]["inputs"] if one["key"] == "clinker_t")
    changed = site.client("chen").patch(
        f"/documents/{document.id}/draft",
        json={
            "seq": draft.seq,
            "changes": [
                {"op": "set", "at": f"/calculations/@{ROW}/inputs/@{line['_k']}/value", "value": "0"}
            ],
        },
        headers={"X-CSRF-Token": token},
    )
    marks = {one["key"]: one for one in changed.json["sections"]}
    assert (marks["calc"]["state"], marks["calc"]["text"]) == ("unsettled", "计算结果未定")
