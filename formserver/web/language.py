"""Chinese or English for the person who looks: chosen in the menu, kept in a cookie, Chinese unless asked otherwise.

Only the program's own texts change. Forms, papers, messages about a field's content and everything people wrote stay
Chinese in both languages (design §10).
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, Final

import flask
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    has_request_context,
    redirect,
    request,
    send_from_directory,
)
from jinja2 import Environment

from formserver.core.errors import all_error_codes
from formserver.web.translation import Catalogue, Translated, load_catalogue, translate_script

COOKIE: Final = "language"
LANGUAGES: Final = {"zh": "中文", "en": "English"}
_OWN_PATH: Final = re.compile(r"/(?!/)[^\x00-\x1f\x7f\\]*")
"""Browsers read a backslash as a slash and drop tabs: neither may stand in where we send them."""
_YEAR: Final = 365 * 24 * 3600


class BilingualEnvironment(flask.templating.Environment):
    """Hands out a template compiled for the language of the request."""

    english: Environment | None = None

    def _load_template(self, name: str, globals: Any) -> Any:
        if self.english is not None and language() == "en":
            return self.english._load_template(name, globals)
        return super()._load_template(name, globals)


class BilingualFlask(Flask):
    """A Flask whose templates come in both languages."""

    jinja_environment = BilingualEnvironment


class _English(flask.templating.Environment):
    @property
    def fs_catalogue(self) -> Catalogue:
        """Read from the file when the first English page is asked for."""
        found: Catalogue = self.app.extensions["formserver.english"]()
        return found


def language() -> str:
    """``zh`` or ``en`` for the current request; ``zh`` outside of one."""
    if not has_request_context():
        return "zh"
    wanted = request.cookies.get(COOKIE, "zh")  # read again and again; a request's cookies are parsed once
    return wanted if wanted in LANGUAGES else "zh"


def say(value: Any) -> Any:
    """A text of the program (state, button, message) in the language of the request. The filter ``t``.

    Never for what people wrote: a typed 同意 must not come back as another word.
    """
    if language() == "zh" or not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    catalogue: Catalogue = current_app.extensions["formserver.english"]()
    return catalogue.say(str(value))


def install_languages(app: Flask) -> None:
    """Give ``app`` its second language. Call after every filter and global has been set."""

    @functools.lru_cache(maxsize=1)
    def english() -> Catalogue:
        return load_catalogue().with_sentences((code.zh, code.en) for code in all_error_codes())

    app.extensions["formserver.english"] = english
    app.jinja_env.filters.update(t=say, t_parts=say_parts)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, page_here=page_here)
    if not isinstance(app.jinja_env, BilingualEnvironment):
        return
    second = _English(app, autoescape=app.select_jinja_autoescape)
    second.trim_blocks, second.lstrip_blocks = True, True
    second.policies, second.filters = app.jinja_env.policies, app.jinja_env.filters
    second.tests, second.globals = app.jinja_env.tests, app.jinja_env.globals
    second.add_extension(Translated)
    app.jinja_env.english = second


def say_parts(value: str) -> str:
    """``保存 · 第3版 · 理由：…``: the deed first; of the rest only sentences, not names that look like a text of ours."""
    if language() == "zh":
        return value
    catalogue: Catalogue = current_app.extensions["formserver.english"]()
    first, *rest = value.split(" · ")
    return " · ".join([catalogue.say(first), *map(catalogue.sentence, rest)])


def page_here() -> str:
    """Where a choice of language comes back to: this page; for a refused post the page it was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.script_root + request.full_path.rstrip("?")
    referrer = request.referrer or ""
    return referrer[len(request.host_url) - 1 :] if referrer.startswith(request.host_url) else "/"


def choose(wanted: str, back: str) -> Response:
    """Keep the choice and return to ``back``, a path of this server. Unknown languages are not found."""
    if wanted not in LANGUAGES:
        abort(404)
    answer = redirect(back if _OWN_PATH.fullmatch(back) else request.script_root + "/")
    answer.set_cookie(COOKIE, wanted, max_age=_YEAR, samesite="Lax", httponly=True)
    return answer  # type: ignore[return-value]


def script(name: str) -> Response:
    """A static file for English pages: our own scripts with their strings replaced, everything else as it is."""
    folder = current_app.static_folder or ""
    if name.endswith(".js") and not name.startswith("vendor/"):
        path = Path(folder, name).resolve()
        if path.is_relative_to(Path(folder).resolve()) and path.is_file():
            text = _translated(path, path.stat().st_mtime_ns, current_app.extensions["formserver.english"]())
            return Response(text, mimetype="text/javascript")
    return send_from_directory(folder, name)


@functools.lru_cache(maxsize=256)
def _translated(path: Path, _changed: int, catalogue: Catalogue) -> str:
    return translate_script(path.read_text(encoding="utf-8"), catalogue)
