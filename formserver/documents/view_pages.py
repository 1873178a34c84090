"""Saving, sharing and forgetting views of the list; choosing its columns."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError, Kind
from formserver.documents.blueprint import documents
from formserver.documents.columns import chosen
from formserver.documents.list_names import asked_filter, asked_of
from formserver.documents.listing import PLAIN, view_url
from formserver.documents.saved_views import SavedViews
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires


@documents.post("/documents/views")
@requires(DocumentPermission.READ)
def save_view() -> Any:
    """Keep the filter of the list under a name. A refusal says why and loses nothing of the filter."""
    actor, form = current_actor(), request.form
    wanted, _ = asked_filter(actor, asked_of(form.get("address", "")))
    columns = [column.key for column in chosen(form.getlist("col"))]
    try:
        view = service(SavedViews).save(
            actor,
            form.get("name", ""),
            wanted.arguments,
            columns,
            shared=form.get("shared") == "1",
            default=form.get("default") == "1",
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(error.message(), "error")
        return redirect(url_for("documents.index", **wanted.arguments, view=PLAIN))
    flash(f"已保存视图“{view.name}”。", "success")
    return redirect(view_url(view))


@documents.post("/documents/views/<view_id>/delete")
@requires(DocumentPermission.READ)
def delete_view(view_id: str) -> Any:
    """Forget an own view; the documents stay as they are."""
    service(SavedViews).remove(current_actor(), view_id)
    flash("已删除视图，文书不受影响。", "success")
    return redirect(url_for("documents.index", view=PLAIN))


@documents.post("/documents/columns")
@requires(DocumentPermission.READ)
def choose_columns() -> Any:
    """Remember the columns of a view, or of the plain list."""
    actor, form = current_actor(), request.form
    columns = [column.key for column in chosen(form.getlist("col"))]
    view_id = form.get("view", "")
    service(SavedViews).keep_columns(actor, view_id, columns)
    wanted, _ = asked_filter(actor, asked_of(form.get("address", "")))
    return redirect(url_for("documents.index", **wanted.arguments, view=view_id or PLAIN))
