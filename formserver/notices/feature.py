"""The manifest of the notices slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask

from formserver.core.notices import NoticeBoard
from formserver.core.service_kit import DeedHandler
from formserver.notices.repository import SqlNoticeBoard
from formserver.notices.service import NoticeService
from formserver.notices.tables import notice
from formserver.notices.telling import AuthorTeller
from formserver.notices.views import notices
from formserver.web.context import AppContext
from formserver.web.feature import Feature


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    return {NoticeService: NoticeService(context.store, context.clock)}


def _on_deed(context: AppContext) -> Sequence[DeedHandler]:
    return (AuthorTeller(context.clock),)


def _setup(_app: Flask, context: AppContext) -> None:
    context.unread_notices = context.service(NoticeService).unread


feature = Feature(
    name="notices",
    title="消息",
    blueprint=notices,
    tables=(notice,),
    repositories={NoticeBoard: SqlNoticeBoard, SqlNoticeBoard: SqlNoticeBoard},
    provide=_provide,
    on_deed=_on_deed,
    setup=_setup,
)
