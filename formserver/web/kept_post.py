"""A form posted after its session ended is kept: shown again after signing in, never sent by itself.

The form carries a signed token of the person who opened it (``_owner``). Without it nothing is kept, so a foreign
site cannot plant a request; with another person's token nothing is shown, so that a shared PC never shows one
person's text to the next.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from flask import current_app, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from formserver.web.context import find_actor

MAX_KEPT_BYTES: Final = 1_000_000
MAX_AGE_SECONDS: Final = 7 * 24 * 3600
OWNER_FIELD: Final = "_owner"
_DROPPED: Final = frozenset({"csrf_token", OWNER_FIELD})


@dataclass(frozen=True, slots=True)
class KeptPost:
    """What somebody had filled in when the session ended."""

    path: str
    fields: tuple[tuple[str, str], ...]
    owner: str

    def dump(self) -> str:
        """As text for a hidden field of the sign-in form."""
        return json.dumps([self.path, self.fields, self.owner], ensure_ascii=False)


def owner_token() -> str:
    """Who opened this page, signed; empty when nobody is signed in."""
    actor = find_actor()
    return _signer().dumps(actor.user_id) if actor else ""


def kept_from_request() -> KeptPost | None:
    """The current post, if it is a plain form of ours small enough to keep."""
    if request.method != "POST" or (request.content_length or MAX_KEPT_BYTES + 1) > MAX_KEPT_BYTES:
        return None
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data") or request.files:
        return None
    owner = request.form.get(OWNER_FIELD, "")
    if not owner_of(owner):
        return None
    fields = tuple((k, v) for k, v in request.form.items(multi=True) if k not in _DROPPED)
    return KeptPost(request.full_path.rstrip("?"), fields, owner)


def load_kept(text: str) -> KeptPost | None:
    """The inverse of :meth:`KeptPost.dump` for text that comes back from a browser; None when it is not ours."""
    try:
        path, fields, owner = json.loads(text)
        kept = KeptPost(str(path), tuple((str(k), str(v)) for k, v in fields), str(owner))
    except (ValueError, TypeError, RecursionError):  # the last: brackets within brackets without end
        return None
    return kept if owner_of(kept.owner) and _is_post_route(kept.path) else None


def belongs_to(kept: KeptPost, user_id: str) -> bool:
    """Whether ``user_id`` is the person who had filled the form in."""
    return owner_of(kept.owner) == user_id


def confirmation_page(kept: KeptPost, *, expired: bool = False) -> str:
    """The page that shows what was not sent and sends it again when the person says so."""
    actor = find_actor()
    if actor is None or not belongs_to(kept, actor.user_id):
        kept = KeptPost(url_for("kit.home"), (), "")
    return render_template("errors/kept.html", kept=kept, expired=expired)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="form-owner")


def owner_of(token: str) -> str:
    """Who a token of :func:`owner_token` was made for; empty when it is not ours or too old."""
    if not token:
        return ""
    try:
        return str(_signer().loads(token, max_age=MAX_AGE_SECONDS))
    except BadSignature:
        return ""


def _is_post_route(path: str) -> bool:
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        return False
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path.partition("?")[0], method="POST")
    except (HTTPException, RequestRedirect):
        return False
    return True
