"""What stands before and behind every page: refusals, limits, tokens, headers, designed errors."""

from __future__ import annotations

import json

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.web import PASSWORD, context_of

OK, SIGN_IN, DENIED, MISSING = 200, "sign-in", 403, 404

REFUSALS = [
    # route, then the status for: stranger, nobody, viewer, inspector, clerk, admin
    ("/", SIGN_IN, OK, OK, OK, OK, OK),
    ("/sign-in", OK, OK, OK, OK, OK, OK),
    ("/password", SIGN_IN, OK, OK, OK, OK, OK),
    ("/search?q=川西", SIGN_IN, OK, OK, OK, OK, OK),
    ("/enterprises/", SIGN_IN, DENIED, OK, OK, OK, OK),
    ("/enterprises/new", SIGN_IN, DENIED, DENIED, OK, OK, OK),
    ("/enterprises/import", SIGN_IN, DENIED, DENIED, DENIED, OK, OK),
    ("/enterprises/no-such-id", SIGN_IN, DENIED, MISSING, MISSING, MISSING, MISSING),
    ("/enterprises/no-such-id/edit", SIGN_IN, DENIED, DENIED, MISSING, MISSING, MISSING),
    ("/enterprises/import/no-such-id", SIGN_IN, DENIED, DENIED, DENIED, MISSING, MISSING),
    ("/agencies/", SIGN_IN, DENIED, OK, OK, OK, OK),
    ("/agencies/no-such-id", SIGN_IN, DENIED, MISSING, MISSING, MISSING, MISSING),
    ("/agencies/no-such-id/edit", SIGN_IN, DENIED, DENIED, DENIED, DENIED, MISSING),
    ("/no/such/page", MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
]
WHO = ("", "nobody", "viewer", "inspector", "clerk", "admin")


@pytest.mark.parametrize("who", range(len(WHO)), ids=lambda i: WHO[i] or "stranger")
def test_each_role_meets_the_doors_it_should(client_as, who):
    client = client_as(WHO[who])
    for route, *expected in REFUSALS:
        if expected[who] == SIGN_IN:
            assert client.get(route).heading == "工业节能监察平台", route
        else:
            client.get(route, status=expected[who])


def test_a_refused_page_names_what_is_not_allowed_and_whom_to_ask(client_as):
    page = client_as("viewer").get("/enterprises/new", status=403)
    assert "您没有权限新增和修改企业档案" in page.text
    assert "系统管理员" in page.text


def test_a_post_without_the_token_is_refused_on_a_page_that_says_so(client_as):
    client = client_as("inspector")
    answer = client.http.post("/enterprises/new", data={"name": "川西水泥"})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    answer = client.http.post("/enterprises/new", data={"name": "川西水泥", "csrf_token": "forged"})
    assert answer.status_code == 400


def test_the_token_of_one_session_is_worth_nothing_in_another(client_as):
    token = client_as("inspector").token()
    other = client_as("leader")
    assert other.http.post("/sign-out", data={"csrf_token": token}).status_code == 400


def test_the_token_is_also_read_from_the_header(client_as):
    client = client_as("inspector")
    answer = client.http.post("/sign-out", headers={"X-CSRFToken": client.token()})
    assert answer.status_code == 302


def test_a_huge_post_is_refused_before_it_is_read_with_the_limit_named(client_as):
    page = client_as("inspector").post("/enterprises/new", {"name": "x" * 3_000_000}, status=413)
    assert "2 MB" in page.text


def test_a_huge_upload_is_refused_with_its_own_limit(client_as):
    import io

    client = client_as("clerk")
    data = {"file": (io.BytesIO(b"x" * 8_000_000), "big.xlsx"), "csrf_token": client.token()}
    with client.http.post("/enterprises/import", data=data, buffered=True) as answer:
        page = answer.text
    answer.request.input_stream.close()
    assert answer.status_code == 413
    assert "太大" in page


def test_strangers_cannot_make_the_server_read_a_large_body(client_as):
    answer = client_as("").http.post("/enterprises/import", data=b"x" * 3_000_000)
    assert answer.status_code in (401, 413)


def test_what_was_typed_survives_the_end_of_the_session(client_as):
    client = client_as("inspector")
    page = client.get("/enterprises/new")
    fields = page.form("/enterprises/new")
    fields["name"], fields["reg_address"] = "川西水泥", '成都 <b>"1号"</b>\n二楼'
    client.http.delete_cookie("formserver")
    asked = client.post("/enterprises/new", fields, status=401)
    assert "您填写的内容还在" in asked.text
    shown = client.submit(asked, "/sign-in", {"username": "inspector", "password": PASSWORD})
    assert shown.heading == "还有内容没有提交"
    kept = shown.form("/enterprises/new")
    assert kept["name"] == "川西水泥"
    assert kept["reg_address"].replace("\r\n", "\n") == '成都 <b>"1号"</b>\n二楼'
    done = client.submit(shown, "/enterprises/new")
    assert done.heading == "川西水泥"


def test_what_one_person_typed_is_never_shown_to_the_next(client_as):
    client = client_as("inspector")
    fields = client.get("/enterprises/new").form("/enterprises/new")
    fields["name"] = "机密单位"
    client.http.delete_cookie("formserver")
    asked = client.post("/enterprises/new", fields, status=401)
    changes = {"username": "leader", "password": PASSWORD}
    page = client.submit(asked, "/sign-in", changes)
    assert "机密单位" not in page.response.text
    assert "由另一位用户填写" in page.text


def test_a_foreign_site_cannot_plant_a_post_for_after_signing_in(client_as):
    client = client_as("")
    page = client.post("/enterprises/new", {"name": "种下的"}, status=401)
    assert "kept" not in page.form("/sign-in")
    fields = page.form("/sign-in")
    fields["username"], fields["password"], fields["next"] = "inspector", PASSWORD, "/password"
    fields["kept"] = json.dumps(["/enterprises/new", [["name", "种下的"]], "forged"])
    assert client.post("/sign-in", fields).heading == "修改密码"


def test_an_old_page_of_the_same_person_is_offered_again_after_a_new_sign_in(client_as):
    client = client_as("inspector")
    fields = client.get("/enterprises/new").form("/enterprises/new")
    fields["name"] = "写了一半"
    client.http.delete_cookie("formserver")
    client.sign_in("inspector")
    page = client.post("/enterprises/new", fields, status=400)
    assert page.form("/enterprises/new")["name"] == "写了一半"


def test_scripts_get_problem_documents(client_as):
    stranger, viewer = client_as("").http, client_as("viewer").http
    accept = {"Accept": "application/json"}
    answer = stranger.get("/enterprises/pick?q=x", headers=accept)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["sign_in"].startswith("/sign-in?next=")
    answer = viewer.get("/enterprises/nope", headers=accept)
    assert (answer.status_code, answer.json["status"], answer.json["code"]) == (404, 404, "NOT_FOUND")
    answer = stranger.get("/enterprises/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


@pytest.mark.parametrize("url", ["/sign-in", "/enterprises/", "/no-such-page", "/static/css/app.css"])
def test_every_answer_carries_the_protective_headers(client_as, url):
    answer = client_as("viewer").http.get(url)
    headers = answer.headers
    answer.close()
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-ID"]


def test_pages_are_not_kept_by_browsers_but_hashed_files_are(client_as):
    client = client_as("viewer")
    page = client.get("/enterprises/")
    assert page.response.headers["Cache-Control"] == "no-store"
    href = next(h for h in page.tree.xpath("//link/@href") if "app.css" in h)
    answer = client.http.get(href)
    answer.close()
    assert "immutable" in answer.headers["Cache-Control"]


def test_an_unexpected_error_shows_a_number_and_nothing_else(app, client_as, monkeypatch):
    client = client_as("viewer")
    register = context_of(app).services

    def explode(*_args, **_kw):
        raise ZeroDivisionError("内部细节 510101199001011234")

    from formserver.enterprises.service import EnterpriseService

    monkeypatch.setattr(register[EnterpriseService], "search", explode)
    answer = client.http.get("/enterprises/")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "内部细节" not in answer.text


def test_the_error_page_does_not_need_the_database(app, client_as):
    client = client_as("viewer")
    store = context_of(app).store
    broken = store.uow

    def unavailable(**_kw):
        raise OSError("the disk is gone")

    store.uow = unavailable
    try:
        answer = client.http.get("/enterprises/")
        assert answer.status_code == 500
        assert "问题编号" in answer.text
        assert "the disk" not in answer.text
    finally:
        store.uow = broken


def test_the_search_box_finds_enterprises_by_initials(client_as):
    client = client_as("inspector")
    client.submit(client.get("/enterprises/new"), "/enterprises/new", {"name": "川西水泥有限公司"})
    page = client.get("/search?q=cxsn")
    assert "川西水泥有限公司" in page.text
    assert client.get("/search?q=").heading == "搜索"


def test_the_health_address_answers_without_signing_in(client_as):
    answer = client_as("").http.get("/health")
    assert answer.json == {"status": "ok"}


def test_a_form_with_many_fields_is_read_whole(client_as):
    client = client_as("inspector")
    fields = MultiDict([(f"field{n}", "值" * 20) for n in range(3_000)])
    client.post("/no-such-page", fields, status=404)
