"""屏幕签署 and 印章: the pages."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError, Kind
from formserver.signatures.permissions import SealPermission
from formserver.signatures.seals import SealService
from formserver.signatures.service import SignatureService
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

signatures: Final = Blueprint("signatures", __name__, template_folder="templates")
MEGABYTES: Final = 4


@signatures.get("/documents/<document_id>/signatures")
@requires(DocumentPermission.SIGN)
def paper(document_id: str) -> Any:
    """The printed paper with the places for signatures and seals."""
    try:
        return _page(document_id)
    except AppError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        flash(error.message(), "warning")
        return redirect(url_for("documents.show", document_id=document_id))


@signatures.post("/documents/<document_id>/signatures")
@requires(DocumentPermission.SIGN)
@accepts_upload(MEGABYTES)
def sign(document_id: str) -> Any:
    """Keep one signature; from the pad as a data address, or as a picture file without a script."""
    try:
        service(SignatureService).sign(
            current_actor(),
            document_id,
            request.form.get("place", ""),
            signer=request.form.get("signer", ""),
            picture=_picture(),
            strokes=request.form.get("strokes", ""),
            device=request.user_agent.string,
        )
    except AppError as error:
        return _refused(document_id, error)
    flash("已签名。请继续下一处，全部签完后点“完成签署”。", "success")
    return redirect(url_for("signatures.paper", document_id=document_id))


@signatures.post("/documents/<document_id>/signatures/seal")
@requires(SealPermission.USE)
def affix(document_id: str) -> Any:
    """Put a seal into a place."""
    place, seal = request.form.get("place", ""), request.form.get("seal", "")
    try:
        service(SignatureService).affix(current_actor(), document_id, place, seal)
    except AppError as error:
        return _refused(document_id, error)
    flash("已加盖印章，用印已登记。", "success")
    return redirect(url_for("signatures.paper", document_id=document_id))


@signatures.post("/documents/<document_id>/signatures/<mark_id>/withdraw")
@requires(DocumentPermission.SIGN)
def withdraw(document_id: str, mark_id: str) -> Any:
    """Take one back."""
    service(SignatureService).withdraw(current_actor(), document_id, mark_id)
    flash("已撤回，可以重新签。", "success")
    return redirect(url_for("signatures.paper", document_id=document_id))


@signatures.post("/documents/<document_id>/signatures/finish")
@requires(DocumentPermission.SIGN)
def finish(document_id: str) -> Any:
    """Hand the signed pages to the intake, where they are checked and bound."""
    try:
        service(SignatureService).finish(current_actor(), document_id)
    except AppError as error:
        return _refused(document_id, error)
    flash("签署后的页面已生成，请核对后登记签字件。", "success")
    return redirect(url_for(context().deed_pages["sign"], document_id=document_id))


@signatures.get("/seals")
@requires(SealPermission.MANAGE)
def seals() -> Any:
    """The seals of one's agency."""
    return _seals()


@signatures.post("/seals")
@requires(SealPermission.MANAGE)
@accepts_upload(MEGABYTES)
def add_seal() -> Any:
    """Add one; a refusal shows the page as filled."""
    file = request.files.get("picture")
    try:
        service(SealService).add(
            current_actor(),
            request.form.get("title", ""),
            request.form.get("width_mm", type=int, default=0),
            file.read() if file is not None else b"",
        )
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _seals(error), STATUS[error.kind]
    flash("印章已添加。", "success")
    return redirect(url_for("signatures.seals"))


@signatures.post("/seals/<seal_id>/retire")
@requires(SealPermission.MANAGE)
def retire_seal(seal_id: str) -> Any:
    """Close one for further use."""
    seal = service(SealService).retire(current_actor(), seal_id)
    flash(f"“{seal.title}”已停用；以前盖过的文书不受影响。", "success")
    return redirect(url_for("signatures.seals"))


@signatures.get("/seals/<seal_id>.png")
@requires(DocumentPermission.READ)
def seal_picture(seal_id: str) -> Any:
    """The picture; the service asks for the permission to use or manage seals."""
    answer = Response(service(SealService).picture(current_actor(), seal_id), mimetype="image/png")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _picture() -> bytes:
    file = request.files.get("picture")
    if file is not None and file.filename:
        return bytes(file.read())
    kind, _, data = request.form.get("image", "").partition(",")
    if kind != "data:image/png;base64":
        return b""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _refused(document_id: str, error: AppError) -> Any:
    if error.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise error
    try:
        return _page(document_id, error), STATUS[error.kind]
    except AppError:  # the paper itself is no longer to be signed
        flash(error.message(), "warning")
        return redirect(url_for("documents.show", document_id=document_id))


def _page(document_id: str, error: AppError | None = None) -> str:
    actor = current_actor()
    seen = service(SignatureService).page(actor, document_id)
    says = "；".join(p.message for p in error.problems) or error.message() if error else ""
    return render_template(
        "signatures/paper.html",
        seen=seen,
        document=seen.document,
        error=says,
        chosen=request.form.get("place", ""),
        signer=request.form.get("signer", ""),
    )


def _seals(error: AppError | None = None) -> str:
    problems = error.problems if error else ()
    return render_template(
        "signatures/seals.html",
        seals=service(SealService).seals(current_actor()),
        errors={p.pointer.removeprefix("/"): p.message for p in problems},
        error=error.message() if error and not problems else "",
        values=request.form,
    )
