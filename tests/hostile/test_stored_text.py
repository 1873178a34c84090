"""Text that would be a script, a template or a formula appears everywhere as the text it is."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import html

import formserver
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.enterprises.imports import ImportService
from formserver.enterprises.service import EnterpriseService
from tests.hostile.kit import Town, patch, send, sheet

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "<!--<script>",
    "]]><x>",
    "&lt;b&gt; &amp;amp; &#60;",
    "{{7*7}} {% for x in y %} {%p if a %} {{r x }} {#c#} ${7*7} #{7*7}",
    "<w:t>x</w:t>",
    '=HYPERLINK("http://evil.example")',
    "\\u003cscript\\u003e %3Cscript%3E",
    "\u202e<b>反\u2066",
    "]]>\ue000\ue001<mark>",
)
PACKAGE = Path(formserver.__file__).parent
EVERYTHING = " ".join(PAYLOADS)
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))


def poison(town: Town, type_key: str) -> tuple[Document, dict[str, Any]]:
    """A saved document whose every text that allows it carries payloads."""
    dt = town.context.catalogue.type(type_key)
    body = town.context.catalogue.sample(type_key)
    document = town.started("chen", type_key)
    drafting, actor = town.context.service(Drafting), town.actor("chen")
    texts = []
    for place in dt.places(body):
        field = place.field
        if (
            field.kind == "string"
            and not field.choices
            and not field.is_row_key
            and isinstance(place.value, str)
        ):
            texts.append(
                (place.pointer, int(field.schema.get("maxLength", 10_000)), bool(field.schema.get("pattern")))
            )
    for number, (pointer, longest, shaped) in enumerate(texts):
        if shaped:
            continue
        text = EVERYTHING if longest >= len(EVERYTHING) else PAYLOADS[number % len(PAYLOADS)][:longest]
        holder: Any = body
        *path, last = pointer.split("/")[1:]
        for part in path:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        if isinstance(holder, list):
            holder[int(last)] = text
        else:
            holder[last] = text
    drafting.save_body(actor, document.id, body, base_version=0)
    return town.head(document.id), body


def harmless(page: str, where: str) -> None:
    """No element or attribute of the page was made by a payload."""
    tree = html.fromstring(page)
    assert not tree.xpath("//script[not(@src)]"), where
    assert all(src.startswith("/static/") for src in tree.xpath("//script/@src")), where
    assert not tree.xpath("//@*[starts-with(name(), 'on')]"), where
    assert not tree.xpath("//img[@src='x']"), where
    assert not tree.xpath("//*[@style]"), where
    for address in tree.xpath("//@href | //@src | //@action | //@formaction"):
        assert not re.match(r"\s*(javascript|data|vbscript):", address, re.IGNORECASE), (where, address)
    assert "<script>alert" not in page, where


@pytest.fixture(scope="module")
def poisoned_notice(town: Town) -> Document:
    document, _ = poison(town, "inspection_notice")
    return document


@pytest.mark.parametrize(
    "type_key",
    [
        "inspection_notice",
        "site_record",
        "inquiry_record",
        "verification_form",
        "integrity_pledge",
        "service_receipt",
        "power_of_attorney",
        "on_site_statement",
    ],
)
def test_whatever_was_typed_every_page_of_a_document_shows_it_and_nothing_runs(
    town: Town, type_key: str
) -> None:
    document, body = poison(town, type_key)
    client = town.client("chen")
    at = f"/documents/{document.id}"
    for path in ("", "/edit", "/edit?check=1", "/versions/1", "/compare", "/sample", "/preview"):
        answer = client.get(at + path)
        assert answer.status_code == 200, path
        harmless(answer.text, at + path)
        assert "49 " not in answer.text.partition("{{7*7}}")[2][:40]
    shown = html.fromstring(client.get(at).text).text_content()
    for payload in ("<script>alert(1)</script>", "{{7*7}}"):
        if any(payload in str(v) for v in body.values()):
            assert payload in shown
    with client.get(f"{at}/preview.docx", buffered=True) as answer:
        assert answer.status_code == 200
        texts = docx_text(answer.data)
    dt = town.context.catalogue.type(type_key)
    hidden, printed = dt.hidden(body), 0
    for place in dt.places(body):
        value = place.value
        if isinstance(value, str) and "alert(1)" in value and place.pointer not in hidden:
            if place.field.schema.get("x-not-printed") or any(place.pointer.startswith(h) for h in hidden):
                continue
            assert value in texts, place.pointer
            printed += 1
    assert printed >= 2


def docx_text(data: bytes) -> str:
    """All text of a docx, as a reader sees it."""
    from lxml import etree

    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml") and name.startswith("word/"):
                tree = etree.fromstring(archive.read(name))
                for paragraph in tree.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
                    runs = [
                        t.text or ""
                        for t in paragraph.iter(
                            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
                        )
                    ]
                    found.append("".join(runs))
    return "\n".join(found)


def test_lists_searches_and_snippets_show_payloads_as_text(town: Town, poisoned_notice: Document) -> None:
    client = town.client("chen")
    for path in ("/documents", "/documents?q=alert", "/documents?q=script", "/documents?mine=1", "/search?q=alert",
                 "/documents?q=<script>alert(1)</script>", "/search?q=\"><img src=x onerror=alert(1)>",
                 "/documents?ent='-alert(1)-'", "/enterprises/?q=<script>alert(1)</script>",
                 "/documents/new/inspection_notice?q=<script>alert(1)</script>",
                 "/documents?from=<script>&to=<script>&type=<script>&state=<script>"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        harmless(answer.text, path)
    found = client.get("/documents?q=alert")
    assert "<mark>" in found.text, "the hit itself is marked"


def test_two_windows_and_two_people_see_payloads_as_text(town: Town) -> None:
    document, _ = poison(town, "inspection_notice")
    first, second = town.client("chen"), town.client("he")
    for client, words in ((first, "甲" + PAYLOADS[0]), (second, "乙" + PAYLOADS[4])):
        answer = patch(client, document.id, changes=[{"op": "set", "at": "/discipline_text", "value": words}])
        assert answer.status_code == 200, answer.text[:300]
    assert (
        send(
            first, "POST", f"/documents/{document.id}/edit", data=_keep(town, first, document.id)
        ).status_code
        == 302
    )
    answer = second.get(f"/documents/{document.id}/edit")
    harmless(answer.text, "edit")
    send(second, "POST", f"/documents/{document.id}/edit", data=_keep(town, second, document.id))
    page = second.get(f"/documents/{document.id}/conflicts").text
    assert "乙" in page
    harmless(page, "conflicts")
    data = {"seq": "1", "do": "save", "/discipline_text": "丙" + PAYLOADS[1]}
    stale = send(second, "POST", f"/documents/{document.id}/edit", data=data)
    assert stale.status_code == 409
    harmless(stale.text, "stale")
    assert "丙" in stale.text
    harmless(first.get(f"/documents/{document.id}/compare").text, "compare")


def _keep(town: Town, client: Any, document_id: str) -> dict[str, str]:
    return {"seq": str(client.get(f"/documents/{document_id}/draft").json["seq"]), "do": "save"}


def test_reasons_numbers_events_and_flashes_show_payloads_as_text(town: Town) -> None:
    document, _ = poison(town, "inspection_notice")
    client, at = town.client("chen"), f"/documents/{document.id}"
    issuing, actor = town.context.service(Issuing), town.actor("chen")
    send(client, "POST", f"{at}/edit", data={"do": "save", "seq": "0", "reason": EVERYTHING})
    issuing.transition(actor, document.id, "submit", base_version=1)
    head = town.head(document.id).head_version
    back = {"base_version": str(head), "reason": EVERYTHING}
    answer = send(
        town.client("he"), "POST", f"{at}/do/return", data=back
    )  # nobody decides on their own paper
    assert answer.status_code == 302
    harmless(client.get(at).text, "timeline")
    answer = send(
        client, "POST", f"{at}/do/number", data={"base_version": "1", "external_number": PAYLOADS[0]}
    )
    harmless(client.get(answer.location).text if answer.status_code == 302 else answer.text, "number")
    answer = send(client, "POST", f"{at}/do/void", data={"base_version": "0", "reason": EVERYTHING})
    assert answer.status_code == 302
    harmless(client.get(at).text, "voided")


def test_the_check_page_and_the_signing_page_show_payloads_as_text(town: Town) -> None:
    document, _ = poison(town, "site_record")
    town.context.service(Issuing).finalise(town.actor("chen"), document.id, base_version=1)
    client = town.client("chen")
    at = f"/documents/{document.id}/scans"
    harmless(client.get(at).text, "sign")
    data = {
        "base_version": "2",
        "correction_page": "1",
        "correction_at": PAYLOADS[1],
        "correction_new": EVERYTHING,
        "do": "sign",
    }
    answer = send(client, "POST", at, data=data)
    assert answer.status_code == 422
    harmless(answer.text, "sign refused")
    files = (io.BytesIO(b"MZ"), '"><img src=x onerror=alert(1)>.pdf')
    assert send(client, "POST", f"{at}/files", data={"files": files}).status_code == 302
    shown = client.get(at).text
    harmless(shown, "file name")
    assert "onerror" in shown
    town.forget_checks()
    token = town.head(document.id).check_token
    stranger = town.app.test_client()
    harmless(stranger.get(f"/check/{token}").text, "check")
    harmless(send(stranger, "POST", f"/check/{token}", data={"sha256": PAYLOADS[1]}).text, "check post")
    harmless(stranger.get("/check/<script>alert(1)</script>").text, "check unknown")
    (paper, *_) = town.context.service(Papers).renditions(town.actor("chen"), document.id)
    text = docx_text(town.context.store.blobs.read(paper.blob_sha256))
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}} {% for x in y %} {%p if a %} {{r x }} {#c#}" in text


def test_an_enterprise_named_like_a_script_is_shown_as_text_everywhere(town: Town) -> None:
    values = {
        "name": PAYLOADS[0] + "水泥",
        "reg_address": EVERYTHING[:190],
        "legal_rep": PAYLOADS[2],
        "contact": "=1+1",
    }
    made = town.context.service(EnterpriseService).create(town.actor("clerk"), values)
    client = town.client("clerk")
    for path in ("/enterprises/", f"/enterprises/{made.id}", f"/enterprises/{made.id}/edit", "/search?q=script",
                 "/documents/new/inspection_notice?q=script", f"/documents/new?enterprise={made.id}"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        harmless(answer.text, path)
    answer = send(client, "POST", "/documents/new/inspection_notice", data={"enterprise": made.id})
    page = client.get(answer.location)
    harmless(page.text, "prefilled")
    picked = client.get("/enterprises/pick?q=script")
    assert picked.mimetype == "application/json"
    assert picked.headers["X-Content-Type-Options"] == "nosniff"
    with town.context.store.uow() as u:
        assert u.documents.get(page.request.path.split("/")[2], SYSTEM_SCOPE).enterprise_id == made.id


def test_cells_of_an_import_are_text_in_the_report_and_no_formula_in_its_file(town: Town) -> None:
    cells = [["单位名称", "住所", PAYLOADS[0]], *[[p, p, p] for p in PAYLOADS if p.isprintable()]]
    imported = town.context.service(ImportService).preview(
        town.actor("clerk"), sheet(cells), PAYLOADS[1] + ".xlsx"
    )
    client = town.client("clerk")
    harmless(client.get(f"/enterprises/import/{imported}").text, "import report")
    with client.get(f"/enterprises/import/{imported}/report.xlsx", buffered=True) as answer:
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            for name in archive.namelist():
                if "worksheets/" in name:
                    assert b"<f>" not in archive.read(name)


CAN_RUN = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"})


def test_every_page_forbids_scripts_of_its_own(town: Town) -> None:
    from tests.hostile.test_scope import address, routes

    client = town.client("clerk")
    town.forget_checks()
    asked = [address(town, rule) for rule, method in routes(town) if method == "GET"]
    for url in [
        *asked,
        "/sign-in",
        f"/check/{town.targets.token}",
        "/no-such-page",
        "/health",
        "/static/css/app.css",
    ]:
        with client.get(url, buffered=True) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff", url
            directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
            assert directives["frame-ancestors"] in ("'none'", "'self'"), url
            if answer.mimetype not in CAN_RUN:
                continue  # pictures, papers and archives; a browser's reader of PDF needs room
            assert directives["default-src"] == "'none'", url
            assert directives.get("script-src", "'none'") in ("'self'", "'none'"), url
            assert directives["base-uri"] == "'none'", url
            assert "unsafe-eval" not in policy, url
            if answer.mimetype == "text/html":
                harmless(answer.text, url)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_has_inline_code_or_unescaped_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "scripts are files"
    assert not re.search(r"\s(on[a-z]+|style)\s*=\s*[\"'{]", re.sub(r"{[{%].*?[%}]}", "", source)), (
        "no inline code"
    )
    assert "|safe" not in source.replace(" ", "")
    assert "autoescape false" not in source
    assert not re.search(r"(href|src|action)=[\"']?(javascript|data|https?):", source)


def test_no_script_of_ours_writes_markup_from_text() -> None:
    for path in sorted((PACKAGE / "web/static").rglob("*.js")):
        if "vendor" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function\(|document\.write\(|setTimeout\(\s*[\"'`]", source), path
