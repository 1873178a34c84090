"""The register through its pages: create, find, change, conflicts, twins, scope, history."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from formserver.core.errors import AppError
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.service import EnterpriseService
from tests.support.web import context_of

GOOD_CODE = "91510000123456788G"


def create(client, **fields):
    page = client.submit(client.get("/enterprises/new"), "/enterprises/new", fields)
    return page.response.request.path.rpartition("/")[2]


def register_of(app):
    return context_of(app).service(EnterpriseService)


def diff_rows(page):
    rows = page.tree.xpath("//table[@class='fs-diff']/tbody/tr")
    return [[cell.text_content().strip() for cell in row] for row in rows]


def names(app, actor, query):
    return [e.name for e in register_of(app).search(actor, EnterpriseQuery(text=query)).items]


def test_an_enterprise_is_created_shown_and_listed(client_as):
    client = client_as("inspector")
    key = create(client, name="川西水泥有限公司", uscc=GOOD_CODE, region_name="成都市金堂县", key_user="y")
    page = client.get(f"/enterprises/{key}")
    assert page.heading == "川西水泥有限公司"
    assert GOOD_CODE in page.text
    assert "重点用能单位" in page.text
    assert "川西水泥有限公司" in client.get("/enterprises/").text


def test_names_that_look_like_markup_are_shown_as_text(client_as):
    client = client_as("inspector")
    evil = '<img src=x onerror=alert(1)>"厂"&{{7*7}}'
    key = create(client, name=evil)
    for url in (f"/enterprises/{key}", "/enterprises/", f"/enterprises/{key}/edit"):
        page = client.get(url)
        assert not page.tree.xpath("//img[@src='x']")
    assert evil in client.get(f"/enterprises/{key}").text


@pytest.mark.parametrize(
    "query",
    [
        "川西",
        "cxsn",
        "CXSN",
        "xsn",
        "chuanxi",
        "水泥 川",
        GOOD_CODE[:8].lower(),
        "川西水泥有限公司",
        "ｃｘｓｎ",
    ],
)
def test_an_enterprise_is_found_by_what_people_type(app, people, query):
    actor = people("inspector")
    register_of(app).create(actor, {"name": "川西水泥有限公司", "uscc": GOOD_CODE})
    register_of(app).create(actor, {"name": "绵阳长虹电器厂"})
    assert names(app, actor, query) == ["川西水泥有限公司"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "' OR 1=1 --", "cxsnx", "水泥 电器"])
def test_signs_of_the_query_language_find_nothing_special(app, people, query):
    actor = people("inspector")
    register_of(app).create(actor, {"name": "川西水泥有限公司"})
    assert names(app, actor, query) == []


def test_a_character_with_two_readings_is_found_by_both(app, people):
    actor = people("inspector")
    register_of(app).create(actor, {"name": "重庆银行"})
    assert names(app, actor, "cqyh") == names(app, actor, "zqyx") or names(app, actor, "cqyh") == ["重庆银行"]


def test_the_best_fit_comes_first(app, people):
    actor = people("inspector")
    for name in ("四川川西水泥集团", "川西水泥有限公司", "川西水泥", "成县水泥厂"):
        register_of(app).create(actor, {"name": name})
    assert names(app, actor, "川西水泥") == ["川西水泥", "川西水泥有限公司", "四川川西水泥集团"]
    assert names(app, actor, "cxsn")[-1] == "四川川西水泥集团"


def test_pages_follow_each_other_without_gap_or_repetition(app, people):
    actor, register = people("inspector"), register_of(app)
    for n in range(25):
        register.create(actor, {"name": f"第{n:02}水泥厂"})
    for query in ("", "sn"):
        seen, cursor = [], ""
        while True:
            page = register.search(actor, EnterpriseQuery(text=query, cursor=cursor, limit=7))
            assert page.count == 25
            seen += [e.name for e in page.items]
            if not (cursor := page.next_cursor):
                break
        assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "🙂", "WzEsMiwzXQ"])
def test_a_made_up_page_address_is_refused_politely(client_as, cursor):
    assert "第一页" in client_as("viewer").get(f"/enterprises/?cursor={cursor}", status=422).text


def test_the_province_sees_the_city_but_one_city_not_another(app, client_as):
    key = create(client_as("chengdu"), name="锦江玻璃厂", uscc=GOOD_CODE)
    assert client_as("inspector").get(f"/enterprises/{key}").heading == "锦江玻璃厂"
    stranger = client_as("mianyang")
    for url in (f"/enterprises/{key}", f"/enterprises/{key}/edit"):
        assert "锦江" not in stranger.get(url, status=404).text
    stranger.post(f"/enterprises/{key}/edit", {"name": "夺走"}, status=404)
    assert "锦江" not in stranger.get("/enterprises/?q=锦江").tree.xpath("string(//table)")
    assert stranger.http.get("/enterprises/pick?q=jjbl").json["items"] == []
    assert create(stranger, name="锦江玻璃厂", uscc=GOOD_CODE)  # no hint that another city has it


def test_a_wrong_check_digit_warns_but_does_not_block(client_as):
    client = client_as("inspector")
    key = create(client, name="川西水泥", uscc="915100001234567880")
    assert "核对营业执照" in client.get(f"/enterprises/{key}").text
    page = client.get(f"/enterprises/{key}/edit")
    assert "核对营业执照" in page.tree.xpath("string(//*[@id='uscc-warning'])")


def test_missing_and_overlong_fields_are_named_and_everything_typed_is_kept(client_as):
    client = client_as("inspector")
    page = client.submit(
        client.get("/enterprises/new"), "/enterprises/new", {"name": "", "contact": "张" * 51}, status=422
    )
    assert "请填写单位名称" in page.text
    assert "最多 50 个字符，现在有 51 个" in page.text
    assert page.form("/enterprises/new")["contact"] == "张" * 51


def test_when_two_people_edit_the_second_sees_both_values(client_as):
    first, second = client_as("inspector"), client_as("leader")
    key = create(first, name="川西水泥", contact="旧联系人", phone="028-1")
    url = f"/enterprises/{key}/edit"
    mine, theirs = first.get(url), second.get(url)
    second.submit(theirs, url, {"contact": "李四"})
    refused = first.submit(mine, url, {"contact": "张三"}, status=409)
    assert diff_rows(refused) == [["联系人", "张三", "李四"]]
    assert refused.form(url)["contact"] == "张三"
    saved = first.submit(refused, url)
    assert "张三" in saved.text


def test_a_second_record_of_the_same_firm_needs_a_confirmation(client_as):
    client = client_as("inspector")
    create(client, name="川西水泥（集团）有限公司", uscc=GOOD_CODE)
    fields = {"name": "另一个名字", "uscc": GOOD_CODE.lower()}
    asked = client.submit(client.get("/enterprises/new"), "/enterprises/new", fields, status=409)
    assert "川西水泥（集团）有限公司" in asked.text
    same_name = {"name": "川西水泥(集团)有限公司"}
    client.submit(client.get("/enterprises/new"), "/enterprises/new", same_name, status=409)
    done = client.submit(asked, "/enterprises/new", {"confirm_duplicate": "y"})
    assert done.heading == "另一个名字"
    assert "请核对是否重复" in done.text


def test_every_change_is_kept_with_who_and_what(client_as):
    client = client_as("inspector")
    key = create(client, name="川西水泥", phone="028-1")
    client.submit(client.get(f"/enterprises/{key}/edit"), f"/enterprises/{key}/edit", {"phone": "028-2"})
    page = client.get(f"/enterprises/{key}")
    assert diff_rows(page) == [["联系电话", "028-1", "028-2"]]
    assert "李明" in page.tree.xpath("string(//ol[@class='fs-timeline'])")


@pytest.mark.parametrize(
    "deed", ["UPDATE enterprise_change SET cause = 'x'", "DELETE FROM enterprise_change"]
)
def test_history_cannot_be_rewritten_even_by_sql(app, people, deed):
    register_of(app).create(people("inspector"), {"name": "川西水泥"})
    with pytest.raises((AppError, DBAPIError)), context_of(app).store.unit(write=True) as u:
        u.connection.execute(text(deed))


def test_a_save_without_a_difference_leaves_no_trace(app, people):
    actor, register = people("inspector"), register_of(app)
    item = register.create(actor, {"name": "川西水泥"})
    register.edit(actor, item.id, {"name": "川西水泥"}, expected_version=1)
    assert len(register.history(actor, item.id)) == 1


def test_the_picker_gets_the_facts_that_documents_ask_for(client_as):
    client = client_as("inspector")
    create(client, name="川西水泥", uscc=GOOD_CODE, reg_address="成都市1号", industry_name="水泥制造")
    [item] = client.http.get("/enterprises/pick?q=cxsn").json["items"]
    assert item["facts"]["reg_address"] == "成都市1号"
    assert item["facts"]["industry"] == "水泥制造"
    assert item["facts"]["site_address"] == "成都市1号"
