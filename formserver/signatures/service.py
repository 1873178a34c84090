"""Signing on a screen: which places a printed paper has, what stands in them, and the paper with all of it.

The pictures are bound to the version that was printed: a paper that is reopened and printed anew begins empty. What is
captured here is not yet the record: the finished pages go to the intake of signed papers and are bound there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.canonical import canonical_json
from formserver.core.clock import SHANGHAI
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND, Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.intake import SignedPageIntake
from formserver.core.lifecycle import WRONG_STATE
from formserver.core.models import Document, Rendition, RenditionKind, State, VersionContent
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.rendering.page_images import page_sizes
from formserver.rendering.signature_stamp import Mark, clean_picture, stamp_marks
from formserver.rendering.slots import SlotArea, SlotSpec, find_slots, slot_specs
from formserver.signatures.models import CapturedMark, MarkKind, SealImage
from formserver.signatures.permissions import SealPermission
from formserver.signatures.repository import SignatureRepository

LEAST_INK: Final = 0.0005
MOST_STROKES: Final = 500_000
"""Characters of the recorded movement: some minutes of writing."""
MOST_REMEMBERED: Final = 200
NO_PDF_YET = error_code(
    "NO_PDF_YET",
    Kind.CONFLICT,
    zh="送签版本的 PDF 还没有生成，请稍等片刻后刷新；长时间没有生成的，请在文书页点“重试”。",
    en="The PDF of the printed version is not there yet.",
)
NOTHING_CAPTURED = error_code(
    "NOTHING_CAPTURED",
    Kind.CONFLICT,
    zh="还没有任何签名或印章。请先在纸面上点选位置签名，再完成签署。",
    en="Nothing has been signed yet.",
)
SEAL_RETIRED = error_code(
    "SEAL_RETIRED", Kind.CONFLICT, zh="印章“{title}”已停用，请选择其他印章。", en="Seal {title} is retired."
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the paper for a signature or seal, and what stands there."""

    area: SlotArea
    index: int
    mark: CapturedMark | None

    @property
    def key(self) -> str:
        """Its name in forms."""
        return f"{self.area.key}:{self.index}"


@dataclass(frozen=True, slots=True)
class SigningPage:
    """A printed paper with its places. ``sizes`` are those of the pages in points."""

    document: Document
    pdf: Rendition
    sizes: Sequence[tuple[float, float]]
    places: Sequence[Place]
    seals: Sequence[SealImage]

    @property
    def signed(self) -> int:
        """How many places are filled."""
        return sum(place.mark is not None for place in self.places)


