"""One deed on many documents: each is a unit of work of its own, and each is told what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from formserver.core.document_permissions import DocumentPermission as P
from formserver.core.drafting import Drafting
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, AppError, Kind, error_code
from formserver.core.issuing import Issuing
from formserver.core.models import Document, RenditionKind, State
from formserver.core.papers import Papers
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import DocumentQuery, Store

MOST: Final = 1_000
TOO_MANY_CHOSEN = error_code(
    "TOO_MANY_CHOSEN",
    Kind.INVALID,
    zh="一次最多处理 {most} 份文书，您选了 {count} 份。请用条件缩小范围，分几次处理。",
    en="At most {most} documents at once; {count} were chosen.",
)
NOTHING_CHOSEN = error_code(
    "NOTHING_CHOSEN", Kind.INVALID, zh="还没有选择文书，请先在列表中勾选。", en="Nothing is chosen."
)
Progress = Callable[[int, str], object]


@dataclass(frozen=True, slots=True)
class BulkDeed:
    """A deed offered above the list. ``files``: it makes one file of many papers, in the worker."""

    key: str
    label: str
    permission: P
    files: bool = False


DEEDS: Final = (
    BulkDeed("submit", "提交审核", P.SUBMIT),
    BulkDeed("number", "取号", P.NUMBER),
    BulkDeed("finalise", "定稿打印", P.FINALISE),
    BulkDeed("pdf", "生成 PDF", P.READ),
    BulkDeed("print", "合并打印", P.READ, files=True),
    BulkDeed("zip", "下载", P.READ, files=True),
)
GENERATE: Final = BulkDeed("generate", "批量新建", P.CREATE)
_BY_KEY: Final = {deed.key: deed for deed in (*DEEDS, GENERATE)}
_TARGETS: Final = {"submit": State.IN_REVIEW, "number": State.NUMBERED, "finalise": State.FINAL}


@dataclass(frozen=True, slots=True)
class Item:
    """A chosen document as the person saw it; for 批量新建 an enterprise."""

    id: str
    base_version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item. ``document_id`` is empty where there is nothing to open."""

    document_id: str
    title: str
    done: bool
    words: str

    def as_dict(self) -> dict[str, Any]:
        """For the result of a job."""
        return asdict(self)


def offered_deeds(actor: Actor) -> list[BulkDeed]:
    """The deeds this person's roles allow."""
    return [deed for deed in DEEDS if actor.may(deed.permission)]


def deed_of(actor: Actor, key: str) -> BulkDeed:
    """Raises NOT_FOUND, NOT_ALLOWED."""
    deed = _BY_KEY.get(key)
    if deed is None:
        raise NOT_FOUND(what="这个批量操作")
    if not actor.may(deed.permission):
        raise NOT_ALLOWED(what=deed.permission.label)
    return deed


class BulkDeeds:
    """Does them one after another; nothing is half done, nothing is silent."""

    def __init__(self, kit: Kit, issuing: Issuing, papers: Papers, drafting: Drafting) -> None:
        self._store: Store = kit.store
        self._kit = kit
        self._issuing = issuing
        self._papers = papers
        self._drafting = drafting

    def run(
        self,
        actor: Actor,
        key: str,
        items: Sequence[Item],
        *,
        since: datetime | None = None,
        type_key: str = "",
        progress: Progress = lambda _percent, _words: None,
    ) -> list[Outcome]:
        """``since``: when the run was asked for; what was done after that by this person counts as done, so that a
        run that was broken off can be taken up again."""
        deed = deed_of(actor, key)
        found = []
        for count, item in enumerate(items, start=1):
            if deed.key == GENERATE.key:
                found.append(self._generate(actor, item, type_key, since))
            else:
                found.append(self._one(actor, deed, item, since))
            progress(round(100 * count / len(items)), f"{deed.label}：已处理 {count} / {len(items)} 份")
        return found

    def _one(self, actor: Actor, deed: BulkDeed, item: Item, since: datetime | None) -> Outcome:
        try:
            with self._store.uow() as u:
                document = u.documents.get(item.id, actor.scope)
        except AppError:
            return Outcome("", "（看不到的文书）", False, "没有找到，或者不在您的管辖范围内。")
        try:
            words = self._do(actor, deed.key, document, item.base_version)
        except AppError as refused:
            if self._done_already(actor, deed.key, document, since):
                return Outcome(document.id, document.title, True, f"已{deed.label}")
            return Outcome(document.id, document.title, False, reason_of(refused))
        return Outcome(document.id, document.title, True, words)

    def _do(self, actor: Actor, key: str, document: Document, base_version: int) -> str:
        match key:
            case "submit":
                self._issuing.transition(actor, document.id, key, base_version=base_version, reason="")
                return "已提交审核"
            case "number":
                return f"已取号：{self._issuing.take_number(actor, document.id, base_version=base_version).number}"
            case "finalise":
                self._issuing.finalise(actor, document.id, base_version=base_version)
                return "已定稿，PDF 正在生成"
        return self._ask_for_pdf(actor, document)

    def _ask_for_pdf(self, actor: Actor, document: Document) -> str:
        files = self._papers.renditions(actor, document.id)
        printed = [r for r in files if r.kind is RenditionKind.DOCX]
        if not printed:
            return "还没有正式文书，取号或定稿后才有 PDF"
        newest = max(printed, key=lambda r: r.version_no)
        if any(r.kind is RenditionKind.PDF and r.version_no == newest.version_no for r in files):
            return "PDF 已有"
        job = self._papers.pdf_job(actor, newest)
        if job is None or job.state.value == "失败":
            self._papers.retry_pdf(actor, document.id, newest.id)
        return "PDF 正在生成"

    def _done_already(self, actor: Actor, key: str, document: Document, since: datetime | None) -> bool:
        if since is None or document.state is not _TARGETS.get(key) or not document.head_version:
            return False
        with self._store.uow() as u:
            head = u.documents.version(document.id, document.head_version, actor.scope).version
        return head.author_id == actor.user_id and head.at >= since

    def _generate(self, actor: Actor, item: Item, type_key: str, since: datetime | None) -> Outcome:
        try:
            if since is not None and (made := self._made_since(actor, item.id, type_key, since)):
                return Outcome(made.id, made.title, True, "已新建")
            made = self._drafting.create(actor, type_key, enterprise_id=item.id)
        except AppError as refused:
            return Outcome("", "", False, reason_of(refused))
        return Outcome(made.id, made.title, True, "已新建")

    def _made_since(
        self, actor: Actor, enterprise_id: str, type_key: str, since: datetime
    ) -> Document | None:
        query = DocumentQuery(
            types=(type_key,), enterprise_id=enterprise_id, created_by=actor.user_id, limit=5
        )
        with self._store.uow() as u:
            page = u.documents.find(query, actor.scope)
        return next((d for d in page.items if d.created_at >= since), None)


def reason_of(refused: AppError) -> str:
    """Why, with the places that are missing."""
    words = refused.message()
    places = "；".join(p.label or p.message for p in refused.problems[:4])
    more = f"等 {len(refused.problems)} 处" if len(refused.problems) > 4 else ""
    return f"{words}{'（' + places + more + '）' if places else ''}"
