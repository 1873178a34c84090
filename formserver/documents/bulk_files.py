"""One file of many papers: a PDF to print, or a zip to take along. Kept for a day outside the record, then gone."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from formserver.core.errors import NOT_FOUND, AppError, Kind, error_code
from formserver.core.models import Document, Rendition, RenditionKind
from formserver.core.papers import PDF_TYPE, Papers
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store
from formserver.documents.bulk_deeds import Item, Outcome, Progress, reason_of
from formserver.store.export import copy_hashed

KEPT_HOURS: Final = 24
MOST_TO_MERGE: Final = 200 * 1024 * 1024
"""Bytes of PDF merged into one: merging holds them in memory, some three times over."""
NO_ROOM_TO_MERGE = error_code(
    "NO_ROOM_TO_MERGE",
    Kind.INVALID,
    zh="合并的 PDF 已满 {size} MB，这一份没有放进去，请分批打印。",
    en="The merged PDF is full at {size} MB.",
)


class BulkFiles:
    """Makes and keeps them; the name of a file is the id of the job that made it."""

    def __init__(self, papers: Papers, store: Store, folder: Path) -> None:
        self._papers = papers
        self._store = store
        self._blobs = store.blobs
        self._folder = folder

    def path(self, job_id: str, key: str) -> Path:
        """Where the file of a run lies. Raises NOT_FOUND when it is gone."""
        path = self._place(job_id, key)
        if not path.is_file() or time.time() - path.stat().st_mtime > KEPT_HOURS * 3600:
            raise NOT_FOUND(what="这个文件，临时文件只保留 24 小时，请重新生成")
        return path

    def make(
        self, actor: Actor, key: str, items: Sequence[Item], job_id: str, progress: Progress
    ) -> list[Outcome]:
        """Write the file of a run; the outcome says for each document what of it went in."""
        self._sweep()
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._place(job_id, key)
        partial = target.with_suffix(".part")
        try:
            made = self._merge if key == "print" else self._pack
            outcomes = made(actor, items, partial, progress)
            if partial.is_file():
                partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return outcomes

    def _merge(self, actor: Actor, items: Sequence[Item], partial: Path, progress: Progress) -> list[Outcome]:
        from formserver.rendering.scan_check import (
            open_pdf,
            signature_fields,
        )  # large, and only workers need it
        from formserver.rendering.stamp import Part, merge_pdfs

        parts, attached, outcomes, size = [], [], [], 0
        for count, item in enumerate(items, start=1):
            progress(round(90 * count / len(items)), f"合并打印：已读取 {count} / {len(items)} 份")
            document, outcome = self._found(actor, item)
            if document is not None:
                try:
                    rendition = self._paper(actor, document)
                    if size + rendition.size > MOST_TO_MERGE:
                        raise NO_ROOM_TO_MERGE(size=MOST_TO_MERGE >> 20)
                    part = Part(
                        f"{document.number} {document.title}".strip(), self._blobs.read(rendition.blob_sha256)
                    )
                    if signature_fields(open_pdf(part.pdf, part.title)):
                        attached.append(part)
                        words = "带电子签名，原样附在合并文件的附件中，请单独打印"
                    else:
                        parts.append(part)
                        words = f"已合并，{rendition.pages} 页"
                    size += rendition.size
                    outcome = Outcome(document.id, document.title, True, words)
                except AppError as refused:
                    outcome = Outcome(document.id, document.title, False, reason_of(refused))
            outcomes.append(outcome)
        if parts:
            partial.write_bytes(merge_pdfs(parts, attached))
        return outcomes

    def _pack(self, actor: Actor, items: Sequence[Item], partial: Path, progress: Progress) -> list[Outcome]:
        outcomes = []
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for count, item in enumerate(items, start=1):
                progress(round(100 * count / len(items)), f"下载：已打包 {count} / {len(items)} 份")
                document, outcome = self._found(actor, item)
                if document is not None:
                    try:
                        words = self._add(actor, archive, document, f"{count:04d} {_safe(document)}")
                        outcome = Outcome(document.id, document.title, words != "", words or "还没有文件")
                    except AppError as refused:
                        outcome = Outcome(document.id, document.title, False, reason_of(refused))
                outcomes.append(outcome)
        if not any(outcome.done for outcome in outcomes):
            partial.unlink()
        return outcomes

    def _add(self, actor: Actor, archive: zipfile.ZipFile, document: Document, folder: str) -> str:
        files = self._newest(actor, document)
        for number, rendition in enumerate(files, start=1):
            self._papers.fetch(actor, document.id, rendition.id)  # a download like any other: recorded
            name = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "_", rendition.filename).strip(" .")
            member = f"{folder}/{number} {name}"
            with (
                self._blobs.open(rendition.blob_sha256) as source,
                archive.open(member, "w", force_zip64=True) as out,
            ):
                found = copy_hashed(source, out)
            if found != rendition.blob_sha256:
                self._blobs.read(rendition.blob_sha256)  # says that it is damaged
        return f"{len(files)} 个文件" if files else ""

    def _found(self, actor: Actor, item: Item) -> tuple[Document | None, Outcome]:
        """The document of an item; where this person may not see it, it does not exist."""
        gone = Outcome("", "（看不到的文书）", False, "没有找到，或者不在您的管辖范围内。")
        try:
            with self._store.uow() as u:
                return u.documents.get(item.id, actor.scope), gone
        except AppError:
            return None, gone

    def _paper(self, actor: Actor, document: Document) -> Rendition:
        """The newest printed PDF; fetched, so that the printing is recorded."""
        pdfs = [r for r in self._newest(actor, document) if r.kind is RenditionKind.PDF]
        if not pdfs:
            raise NOT_FOUND(what="打印用的 PDF，取号或定稿之后才有；刚生成的请稍等")
        return self._papers.fetch(actor, document.id, pdfs[-1].id)[1]

    def _newest(self, actor: Actor, document: Document) -> list[Rendition]:
        files = self._papers.renditions(actor, document.id)
        printed = max((r.version_no for r in files if r.kind is RenditionKind.DOCX), default=0)
        wanted = (RenditionKind.DOCX, RenditionKind.PDF)
        return [
            r
            for r in files
            if r.kind is RenditionKind.SCAN
            or (r.version_no == printed and r.kind in wanted)
            or (not printed and r.media_type == PDF_TYPE)
        ]

    def _place(self, job_id: str, key: str) -> Path:
        return self._folder / f"{job_id}.{'pdf' if key == 'print' else 'zip'}"

    def _sweep(self) -> None:
        for path in self._folder.glob("*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > KEPT_HOURS * 3600:
                    path.unlink()


def _safe(document: Document) -> str:
    base = f"{document.number} {document.title}".strip()
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "_", base).strip(" ._")[:60] or "文书"
