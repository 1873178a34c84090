"""Whatever a person types stands unchanged in the version, on the paper, and in the next version."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.issuing import Issuing
from formserver.core.models import Document, RenditionKind
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.places import to_keyed
from formserver.core.runner import JobRunner
from formserver.core.store_ports import DocumentQuery
from formserver.rendering.fonts import font_policy
from formserver.rendering.pdf_text import pdf_text
from tests.integration.product.typing import ILLEGAL, TYPED, Desk, blank, free_places, with_texts
from tests.support.website import Website

FACE: Final = "仿宋_GB2312"
TYPES: Final = (
    "inspection_notice",
    "service_receipt",
    "power_of_attorney",
    "on_site_statement",
    "site_record",
    "inquiry_record",
    "integrity_pledge",
    "pledge_feedback",
    "verification_form",
)


@pytest.fixture(scope="module")
def desk(site: Website) -> Desk:
    """A person at work."""
    return Desk(site)


def typed_in(places: dict[str, int]) -> st.SearchStrategy[dict[str, str]]:
    """Texts typed at one to five places."""
    chosen = st.lists(st.sampled_from(sorted(places)), min_size=1, max_size=5, unique=True)
    return chosen.flatmap(
        lambda pointers: st.fixed_dictionaries(
            {
                p: TYPED.map(lambda text, p=p: text[: places[p]]).filter(lambda t: not blank(t))
                for p in pointers
            }
        )
    )


@pytest.mark.parametrize("type_key", TYPES)
def test_any_text_is_in_the_version_on_the_paper_and_in_the_next_version(desk: Desk, type_key: str) -> None:
    catalogue = desk.site.context.catalogue
    dt, sample = catalogue.type(type_key), desk.sample(type_key)
    places = free_places(dt, sample)
    tokens = {pointer: f"\ue000{index}\ue001" for index, pointer in enumerate(places)}
    blank_paper = desk.words(desk.printed(desk.saved(type_key, with_texts(sample, tokens))))
    assert all(token in blank_paper for token in tokens.values() if not_hidden(dt, tokens, token))

    @settings(max_examples=8)
    @given(texts=typed_in(places))
    def holds(texts: dict[str, str]) -> None:
        typed = with_texts(sample, tokens | texts)
        document = desk.saved(type_key, typed)
        assert desk.version(document).body == typed
        document = desk.printed(document)
        assert desk.version(document).body == typed
        expected = blank_paper
        for pointer, text in texts.items():
            expected = expected.replace(tokens[pointer], text)
        assert desk.words(document) == expected
        assert_next_version_keeps(desk, document, typed)

    holds()


def not_hidden(dt: Any, tokens: dict[str, str], token: str) -> bool:
    """Whether the field behind a token is meant for paper."""
    pointer = next(p for p, t in tokens.items() if t == token)
    return not dt.leaf(pointer).schema.get("x-not-printed")


def assert_next_version_keeps(desk: Desk, document: Document, typed: dict[str, Any]) -> None:
    """Going back, changing another place and saving again leaves every typed word as it was."""
    drafting, issuing = desk.site.context.service(Drafting), desk.site.context.service(Issuing)
    actor = desk.site.actor("chen")
    issuing.transition(actor, document.id, "reopen", base_version=document.head_version, reason="补正")
    workspace = drafting.open(actor, document.id)
    assert workspace.draft.body == typed
    dt = desk.site.context.catalogue.type(document.type, document.edition)
    pointer = next(iter(free_places(dt, typed)))
    change = {"op": "set", "at": to_keyed(typed, pointer), "value": "改"}
    drafting.patch(actor, document.id, seq=workspace.draft.seq, changes=[change])
    drafting.save(actor, document.id)
    assert desk.version(desk.site.head(document.id)).body == with_texts(typed, {pointer: "改"})


@pytest.mark.parametrize("type_key", TYPES)
def test_an_illegal_character_is_refused_by_the_fields_name_and_nothing_is_saved(
    desk: Desk, type_key: str
) -> None:
    catalogue, drafting = desk.site.context.catalogue, desk.site.context.service(Drafting)
    dt, sample = catalogue.type(type_key), desk.sample(type_key)
    actor = desk.site.actor("chen")
    document = desk.saved(type_key, sample)
    seq = drafting.open(actor, document.id).draft.seq

    @settings(max_examples=8)
    @given(pointer=st.sampled_from(sorted(free_places(dt, sample))), before=TYPED, bad=ILLEGAL, after=TYPED)
    def holds(pointer: str, before: str, bad: str, after: str) -> None:
        spoilt = with_texts(sample, {pointer: before[:20] + bad + after[:20]})
        change = {"op": "set", "at": to_keyed(spoilt, pointer), "value": value_at(spoilt, pointer)}
        for attempt in (
            lambda: drafting.create(actor, type_key, body=spoilt),
            lambda: drafting.patch(actor, document.id, seq=seq, changes=[change]),
            lambda: drafting.save_body(actor, document.id, spoilt, base_version=1),
        ):
            with pytest.raises(AppError) as refused:
                attempt()
            assert [p.label for p in refused.value.problems] == [dt.label(pointer)]
            assert dt.label(pointer) in refused.value.problems[0].message
            after_all = drafting.open(actor, document.id)
            assert after_all.draft.body == sample
            assert after_all.draft.seq == seq
            assert after_all.document.head_version == 1

    before_all = document_count(desk)
    holds()
    assert document_count(desk) == before_all


def document_count(desk: Desk) -> int:
    """How many documents there are, drafts too."""
    with desk.site.context.store.uow() as u:
        page = u.documents.find(DocumentQuery(limit=1), SYSTEM_SCOPE)
    return page.count


def value_at(body: Any, pointer: str) -> Any:
    """What stands at an indexed pointer."""
    for part in pointer.strip("/").split("/"):
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


def printable_texts(count: int) -> list[str]:
    """Seeded texts of what people write, each character drawable by the faces of this machine, left to right."""
    policy, chance = font_policy(), random.Random(20261117)
    pool = (
        "".join(map(chr, range(0x4E00, 0x9FA6))),
        "𠮷𡈼𠀋䶮㐂㙍",
        "℃㎡³²½Ⅱ①⑩≤≥±×÷Ωμ％‰～—…·《》“”、。；：？！（）",
        "αβγΔЖяéüñ",
        string.ascii_letters + string.digits + "<>&\"'{}%#|\\/$^~_=+-*",
    )
    drawable = [[c for c in some if policy.glyph_source(c, FACE) is not None] for some in pool]
    made = []
    for number in range(count):
        words = ["".join(chance.choice(chance.choice(drawable)) for _ in range(12)) for _ in range(2)]
        made.append(
            f"{number:02}" + chance.choice(("", "\n", "\t", "{{ x }}", "{% if %}", " < & > ")).join(words)
        )
    return made


@pytest.mark.libreoffice
def test_what_was_typed_is_in_the_text_of_the_pdf(tmp_path: Path) -> None:
    site = Website(tmp_path / "storage")  # the shared one has a hundred papers waiting for their PDF
    desk, context = Desk(site), site.context
    sample, texts = context.catalogue.sample("inquiry_record"), printable_texts(40)
    rows = [{"q": "请陈述。", "a": text} for text in texts]
    document = desk.printed(desk.saved("inquiry_record", {**sample, "qa": rows}))
    JobRunner(context.store, context.job_handlers, context.clock).run_all()
    papers = context.service(Papers)
    pdf = papers.paper_of(site.actor("chen"), document.id, document.head_version, RenditionKind.PDF)
    pages = pdf_text(context.store.blobs.read(pdf.blob_sha256))
    site.close()
    assert pdf.pages == len(pages) > 1
    said = "".join("".join(pages).split())
    for text in texts:
        assert "".join(text.split()) in said, text
