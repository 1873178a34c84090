"""Errors become pages (or RFC 9457 problems) here and nowhere else.

Every page says what happened, where, and what to do. An unexpected error is logged with the request's id; the
person sees only the id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from formserver.core.errors import AppError, Kind
from formserver.web.api import is_api_request
from formserver.web.kept_post import confirmation_page, kept_from_request
from formserver.web.language import say

log = structlog.get_logger(__name__)

STATUS: Final = {
    Kind.NOT_FOUND: 404,
    Kind.NOT_ALLOWED: 403,
    Kind.INVALID: 422,
    Kind.CONFLICT: 409,
    Kind.UNAVAILABLE: 503,
}

STATUS_OF_CODE: Final = {
    "BAD_HEADER": 400,
    "BAD_JSON": 400,
    "NOT_ACCEPTABLE": 406,
    "PRECONDITION_FAILED": 412,
    "PRECONDITION_REQUIRED": 428,
    "TOO_MANY_QUESTIONS": 429,
    "TOO_MANY_WRONG_TOKENS": 429,
    "UNSUPPORTED_MEDIA": 415,
}
"""Codes for which HTTP has a word of its own."""
API_STATUS_OF_CODE: Final = {
    "CALCULATOR_DRAFT_CHANGED": 412,
    "DRAFT_STALE": 412,
    "ENTERPRISE_CHANGED": 412,
    "HEAD_MOVED": 412,
}
"""What a program learns whose ``If-Match`` was overtaken; on pages these are conflicts between people."""


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A designed error page: title, what happened, what to do.

    ``retry``: trying again makes sense; ``back``: what to do is on the page this one was reached from.
    """

    title: str
    what: str
    todo: str
    retry: bool = False
    back: bool = False


_TEXTS: Final = {
    400: ErrorText(
        "请求无法处理",
        "浏览器发来的内容不完整，服务器没有处理。",
        "请返回上一页，刷新后重新操作。",
        back=True,
    ),
    401: ErrorText("请先登录", "登录已过期，或者您还没有登录。", "请重新登录；未提交的内容仍留在原页面上。"),
    403: ErrorText(
        "没有权限",
        "您的角色不能使用这个功能。",
        "如果工作需要，请联系本单位的系统管理员调整角色。",
    ),
    404: ErrorText(
        "没有找到",
        "地址有误，内容已被移走，或者不在您的管辖范围内。",
        "请核对地址，或从左侧菜单重新进入。",
    ),
    406: ErrorText("不能以这种格式返回", "请求要求的返回格式不支持。", "请修改 Accept 请求头。"),
    405: ErrorText("不能这样打开", "这个地址只接受表单提交，不能直接打开。", "请从左侧菜单重新进入。"),
    409: ErrorText(
        "内容已被别人修改", "您打开页面之后，别人保存了新的内容。", "请返回并刷新，核对后再保存。", back=True
    ),
    412: ErrorText("版本已更新", "请求依据的版本已不是最新。", "请重新读取，核对后再提交。"),
    413: ErrorText(
        "提交的内容太大",
        "提交的内容超过了允许的大小，服务器没有接收。",
        "请压缩或拆分文件后再上传。",
        back=True,
    ),
    415: ErrorText("请求格式不支持", "请求正文的格式不支持。", "请修改 Content-Type 请求头。"),
    422: ErrorText("填写有误", "提交的内容有需要修改的地方。", "请返回修改后再提交。", back=True),
    428: ErrorText(
        "请写明依据的版本", "这个操作需要 If-Match 请求头。", "请先读取，再带上读到的版本号提交。"
    ),
    429: ErrorText("操作过于频繁", "短时间内的请求次数太多。", "请稍候几分钟再试。", retry=True),
    500: ErrorText(
        "系统出错了",
        "服务器处理时出现意外，本次操作没有完成，已保存的数据不受影响。",
        "请稍后重试；仍然出现时，把下面的问题编号告诉系统管理员。",
        retry=True,
    ),
    503: ErrorText(
        "暂时不能使用", "所需的服务现在不可用。", "请稍后重试；仍然出现时，请联系系统管理员。", retry=True
    ),
}

_TEXT_OF_CODE: Final = {
    "EQUIPMENT_LIST_SPOKEN": ErrorText(
        "不能再改列的含义",
        "这份清单的行已有人工意见或铭牌照片。",
        "请回到清单页，用“重新上传改好的表”；已有的意见会沿用到新清单。",
        back=True,
    ),
}
"""Conflicts for which “changed by somebody else” would be the wrong words."""

