"""Puts the operations on one blueprint under ``/api/v1``. Views stay thin: read, do, answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, request

from formserver.api.asking import read_call
from formserver.api.idempotency import Idempotency, Kept
from formserver.web.api import API_ROOT, JSON_TYPE, Answer, Call, Operation, bearer_token
from formserver.web.context import service
from formserver.web.permissions import PUBLIC_ROUTES

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
BLUEPRINT: Final = "api"


def install_operations(app: Flask, operations: Iterable[Operation]) -> None:
    """Register every operation; a public one must stand in PUBLIC_ROUTES as ``api.<key>``."""
    blueprint = Blueprint(f"{BLUEPRINT}_v1", __name__, url_prefix=API_ROOT)
    blueprint.before_request(_check_forgery)
    for operation in operations:
        blueprint.add_url_rule(
            operation.path.replace("{", "<").replace("}", ">"),
            endpoint=operation.key,
            view_func=_view(operation),
            methods=[operation.method],
        )
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)


def next_address(cursor: str) -> str:
    """The address of the following page of the list that is being answered."""
    pairs = [(name, text) for name, text in request.args.items(multi=True) if name != "cursor"]
    return f"{request.path}?{urlencode([*pairs, ('cursor', cursor)])}"


def _check_forgery() -> None:
    """A program proves itself by its token; a browser's session needs the token of a page, here as everywhere."""
    if bearer_token() is None:
        current_app.extensions["csrf"].protect()


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**path: Any) -> Response:
        call = read_call(operation, path)
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if operation.creates and key is not None:
            kept, again = service(Idempotency).once(operation, call, key, lambda: _kept(operation, call))
        elif operation.media != (JSON_TYPE,):
            return _file(operation, call)
        else:
            kept, again = _kept(operation, call), False
        answer = Response(kept.body, kept.status, mimetype=JSON_TYPE if kept.body else None)
        answer.headers.extend(kept.headers)
        if again:
            answer.headers["Idempotent-Replayed"] = "true"
        if not kept.body:
            answer.headers.remove("Content-Type")
        return answer

    view.__name__ = operation.key
    view.__doc__ = operation.summary
    if operation.permission is not None:
        view.required_permission = operation.permission  # type: ignore[attr-defined]
    elif f"{BLUEPRINT}_v1.{operation.key}" not in PUBLIC_ROUTES:
        raise RuntimeError(f"{operation.key} is for anybody, but PUBLIC_ROUTES does not say so")
    if operation.upload or operation.binary or operation.megabytes:
        view.upload_megabytes = operation.megabytes or -1  # type: ignore[attr-defined]
    return view


def _kept(operation: Operation, call: Call) -> Kept:
    answer = operation.run(call)
    headers = {}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.location:
        headers["Location"] = f"{API_ROOT}{answer.location}"
    following = answer.data.get("next") if isinstance(answer.data, dict) else None
    if isinstance(following, str):
        headers["Link"] = f'<{following}>; rel="next"'
    body = "" if answer.data is None else json.dumps(answer.data, ensure_ascii=False, separators=(",", ":"))
    return Kept(operation.status, headers, body)


def _file(operation: Operation, call: Call) -> Response:
    answer: Answer = operation.run(call)
    if answer.file is None:
        raise RuntimeError(f"{operation.key} answers no file")
    return answer.file
