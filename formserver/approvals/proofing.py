"""成批校对: up to forty papers of one type side by side, and where each departs from the others or from the sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.repository import ApprovalRepository
from formserver.approvals.service import Ticket
from formserver.approvals.standing import Rules
from formserver.core.definitions.document_type import DocumentType
from formserver.core.errors import NOT_FOUND
from formserver.core.models import Document, State, VersionContent
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.documents.saying import place_text

MOST_PAPERS: Final = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one paper. ``odd``: not what most of the others say; ``sample``: still as in the sample."""

    text: str
    odd: bool = False
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A paper of the table."""

    document: Document
    ticket: Ticket | None
    cells: tuple[Cell, ...]
    read: bool
    odd: int


@dataclass(frozen=True, slots=True)
class ProofTable:
    """The papers of one type: ``columns`` differ between them; ``same`` is what all of them say alike."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[ProofRow, ...]
    same: tuple[tuple[str, Cell], ...]


class Proofing:
    """Reads inside the actor's scope; ticks are one's own."""

    def __init__(self, kit: Kit, rules: Rules) -> None:
        self._kit = kit
        self._rules = rules

    def tables(self, actor: Actor, document_ids: Sequence[str]) -> list[ProofTable]:
        """One table per type and edition, in the order asked. Raises NOT_FOUND for a paper outside the scope."""
        actor.require(ApprovalPermission.DECIDE)
        wanted = list(dict.fromkeys(document_ids))[:MOST_PAPERS]
        grouped: dict[tuple[str, str], list[tuple[Document, VersionContent, Ticket | None]]] = {}
        with self._kit.store.uow() as u:
            for document_id in wanted:
                document = u.documents.get(document_id, actor.scope)
                content = u.documents.version(document.id, document.head_version, actor.scope)
                ticket = None
                if document.state is State.IN_REVIEW:
                    standing = self._rules.standing(u, actor, document)
                    if standing.may_decide:
                        step = standing.step
                        ticket = Ticket(document.id, document.head_version, step.round, step.position)
                grouped.setdefault((document.type, document.edition), []).append((document, content, ticket))
            ticked = u.repository(ApprovalRepository).proofs(actor.user_id, wanted)
        return [self._table(papers, ticked) for papers in grouped.values()]

    def tick(self, actor: Actor, marks: Mapping[tuple[str, int], bool]) -> int:
        """Note what was proof-read (or not): (document, version) → done. Returns how many are ticked.

        Raises NOT_FOUND for a paper outside the scope or a version it never had.
        """
        actor.require(ApprovalPermission.DECIDE)
        now = self._kit.clock.now()
        with self._kit.store.uow(write=True) as u:
            for (document_id, version_no), done in list(marks.items())[:MOST_PAPERS]:
                document = u.documents.get(document_id, actor.scope)
                if not 1 <= version_no <= document.head_version:
                    raise NOT_FOUND(what=f"第{version_no}版")
                u.repository(ApprovalRepository).set_proof(
                    document_id, version_no, actor.user_id, now, done=done
                )
        return sum(marks.values())

    def _table(
        self,
        papers: Sequence[tuple[Document, VersionContent, Ticket | None]],
        ticked: frozenset[tuple[str, int]],
    ) -> ProofTable:
        dt = self._kit.document_type(papers[0][0])
        sample = _texts(dt, self._kit.catalogue.sample(dt.key), frozenset())
        read = [
            _texts(dt, content.body, frozenset(content.envelope.get("hidden", ())))
            for _, content, _ in papers
        ]
        places = list(dict.fromkeys(key for one in [sample, *read] for key in one))
        columns = [p for p in places if len({one.get(p, "") for one in read}) > 1]
        same = [p for p in places if p not in set(columns) and read[0].get(p)]
        usual = {place: _usual([one.get(place, "") for one in read]) for place in columns}
        rows = []
        for (document, _, ticket), texts in zip(papers, read, strict=True):
            cells = tuple(
                Cell(
                    texts.get(p, ""),
                    usual[p] is not None and texts.get(p, "") != usual[p],
                    bool(texts.get(p)) and _telling(dt, p) and texts.get(p) == sample.get(p),
                )
                for p in columns
            )
            done = (document.id, document.head_version) in ticked
            rows.append(ProofRow(document, ticket, cells, done, sum(c.odd or c.sample for c in cells)))
        return ProofTable(
            dt.title,
            tuple(dt.label(p) for p in columns),
            tuple(rows),
            tuple(
                (
                    dt.label(p),
                    Cell(read[0][p], sample=_telling(dt, p) and read[0][p] == sample.get(p)),
                )
                for p in same
            ),
        )


def _texts(dt: DocumentType, body: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, str]:
    """Every top-level field (the fields of groups one by one, a table as one) as text, in the order of the form."""
    found: dict[str, str] = {}
    for section in dt.sections:
        for leaf in dt.section_fields(section.key):
            _collect(dt, leaf.pointer, body.get(leaf.key), hidden, found)
    return found


def _collect(
    dt: DocumentType, pointer: str, value: Any, hidden: frozenset[str], found: dict[str, str]
) -> None:
    leaf = dt.by_pattern[pointer]
    if pointer in hidden or leaf.widget == "hidden":
        return
    if leaf.kind == "object":
        inner = value if isinstance(value, Mapping) else {}
        for child in dt.children.get(pointer, ()):
            _collect(dt, child.pointer, inner.get(child.key), hidden, found)
    else:
        found[pointer] = place_text(dt, pointer, value)


def _usual(texts: Sequence[str]) -> str | None:
    """What at least half of the papers say, more often than anything else; None where each says its own."""
    (word, count), *others = Counter(texts).most_common(2)
    clear = not others or others[0][1] < count
    return word if count > 1 and count * 2 >= len(texts) and clear else None


def _telling(dt: DocumentType, pointer: str) -> bool:
    """Whether repeating the sample is suspicious: free text is, a choice or a text from the library is not."""
    leaf = dt.by_pattern[pointer]
    return leaf.kind in ("string", "date", "date-time") and not leaf.choices and "x-source" not in leaf.schema