class SignatureService:
    """Marks on the papers of an actor's scope."""

    def __init__(self, kit: Kit, intake: SignedPageIntake | None) -> None:
        self._kit = kit
        self._intake = intake
        self._areas_of: dict[tuple[str, tuple[SlotSpec, ...]], tuple[SlotArea, ...]] = {}

    def page(self, actor: Actor, document_id: str) -> SigningPage:
        """The printed paper. Raises NOT_FOUND, WRONG_STATE before or after 定稿待签, NO_PDF_YET."""
        actor.require(DocumentPermission.SIGN)
        with self._kit.store.uow() as u:
            document, pdf, content = self._printed(u, actor, document_id)
            repository = u.repository(SignatureRepository)
            marks = repository.marks(document_id, document.printed_version)
            seals = repository.seals(document.agency_id) if actor.may(SealPermission.USE) else ()
        data = self._kit.store.blobs.read(pdf.blob_sha256)
        standing = {(mark.slot, mark.place): mark for mark in marks}
        places = [
            Place(area, index, standing.get((area.key, index)))
            for area, index in self._areas(document, content, pdf, data)
        ]
        open_seals = [seal for seal in seals if seal.retired_at is None]
        return SigningPage(document, pdf, page_sizes(data), places, open_seals)

    def sign(
        self,
        actor: Actor,
        document_id: str,
        place: str,
        *,
        signer: str,
        picture: bytes,
        strokes: str,
        device: str,
    ) -> None:
        """Keep a signature in a place. Raises INVALID_INPUT naming what is missing, PICTURE_REFUSED."""
        seen = self.page(actor, document_id)
        area, index = self._place(seen, place, "signature")
        signer = " ".join(signer.split())[:60]
        if not signer:
            raise invalid([Problem("SIGNER", "请填写签名人的姓名。", "/signer", "签名人")])
        image = self._kit.store.blobs.put_bytes(clean_picture(picture, "签名", least_ink=LEAST_INK))
        movement = _movement(strokes)
        with self._kit.store.uow(write=True) as u:
            self._still(u, actor, seen)
            mark = CapturedMark(
                id=new_id(),
                document_id=document_id,
                version_no=seen.document.printed_version,
                slot=area.key,
                place=index,
                kind=MarkKind.SIGNATURE,
                signer=signer,
                image_sha256=image.sha256,
                by=actor.user_id,
                by_name=actor.name,
                at=self._kit.clock.now(),
                strokes_sha256=u.contents.put(canonical_json(movement)) if movement else "",
                device=device[:200],
            )
            self._keep(u, actor, mark, area, "signature.captured")

    def affix(self, actor: Actor, document_id: str, place: str, seal_id: str) -> None:
        """Put a seal of the document's agency into a place; the use is recorded. Raises NOT_FOUND, SEAL_RETIRED."""
        actor.require(SealPermission.USE)
        seen = self.page(actor, document_id)
        area, index = self._place(seen, place, "seal")
        with self._kit.store.uow(write=True) as u:
            self._still(u, actor, seen)
            seal = u.repository(SignatureRepository).seal(seal_id, seen.document.agency_id)
            if seal.retired_at is not None:
                raise SEAL_RETIRED(title=seal.title)
            mark = CapturedMark(
                id=new_id(),
                document_id=document_id,
                version_no=seen.document.printed_version,
                slot=area.key,
                place=index,
                kind=MarkKind.SEAL,
                signer=seal.title,
                image_sha256=seal.image_sha256,
                by=actor.user_id,
                by_name=actor.name,
                at=self._kit.clock.now(),
                seal_id=seal.id,
            )
            self._keep(u, actor, mark, area, "seal.affixed")

    def withdraw(self, actor: Actor, document_id: str, mark_id: str) -> None:
        """Take a mark back before the paper is bound; it stays in the record as withdrawn. Raises NOT_FOUND."""
        actor.require(DocumentPermission.SIGN)
        with self._kit.store.uow(write=True) as u:
            document, _, _ = self._printed(u, actor, document_id)
            mark = u.repository(SignatureRepository).withdraw(mark_id, document_id, self._kit.clock.now())
            if mark.kind is MarkKind.SEAL:
                actor.require(SealPermission.USE)
            data = {"slot": mark.slot, "signer": mark.signer, "version": mark.version_no}
            record_event(
                self._kit,
                u,
                actor,
                "signature.withdrawn",
                document_id=document.id,
                subject=document.title,
                data=data,
            )

    def finish(self, actor: Actor, document_id: str) -> bytes:
        """The paper with every mark, handed to the intake of signed papers; also returned.

        Raises NOTHING_CAPTURED, and what the intake raises.
        """
        seen = self.page(actor, document_id)
        if not seen.signed:
            raise NOTHING_CAPTURED()
        blobs = self._kit.store.blobs
        seals = {seal.id: seal for seal in self._seals(seen)}
        marks = [self._mark(place, seals) for place in seen.places if place.mark is not None]
        pdf = stamp_marks(blobs.read(seen.pdf.blob_sha256), marks, name=seen.pdf.filename)
        with self._kit.store.uow(write=True) as u:
            self._still(u, actor, seen)
            record_event(
                self._kit,
                u,
                actor,
                "signature.finished",
                document_id=document_id,
                subject=seen.document.title,
                data={
                    "version": seen.document.printed_version,
                    "marks": [
                        {"slot": p.mark.slot, "place": p.mark.place, "image": p.mark.image_sha256}
                        for p in seen.places
                        if p.mark is not None
                    ],
                },
            )
        if self._intake is not None:
            self._intake.offer(actor, document_id, f"{seen.document.title}（屏幕签署）.pdf", pdf)
        return pdf

    def _mark(self, place: Place, seals: dict[str, SealImage]) -> Mark:
        mark = place.mark
        assert mark is not None
        area = place.area
        box = (area.x0, area.y0, area.x1, area.y1)
        if mark.kind is MarkKind.SEAL:
            half = seals[mark.seal_id].width_mm / 25.4 * 72 / 2
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            box = (x - half, y - half, x + half, y + half)
        note = (
            f"屏幕签署 {mark.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            if mark.kind is MarkKind.SIGNATURE
            else ""
        )
        return Mark(area.page, box, self._kit.store.blobs.read(mark.image_sha256), note, mark.kind.value)

    def _seals(self, seen: SigningPage) -> tuple[SealImage, ...]:
        with self._kit.store.uow() as u:
            return u.repository(SignatureRepository).seals(seen.document.agency_id)

    def _printed(
        self, u: UnitOfWork, actor: Actor, document_id: str
    ) -> tuple[Document, Rendition, VersionContent]:
        document = u.documents.get(document_id, actor.scope)
        if document.state is not State.FINAL:
            raise WRONG_STATE(
                state=document.state.value, action="屏幕签署", hint="只有“定稿待签”的文书可以签署。"
            )
        for rendition in u.renditions.for_document(document_id):
            if rendition.kind is RenditionKind.PDF and rendition.version_no == document.printed_version:
                content = u.documents.version(document_id, document.printed_version, actor.scope)
                return document, rendition, content
        raise NO_PDF_YET()

    def _areas(
        self, document: Document, content: VersionContent, pdf: Rendition, data: bytes
    ) -> list[tuple[SlotArea, int]]:
        dt = self._kit.document_type(document)
        specs = slot_specs(dt, content.body, content.envelope.get("ctx", {}))
        areas, counts = [], dict[str, int]()
        key = (pdf.blob_sha256, specs)
        if key not in self._areas_of:  # reading the layout takes some tenths of a second: once per paper
            if len(self._areas_of) >= MOST_REMEMBERED:
                self._areas_of.clear()
            self._areas_of[key] = find_slots(data, specs)
        for area in self._areas_of[key]:
            index = counts.get(area.key, 0)
            counts[area.key] = index + 1
            areas.append((area, index))
        return areas

    def _place(self, seen: SigningPage, key: str, kind: str) -> tuple[SlotArea, int]:
        for place in seen.places:
            if place.key == key and place.area.kind == kind:
                return place.area, place.index
        raise NOT_FOUND(what="纸面上的这个位置")

    def _still(self, u: UnitOfWork, actor: Actor, seen: SigningPage) -> None:
        """The paper has not been reopened or bound while somebody was writing. Raises WRONG_STATE."""
        document, _, _ = self._printed(u, actor, seen.document.id)
        if document.printed_version != seen.document.printed_version:
            raise WRONG_STATE(
                state=document.state.value, action="屏幕签署", hint="文书已重新定稿，请刷新后再签。"
            )

    def _keep(self, u: UnitOfWork, actor: Actor, mark: CapturedMark, area: SlotArea, action: str) -> None:
        u.repository(SignatureRepository).add_mark(mark)
        record_event(
            self._kit,
            u,
            actor,
            action,
            document_id=mark.document_id,
            subject=area.label,
            data={
                "slot": mark.slot,
                "place": mark.place,
                "signer": mark.signer,
                "version": mark.version_no,
                "image_sha256": mark.image_sha256,
                "strokes_sha256": mark.strokes_sha256,
                "seal": mark.seal_id,
                "device": mark.device,
            },
        )


def _movement(strokes: str) -> list[Any]:
    """The captured movement as data; nothing where it is missing, too long or not what the pad sends."""
    if not strokes or len(strokes) > MOST_STROKES:
        return []
    try:
        found = json.loads(strokes, parse_float=lambda text: str(text)[:12])
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
