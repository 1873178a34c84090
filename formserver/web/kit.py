"""Turns a Flask application into one of ours: limits, CSRF, errors, headers, and what every template may use."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, has_request_context, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect, generate_csrf

from formserver.core.clock import SHANGHAI
from formserver.core.computing import computer_name
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Actor
from formserver.web import search_page  # noqa: F401  adds its routes to the blueprint
from formserver.web.blueprint import kit
from formserver.web.context import EXTENSION, AppContext, context, find_actor
from formserver.web.errors import install_errors
from formserver.web.forms.skeletons import draw_buttons, draw_cell
from formserver.web.forms.views import RowsView
from formserver.web.gate import install_gate
from formserver.web.kept_post import owner_token
from formserver.web.language import choose, install_languages, language, script
from formserver.web.permissions import requires_sign_in


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the side bar as it is drawn."""

    title: str
    url: str
    icon: str
    active: bool
    letter: str


@kit.get("/")
@requires_sign_in
def home() -> Any:
    """工作台, drawn by the slice that gathers the work. Raises NOT_FOUND where no such slice is installed."""
    view = context().home
    if view is None:
        raise NOT_FOUND(what="工作台")
    return view()


@kit.post("/language")
def choose_language() -> Any:
    """中文 or English, for this browser; visitors choose too. Nothing but a cookie changes."""
    return choose(request.form.get("language", ""), request.form.get("back", "/"))


@kit.get("/static-en/<path:filename>")
def static_en(filename: str) -> Any:
    """Scripts of English pages; they load each other by relative addresses."""
    return script(filename)


@kit.get("/health")
def health() -> Any:
    """For whoever watches the server: it answers and the database can be read."""
    with context().store.uow():
        pass
    return {"status": "ok"}


@kit.get("/favicon.ico")
def favicon() -> Any:
    """Browsers ask for it unasked."""
    return redirect(url_for("static", filename="img/favicon.svg"), 301)


def install_kit(app: Flask, built: AppContext) -> None:
    """Prepare ``app``; the features are installed after this."""
    settings = built.settings
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="formserver",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        SESSION_REFRESH_EACH_REQUEST=True,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # behind a proxy the referrer's host may differ; the token is bound to the session
        JSON_AS_ASCII=False,
    )
    app.url_map.strict_slashes = False  # /documents and /documents/ are one page
    app.extensions[EXTENSION] = built
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    install_gate(app)
    CSRFProtect(app)
    install_errors(app)
    app.register_blueprint(kit)
    app.jinja_env.globals.update(
        asset=functools.partial(_asset, app),
        menu_entries=menu_entries,
        frame_actor=find_actor,
        frame_agency=_agency_name,
        frame_unread=_unread_notices,
        owner_token=owner_token,
        csrf_value=generate_csrf,
        may=_may,
        picker_urls=_picker_urls,
        searchable=lambda: bool(context().search_sources),
        draw_cell=draw_cell,
        draw_buttons=draw_buttons,
        draw_widget=_draw_widget,
    )
    app.jinja_env.filters.update(day=format_day, moment=format_moment)
    install_languages(app)
    app.after_request(_static_caching)


def menu_entries() -> list[MenuEntry]:
    """The side bar for the current person, in order; entries that may not be used are absent."""
    actor = find_actor()
    if actor is None:
        return []
    found = []
    for item in sorted(context().menu, key=lambda i: i.order):
        if item.permission is None or actor.may(item.permission):
            slice_name = item.endpoint.partition(".")[0]
            active = request.endpoint == item.endpoint or (
                slice_name != kit.name and request.blueprint == slice_name
            )
            found.append(MenuEntry(item.title, url_for(item.endpoint), item.icon, active, item.letter))
    return found


def _draw_widget(macro: Callable[..., Any], rows: RowsView, bare: bool) -> Any:
    """A list that a slice draws; by the ordinary ``macro`` where no slice has taken it on."""
    draw = context().form_widgets.get(computer_name(rows.leaf))
    return draw(rows) if draw is not None else macro(rows, bare)


def _picker_urls() -> dict[str, str]:
    """Where forms look up firms and people, for the person who is signed in."""
    return {kind: url_for(endpoint) for kind, endpoint in context().pickers.items()}


def _may(permission: str) -> bool:
    actor = find_actor()
    return actor is not None and permission in actor.permissions


def _agency_name(actor: Actor) -> str:
    naming = context().agency_name
    return naming(actor.agency_id) if naming is not None else ""


def _unread_notices(actor: Actor) -> int | None:
    """The number beside the bell; None without a bell."""
    counting = context().unread_notices
    return counting(actor) if counting is not None else None


def _asset(app: Flask, name: str) -> str:
    """The address of a static file with its content's hash, so that browsers may keep it for ever."""
    tag = _file_tag(app.static_folder or "", name)
    ours = name.endswith(".js") and not name.startswith("vendor/")
    endpoint = "kit.static_en" if ours and language() == "en" else "static"
    return _address(request.script_root if has_request_context() else "", endpoint, name, tag)


@functools.lru_cache(maxsize=1024)
def _address(_mounted_at: str, endpoint: str, name: str, tag: str) -> str:
    """A large form shows hundreds of icons, all from one file: its address is put together once."""
    return url_for(endpoint, filename=name, v=tag or None)


@functools.lru_cache(maxsize=256)
def _file_tag(folder: str, name: str) -> str:
    path = Path(folder) / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


def _static_caching(answer: Response) -> Response:
    if request.endpoint in ("static", "kit.static_en") and answer.status_code == 200:
        answer.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=300"
        )
    return answer


def format_day(value: date | datetime | str | None) -> str:
    """``2026-05-06``; instants in Asia/Shanghai; nothing for None."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d")
    return value.isoformat() if isinstance(value, date) else (value or "")


def format_moment(value: datetime | None) -> str:
    """``2026-05-06 14:03`` in Asia/Shanghai; nothing for None."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value is not None else ""
