"""The only page a stranger may open: what it tells, to whom, how often."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.papers import Papers
from formserver.web.throttle import Throttle
from tests.hostile.drafts import DEEP
from tests.hostile.kit import SECRETS, Town, fresh_token


@pytest.fixture
def stranger(town: Town) -> Iterator[FlaskClient]:
    town.forget_checks()
    yield town.app.test_client()
    town.forget_checks()


def ask(client: FlaskClient, url: str, **data: object):
    return client.post(
        url, data={"csrf_token": fresh_token(client), **data}, content_type="multipart/form-data"
    )


def test_it_tells_type_date_and_organ_and_neither_number_nor_name(town: Town, stranger: FlaskClient) -> None:
    page = stranger.get(f"/check/{town.targets.token}")
    head = town.head(town.targets.issued)
    assert page.status_code == 200
    assert head.number not in page.text
    for secret in (
        *SECRETS,
        town.targets.issued,
        town.targets.rendition,
        town.targets.enterprise,
        head.title,
    ):
        assert secret not in page.text, secret
    (paper, *_) = town.context.service(Papers).renditions(town.actor("chen"), head.id)
    assert paper.blob_sha256 not in page.text
    assert paper.filename not in page.text
    answer = ask(stranger, f"/check/{town.targets.token}", sha256=paper.blob_sha256)
    assert "完全相同" in answer.text
    assert paper.filename not in answer.text


def test_its_facts_do_not_say_for_whom_even_when_asked_for_json(town: Town, stranger: FlaskClient) -> None:
    answer = stranger.get(f"/check/{town.targets.token}", headers={"Accept": "application/json"})
    for secret in SECRETS:
        assert secret not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "guess",
    ["a", "%00", "..%2f..", "' OR ''='", "_" * 20, "%25", "*", "中" * 300, "a" * 5_000, "%ff", "{{7*7}}"],
    ids=range(11),
)
def test_a_guess_finds_nothing_and_is_shown_nothing(town: Town, stranger: FlaskClient, guess: str) -> None:
    answer = stranger.get(f"/check/{guess}")
    assert answer.status_code == 404
    assert not re.search("真实有效|已作废", answer.text)
    answer = ask(stranger, f"/check/{guess}", sha256="0" * 64)
    assert answer.status_code == 404


def test_tokens_cannot_be_guessed_or_counted_on(town: Town) -> None:
    tokens = [town.started().check_token for _ in range(20)]
    assert len(set(tokens)) == 20
    assert all(len(token) >= 20 for token in tokens)
    assert len({token[:6] for token in tokens}) == 20


def test_a_paper_that_was_never_printed_is_unknown(town: Town, stranger: FlaskClient) -> None:
    draft = town.head(town.targets.draft)
    assert stranger.get(f"/check/{draft.check_token}").status_code == 404


def test_a_token_in_another_case_or_cut_short_is_unknown(town: Town, stranger: FlaskClient) -> None:
    token = town.targets.token
    for changed in (token[:-1], token + "a", token.swapcase(), token + " ", token + "%00"):
        assert stranger.get(f"/check/{changed}").status_code == 404, changed


@pytest.mark.parametrize(
    ("typed", "status", "word"),
    [
        ("0" * 64, 200, "不一致"),
        ("0" * 63, 422, "应为 64 位"),
        ("g" * 64, 422, "应为 64 位"),
        ("０" * 64, 422, "应为 64 位"),
        ("a" * 100_000, 422, "应为 64 位"),
        ("", 422, "请选择文件"),
        (" \n", 422, "请选择文件"),
        ('"><script>alert(1)</script>', 422, "应为 64 位"),
        ("\x00" * 64, 422, "应为 64 位"),
    ],
    ids=range(9),
)
def test_a_wrong_sum_is_said_to_be_wrong(
    town: Town, stranger: FlaskClient, typed: str, status: int, word: str
) -> None:
    answer = ask(stranger, f"/check/{town.targets.token}", sha256=typed)
    assert answer.status_code == status
    assert word in answer.text
    assert "<script>alert" not in answer.text


def test_the_sum_of_another_paper_is_not_of_this_one(town: Town, stranger: FlaskClient) -> None:
    other = town.numbered()
    (paper, *_) = town.context.service(Papers).renditions(town.actor("chen"), other.id)
    answer = ask(stranger, f"/check/{town.targets.token}", sha256=paper.blob_sha256)
    assert "不一致" in answer.text
    data = town.context.store.blobs.read(paper.blob_sha256)
    changed = data[:-1] + bytes([data[-1] ^ 1])
    answer = ask(stranger, f"/check/{other.check_token}", file=(io.BytesIO(changed), "x.docx"))
    assert "不一致" in answer.text
    assert hashlib.sha256(data).hexdigest() == paper.blob_sha256


def test_a_checked_file_is_not_kept(town: Town, stranger: FlaskClient) -> None:
    def kept() -> tuple[list[str], list[Path]]:
        waiting = (path for path in (town.storage / "tmp").rglob("*") if path.is_file())
        return sorted(town.context.store.blobs.all_hashes()), sorted(waiting)

    before = kept()
    ask(stranger, f"/check/{town.targets.token}", file=(io.BytesIO(b"secret" * 1_000), "x.docx"))
    assert kept() == before


def test_a_reopened_paper_is_said_to_be_withdrawn(town: Town, stranger: FlaskClient) -> None:
    document = town.numbered()
    issuing, actor = town.context.service(Issuing), town.actor("chen")
    issuing.transition(actor, document.id, "reopen", base_version=4, reason="地址写错")
    assert "已收回修改" in stranger.get(f"/check/{document.check_token}").text
    town.context.service(Drafting).open(actor, document.id)
    assert "真实有效" not in stranger.get(f"/check/{document.check_token}").text


def test_guessing_is_limited_by_address_and_a_limit_leaves_others_alone(town: Town) -> None:
    town.context.service(Throttle).__init__(10, 600.0)  # type: ignore[misc]
    client = town.app.test_client()
    try:
        here, there = {"REMOTE_ADDR": "203.0.113.50"}, {"REMOTE_ADDR": "203.0.113.51"}
        forged = {
            "X-Forwarded-For": "198.51.100.1",
            "Forwarded": "for=198.51.100.1",
            "X-Real-IP": "198.51.100.1",
        }
        statuses = [
            client.get(f"/check/guess{n}", environ_base=here, headers=forged).status_code for n in range(12)
        ]
        assert statuses == [404] * 10 + [429] * 2, "a forged forwarding address counts for nothing"
        refused = client.get(f"/check/{town.targets.token}", environ_base=here)
        assert refused.status_code == 429
        assert "次数太多" in refused.text
        assert client.get(f"/check/{town.targets.token}", environ_base=there).status_code == 200
    finally:
        town.forget_checks()


def test_a_crowd_of_addresses_does_not_fill_the_memory() -> None:
    throttle = Throttle(3, 600.0)
    for n in range(DEEP // 2):
        throttle.allow(f"2001:db8::{n:x}")
    assert len(throttle._seen) <= 10_000
