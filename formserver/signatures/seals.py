"""The agency's seal images: added and retired by those who manage them, every deed recorded."""

from __future__ import annotations

from typing import Final

from formserver.core.errors import Problem, invalid
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.rendering.signature_stamp import clean_picture
from formserver.signatures.models import SealImage
from formserver.signatures.permissions import SealPermission
from formserver.signatures.repository import SignatureRepository

WIDTHS: Final = range(20, 61)
"""Millimetres. Round seals of agencies measure 42, of provincial organs 45 (国发〔1999〕25号, recalled)."""


class SealService:
    """Seals of the actor's own agency."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def seals(self, actor: Actor) -> tuple[SealImage, ...]:
        """All of them, newest first. Raises NOT_ALLOWED."""
        actor.require(SealPermission.MANAGE)
        with self._kit.store.uow() as u:
            return u.repository(SignatureRepository).seals(actor.agency_id)

    def add(self, actor: Actor, title: str, width_mm: int, picture: bytes) -> SealImage:
        """Keep a picture of a seal. Raises INVALID_INPUT, PICTURE_REFUSED."""
        actor.require(SealPermission.MANAGE)
        title = " ".join(title.split())
        wrong = []
        if not title or len(title) > 60:
            wrong.append(Problem("SEAL", "请填写印章名称，不超过 60 个字。", "/title", "印章名称"))
        if width_mm not in WIDTHS:
            message = f"请填写 {WIDTHS.start} 至 {WIDTHS.stop - 1} 之间的整数，圆形公章一般为 42。"
            wrong.append(Problem("SEAL", message, "/width_mm", "实际宽度（毫米）"))
        if not picture:
            wrong.append(Problem("SEAL", "请选择印章图片。", "/picture", "印章图片"))
        if wrong:
            raise invalid(wrong)
        image = self._kit.store.blobs.put_bytes(clean_picture(picture, title, least_ink=0.01))
        now = self._kit.clock.now()
        seal = SealImage(
            new_id(), actor.agency_id, title, image.sha256, width_mm, actor.user_id, actor.name, now
        )
        with self._kit.store.uow(write=True) as u:
            u.repository(SignatureRepository).add_seal(seal)
            data = {"seal": seal.id, "image_sha256": seal.image_sha256, "width_mm": width_mm}
            record_event(self._kit, u, actor, "seal.added", subject=title, data=data)
        return seal

    def retire(self, actor: Actor, seal_id: str) -> SealImage:
        """Close a seal for further use. Raises NOT_FOUND."""
        actor.require(SealPermission.MANAGE)
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(SignatureRepository)
            seal = repository.seal(seal_id, actor.agency_id)
            repository.retire_seal(seal_id, self._kit.clock.now())
            record_event(self._kit, u, actor, "seal.retired", subject=seal.title, data={"seal": seal.id})
        return seal

    def picture(self, actor: Actor, seal_id: str) -> bytes:
        """The picture, for those who manage or use seals of this agency. Raises NOT_FOUND."""
        if not actor.may(SealPermission.USE):
            actor.require(SealPermission.MANAGE)
        with self._kit.store.uow() as u:
            seal = u.repository(SignatureRepository).seal(seal_id, actor.agency_id)
        return self._kit.store.blobs.read(seal.image_sha256)
