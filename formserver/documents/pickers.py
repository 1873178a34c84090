"""What can be looked up while a form is filled: articles of law, clauses, questions, materials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from flask import jsonify, request

from formserver.core import pinyin
from formserver.core.clock import today_in_china
from formserver.core.definitions.libraries import ClauseLibrary, Hit
from formserver.core.document_permissions import DocumentPermission
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.documents.blueprint import documents
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

PICKERS: Final = {
    "law": "documents.pick_law",
    "clause": "documents.pick_clause",
    "question": "documents.pick_question",
    "material": "documents.pick_material",
}
LIMIT: Final = 12
_LONGEST: Final = 100
_QUESTIONS: Final = ("question_bank", "opening_qa")
_TOPICS: Final = ("task_types", "items")


class Libraries:
    """The law register and the clause libraries as they stand on the day of a document."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def day_of(self, actor: Actor, document_id: str) -> date:
        """The date on this person's draft (else on the head version), or today. Raises NOT_FOUND."""
        today = today_in_china(self._kit.clock)
        if not document_id:
            return today
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
        if draft is None:
            return document.facets.doc_date or today
        dt = self._kit.document_type(document)
        place = dt.document.get("facets", {}).get("doc_date", "")
        return _day(str(dt.value(draft.body, place) or "")[:10]) or today

    def laws(self, text: str, on: date) -> list[Hit]:
        """Articles of laws in force on ``on``."""
        return self._kit.catalogue.laws().search(text, on, LIMIT)

    def items(
        self, names: tuple[str, ...], text: str, on: date
    ) -> Iterator[tuple[ClauseLibrary, Mapping[str, Any]]]:
        """Items of those libraries in which every word of ``text`` occurs, as characters or as pinyin."""
        words = pinyin.narrow(text).split()
        for name in names:
            library = self._kit.catalogue.library(name, on)
            for item in library.items:
                said = [library.title, *(str(v) for k, v in item.items() if k != "key" and v)]
                if all(any(pinyin.fits(part, word) for part in said) for word in words):
                    yield library, item

    def text_libraries(self, on: date) -> tuple[str, ...]:
        """The names of the libraries that hold plain clauses."""
        catalogue = self._kit.catalogue
        return tuple(n for n in catalogue.library_names() if catalogue.library(n, on).kind == "text")


@documents.get("/documents/pick/law")
@requires(DocumentPermission.READ)
def pick_law() -> Any:
    """``?q=&document=``: laws in force on the document's date, with their articles."""
    libraries = service(Libraries)
    return jsonify(items=[_law(hit) for hit in libraries.laws(_text(), _asked_day())])


@documents.get("/documents/pick/clause")
@requires(DocumentPermission.READ)
def pick_clause() -> Any:
    """``?q=&library=&document=``: clauses of the text libraries; ``facts.text`` is what is written into the field."""
    libraries, on = service(Libraries), _asked_day()
    known = libraries.text_libraries(on)
    asked = request.args.get("library", "")
    return _items(tuple(n for n in known if n == asked) or known, on, "text")


@documents.get("/documents/pick/question")
@requires(DocumentPermission.READ)
def pick_question() -> Any:
    """``?q=``: the question bank."""
    return _items(_QUESTIONS, _asked_day(), "q")


@documents.get("/documents/pick/material")
@requires(DocumentPermission.READ)
def pick_material() -> Any:
    """``?q=``: materials an enterprise may be asked for."""
    return _items(("materials",), _asked_day(), "name")


def _items(names: tuple[str, ...], on: date, said: str) -> Any:
    made = []
    for library, item in service(Libraries).items(names, _text(), on):
        topics = [str(t) for name in _TOPICS for t in item.get(name, ()) if isinstance(item.get(name), list)]
        facts = {k: v for k, v in item.items() if k not in ("key", "confidence", *_TOPICS)}
        detail = "、".join(topics) or library.title
        made.append({"name": str(item.get(said, "")), "detail": detail, "facts": facts})
        if len(made) == LIMIT:
            break
    return jsonify(items=made)


def _law(hit: Hit) -> dict[str, Any]:
    facts = {"law": hit.law.title, "version_date": hit.edition.version_date.isoformat()}
    name, detail = f"《{hit.law.title}》", f"{hit.law.kind} · {hit.edition.version_date} 文本"
    if hit.article is not None:
        facts["article"] = hit.article.number
        name += f"第{hit.article.number}条"
        detail = " · ".join(filter(None, (hit.article.title, hit.article.summary))) or detail
    if hit.article is not None and hit.article.confidence == "recalled":
        detail += "（请核对原文）"
    return {"name": name, "detail": detail, "facts": facts}


def _asked_day() -> date:
    on = _day(request.args.get("on", ""))
    return on or service(Libraries).day_of(current_actor(), request.args.get("document", "")[:40])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text() -> str:
    return request.args.get("q", "").strip()[:_LONGEST]
