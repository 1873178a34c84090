"""消息: the list, opening one, marking all read, and the count that the bell asks for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from formserver.notices.service import NoticeService
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires_sign_in

notices = Blueprint("notices", __name__, url_prefix="/notices", template_folder="templates")


@notices.get("/")
@requires_sign_in
def index() -> Any:
    """The list, newest first."""
    actor, board = current_actor(), service(NoticeService)
    items, last = board.page(actor, request.args.get("before", ""))
    return render_template(
        "notices/index.html",
        items=items,
        unread=board.unread(actor),
        next_url=url_for("notices.index", before=last) if last else "",
    )


@notices.get("/count")
@requires_sign_in
def count() -> Any:
    """For the bell, which asks while the page is visible."""
    return jsonify(unread=service(NoticeService).unread(current_actor()))


@notices.post("/<notice_id>/open")
@requires_sign_in
def open_notice(notice_id: str) -> Any:
    """Mark one read and go where it leads."""
    return redirect(service(NoticeService).open(current_actor(), notice_id).path, 303)


@notices.post("/read")
@requires_sign_in
def read_all() -> Any:
    """Mark everything read."""
    marked = service(NoticeService).mark_all_read(current_actor())
    flash(f"已将 {marked} 条消息标为已读。" if marked else "没有未读消息。", "success")
    return redirect(url_for("notices.index"), 303)
