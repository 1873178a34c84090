"""Photographs of name plates: added to a row, looked at, removed with a mark. The bytes stay in any case."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from formserver.core.errors import Kind, error_code
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.equipment.models import NameplatePhoto
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository
from formserver.equipment.review_repository import PhotoRepository
from formserver.equipment.review_service import Reviews, check_open
from formserver.evidence.pictures import MOST_POINTS, SCREEN, THUMB, EvidencePictures
from formserver.uploads.models import StoredUpload
from formserver.uploads.service import size_words

PURPOSE: Final = "equipment-photo"
MOST_BYTES: Final = 30 << 20
MOST_PHOTOS: Final = 12
"""Of one row; removed ones do not count."""
ACCEPTED: Final = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/heic", "image/bmp", "image/tiff"}
)
SIZES: Final = {"thumb": THUMB, "large": SCREEN}

PHOTO_KIND = error_code(
    "EQUIPMENT_PHOTO_KIND",
    Kind.INVALID,
    zh="“{name}”不是能显示的照片。请上传 JPG、PNG、WEBP 或 HEIC 照片。",
    en="{name} is not a photograph that can be shown.",
)
PHOTO_TOO_MANY = error_code(
    "EQUIPMENT_PHOTO_TOO_MANY",
    Kind.INVALID,
    zh="一行最多 {most} 张铭牌照片，现有 {held} 张。请先移除不清楚的，再上传。",
    en="A row holds at most {most} photographs.",
)
PHOTO_NONE = error_code(
    "EQUIPMENT_PHOTO_NONE", Kind.INVALID, zh="请先选择或拍摄照片。", en="Choose a photograph first."
)
PHOTO_GONE = error_code(
    "EQUIPMENT_PHOTO_GONE", Kind.CONFLICT, zh="这张照片已经移除。", en="The photograph was removed already."
)


@dataclass(frozen=True, slots=True)
class _Picture:
    """A photograph as the drawing of pictures asks for it."""

    blob_sha256: str
    media_type: str
    filename: str
    size: int = 0
    pages: int = 0


class NameplatePhotos:
    """Photographs within an actor's scope."""

    def __init__(self, kit: Kit, reviews: Reviews, pictures: EvidencePictures) -> None:
        self._kit = kit
        self._reviews = reviews
        self._pictures = pictures

    def check_place(self, actor: Actor, list_id: str, number: int) -> None:
        """Whether photographs can be added here, asked before any byte is stored. Raises NOT_FOUND, NOT_ALLOWED,
        EQUIPMENT_REVIEW_CLOSED."""
        actor.require(EquipmentPermission.DECIDE)
        with self._kit.store.uow() as u:
            lists = u.repository(EquipmentListRepository)
            check_open(lists.get(list_id, actor.scope))
            lists.row(list_id, number)

    def add(
        self, actor: Actor, list_id: str, number: int, stored: Sequence[StoredUpload]
    ) -> tuple[NameplatePhoto, ...]:
        """Put stored files on a row, all or none; a file that hangs there already is passed over.

        Raises as :meth:`check_place`, and EQUIPMENT_PHOTO_NONE, EQUIPMENT_PHOTO_KIND, EQUIPMENT_PHOTO_TOO_MANY.
        """
        self.check_place(actor, list_id, number)
        if not stored:
            raise PHOTO_NONE()
        for one in stored:
            self._check_picture(one)
        with self._kit.store.uow(write=True) as u:
            lists, photos = u.repository(EquipmentListRepository), u.repository(PhotoRepository)
            check_open(lists.lock(list_id, actor.scope))
            held = {one.sha256 for one in photos.of_row(list_id, number) if one.removed_at is None}
            fresh = list({one.sha256: one for one in stored if one.sha256 not in held}.values())
            if len(held) + len(fresh) > MOST_PHOTOS:
                raise PHOTO_TOO_MANY(most=MOST_PHOTOS, held=len(held))
            made = tuple(self._photo(actor, list_id, number, one) for one in fresh)
            for photo in made:
                photos.add(photo)
            if made:
                facts = {"number": number, "photos": [[one.id, one.sha256] for one in made]}
                subject = f"equipment_list:{list_id}"
                record_event(self._kit, u, actor, "equipment.photo_add", subject=subject, data=facts)
        return made

    def remove(self, actor: Actor, list_id: str, photo_id: str) -> NameplatePhoto:
        """Mark a photograph as removed. Raises NOT_FOUND, NOT_ALLOWED, EQUIPMENT_REVIEW_CLOSED, EQUIPMENT_PHOTO_GONE."""
        actor.require(EquipmentPermission.DECIDE)
        with self._kit.store.uow(write=True) as u:
            check_open(u.repository(EquipmentListRepository).lock(list_id, actor.scope))
            photos = u.repository(PhotoRepository)
            found = photos.get(list_id, photo_id)
            if not photos.remove(found, self._kit.clock.now(), actor.name):
                raise PHOTO_GONE()
            facts = {"number": found.number, "photo": found.id, "sha256": found.sha256}
            subject = f"equipment_list:{list_id}"
            record_event(self._kit, u, actor, "equipment.photo_remove", subject=subject, data=facts)
        return found

    def get(self, actor: Actor, list_id: str, photo_id: str) -> NameplatePhoto:
        """A photograph, removed ones too. Raises NOT_FOUND."""
        self._reviews.open(actor, list_id)
        with self._kit.store.uow() as u:
            return u.repository(PhotoRepository).get(list_id, photo_id)

    def picture(self, photo: NameplatePhoto, longest: int) -> bytes:
        """As JPEG, upright, at most so many pixels long. Raises EVIDENCE_NO_PICTURE, NOT_FOUND."""
        return self._pictures.picture(_Picture(photo.sha256, photo.media_type, photo.filename), longest)

    def _check_picture(self, stored: StoredUpload) -> None:
        """Its content is a picture that can be opened: the head of it at least. The rest is drawn when it is shown."""
        if stored.media_type not in ACCEPTED:
            raise PHOTO_KIND(name=stored.filename)
        if stored.size > MOST_BYTES:
            raise PHOTO_KIND(name=f"{stored.filename}（{size_words(stored.size)}）")
        with self._kit.store.blobs.open(stored.sha256) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            try:
                with Image.open(file) as image:
                    fits = image.width * image.height <= MOST_POINTS
            except Exception as damaged:  # any of a dozen decoders may stumble over a broken head
                raise PHOTO_KIND(name=stored.filename) from damaged
        if not fits:
            raise PHOTO_KIND(name=stored.filename)

    def _photo(self, actor: Actor, list_id: str, number: int, stored: StoredUpload) -> NameplatePhoto:
        return NameplatePhoto(
            id=new_id(),
            list_id=list_id,
            number=number,
            sha256=stored.sha256,
            filename=stored.filename,
            media_type=stored.media_type,
            by=actor.user_id,
            by_name=actor.name,
            at=self._kit.clock.now(),
        )
