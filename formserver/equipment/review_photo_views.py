"""Photographs of name plates: upload, remove, look at. The bytes only leave through here, within the scope."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, flash, redirect, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.equipment.blueprint import equipment
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_filters import arguments_of, query_from
from formserver.equipment.review_photos import MOST_BYTES, MOST_PHOTOS, PURPOSE, SIZES, NameplatePhotos
from formserver.equipment.review_views import row_page
from formserver.uploads.intake import taken_from_request
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires


@equipment.post("/lists/<list_id>/rows/<int(max=99999999):number>/photos")
@requires(EquipmentPermission.DECIDE)
@accepts_upload(MOST_PHOTOS * (MOST_BYTES >> 20))
def review_photos_add(list_id: str, number: int) -> Any:
    """Put photographs on a row."""
    actor, photos = current_actor(), service(NameplatePhotos)
    try:
        photos.check_place(actor, list_id, number)
        made = photos.add(actor, list_id, number, taken_from_request(actor, PURPOSE))
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return row_page(list_id, number, Wish("photo"), error), STATUS[error.kind]
    flash(f"已添加 {len(made)} 张铭牌照片。" if made else "这些照片已经在这一行，没有重复添加。", "success")
    return _back(list_id, number)


@equipment.post("/lists/<list_id>/photos/<photo_id>/remove")
@requires(EquipmentPermission.DECIDE)
def review_photo_remove(list_id: str, photo_id: str) -> Any:
    """Take a photograph off a row; it is kept with the mark of who removed it."""
    try:
        found = service(NameplatePhotos).remove(current_actor(), list_id, photo_id)
    except AppError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        found = service(NameplatePhotos).get(current_actor(), list_id, photo_id)
        return row_page(list_id, found.number, Wish("photo"), error), STATUS[error.kind]
    flash("照片已移除，原图仍保留在记录中。", "success")
    return _back(list_id, found.number)


@equipment.get("/lists/<list_id>/photos/<photo_id>")
@requires(EquipmentPermission.READ)
def review_photo(list_id: str, photo_id: str) -> Any:
    """The photograph drawn anew as JPEG: nothing of the file itself reaches a browser."""
    photos = service(NameplatePhotos)
    found = photos.get(current_actor(), list_id, photo_id)
    size = request.args.get("size", "large")
    longest = SIZES.get(size, SIZES["large"])
    tag = hashlib.sha256(f"{found.sha256} {longest}".encode()).hexdigest()[:32]
    if tag in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    try:
        drawn = photos.picture(found, longest)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return redirect(url_for("static", filename="evidence/no-picture.svg"))
    answer = Response(drawn, mimetype="image/jpeg")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'self'"
    return answer


def _back(list_id: str, number: int) -> Any:
    where = {**arguments_of(query_from(request.args)), "list_id": list_id}
    return redirect(url_for("equipment.review_row", **where, number=number, _anchor="photos"))