_API_TEXTS: Final = {
    400: "请求不完整或写法不对，服务器没有处理。",
    404: "没有这个接口地址，请对照接口说明。",
    405: "这个地址不支持所用的方法，请对照接口说明；可用的方法在 Allow 中。",
}


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page; programs on the API always get it."""
    if is_api_request():
        return True
    accept = request.accept_mimetypes
    if not accept.provided or accept.best_match(("text/html", "application/json")) == "text/html":
        return False
    return accept.best_match(("application/problem+json", "application/json")) is not None


def problem_response(status: int, *, title: str, detail: str, **more: Any) -> Response:
    """An RFC 9457 problem document; its type names the code, where there is one."""
    code = more.get("code")
    kind = f"urn:formserver:error:{code}" if code else "about:blank"
    if not is_api_request():  # what programs read stays as documented, whatever cookie comes along
        title, detail = say(title), say(detail)
    body = {"type": kind, "title": title, "status": status, "detail": detail, **more}
    body["instance"] = f"urn:request:{request_id()}"
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, mimetype="application/problem+json")


def request_id() -> str:
    """The id of this request, shown on error pages and written to the log."""
    found: str = g.get("request_id", "-")
    return found


def error_page(
    status: int, *, message: str = "", code: str = "", problems: tuple[Any, ...] = (), title: str = ""
) -> tuple[str, int] | Response:
    """The page for ``status``; ``message`` replaces the general sentence of what happened."""
    text = _TEXT_OF_CODE.get(code) or _TEXTS.get(status, _TEXTS[500] if status >= 500 else _TEXTS[400])
    if wants_json():
        said = message or (is_api_request() and _API_TEXTS.get(status)) or text.what
        return problem_response(
            status,
            title=title or ("与现状冲突" if status == 409 and is_api_request() else text.title),
            detail=said,
            **({"code": code} if code else {}),
            errors=[p.as_dict() for p in problems],
        )
    facts = {
        "status": status,
        "title": title or text.title,
        "what": message or text.what,
        "todo": text.todo,
        "retry": text.retry and request.method == "GET",
        "problems": problems,
        "request_id": request_id(),
        "back": _came_from() if text.back else "",
    }
    if status >= 500:  # rendered without context processors: session and database may be what failed
        return current_app.jinja_env.get_template("errors/plain.html").render(facts), status
    return render_template("errors/error.html", **facts), status


def _came_from() -> str:
    """The page of ours this request was sent from, as a path; empty when it is unknown or the same address."""
    referrer = request.referrer or ""
    path = referrer[len(request.host_url) - 1 :] if referrer.startswith(request.host_url) else ""
    return "" if request.method == "GET" and path == request.full_path.rstrip("?") else path


def _app_error(error: AppError) -> tuple[str, int] | Response:
    status = status_of(error)
    if status >= 500:
        log.error("unavailable", code=error.code.code, request_id=request_id())
    return error_page(status, message=error.message(), code=error.code.code, problems=error.problems)


def _http_error(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    status = error.code or 500
    if status < 400:  # a redirect raised as an exception
        return error
    page = error_page(status)
    if isinstance(page, Response):
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                page.headers[name] = value
    return page


def status_of(error: AppError) -> int:
    """The HTTP status of an error of a service, as the client of this request learns it."""
    code = error.code.code
    special = {**STATUS_OF_CODE, **API_STATUS_OF_CODE} if is_api_request() else STATUS_OF_CODE
    return special.get(code, STATUS[error.kind])


def _too_large(_error: RequestEntityTooLarge) -> tuple[str, int] | Response:
    limit = request.max_content_length
    what = f"提交的内容超过 {_size(limit)}，服务器没有接收。" if limit else ""
    return error_page(413, message=what, code="TOO_LARGE")


def _csrf_error(_error: CSRFError) -> tuple[str, int] | Response:
    kept = kept_from_request()
    if kept is not None and not wants_json():
        return confirmation_page(kept, expired=True), 400
    return error_page(
        400,
        title="页面已过期",
        message="页面打开太久，或者已在别的窗口重新登录，安全校验没有通过，内容没有提交。",
        code="CSRF",
    )


def _unexpected(error: InternalServerError) -> tuple[str, int] | Response:
    original = error.original_exception
    # Flask has logged the traceback; nothing here may show what people typed
    log.error("unexpected error", request_id=request_id(), path=request.path, kind=type(original).__name__)
    return error_page(500)


def _size(limit: int) -> str:
    return f"{limit / 1048576:g} MB" if limit >= 1048576 else f"{max(1, limit // 1024)} KB"


def install_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(HTTPException, _http_error)
