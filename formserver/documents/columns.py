"""The columns of the list: what people may choose, and the text of each for one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.core.deriving import COPY, SUPPLEMENT
from formserver.core.errors import AppError
from formserver.core.legacy import LEGACY
from formserver.core.models import Document
from formserver.core.permissions import CONFIDENTIALITY
from formserver.store.scoping import origin_word
from formserver.web.context import service
from formserver.web.kit import format_day, format_moment

ORIGINS: Final = {LEGACY: "补录", COPY: "复制", SUPPLEMENT: "补充文书", "form": "填写"}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its key in addresses, its head, and whether its text must not wrap."""

    key: str
    title: str
    nowrap: bool = False


COLUMNS: Final = (
    ListColumn("number", "文号", True),
    ListColumn("enterprise", "被监察单位"),
    ListColumn("type", "文书种类"),
    ListColumn("state", "状态", True),
    ListColumn("date", "日期", True),
    ListColumn("version", "版本", True),
    ListColumn("agency", "制作机构"),
    ListColumn("author", "填写人", True),
    ListColumn("updated", "最近改动", True),
    ListColumn("created", "新建时间", True),
    ListColumn("level", "密级", True),
    ListColumn("origin", "来源", True),
    ListColumn("uscc", "统一社会信用代码", True),
    ListColumn("region", "行政区划"),
    ListColumn("industry", "行业"),
)
DEFAULT: Final = ("number", "enterprise", "state", "date", "version")
BY_KEY: Final = {column.key: column for column in COLUMNS}


def chosen(keys: Sequence[str]) -> tuple[ListColumn, ...]:
    """The columns of these keys, each once, in the order given; the usual ones where none is known."""
    known = tuple(dict.fromkeys(key for key in keys if key in BY_KEY))
    return tuple(BY_KEY[key] for key in (known or DEFAULT))


class CellTexts:
    """Texts of cells; names of agencies and people are asked once each."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles
        self._agencies: dict[str, str] = {}
        self._people: dict[str, str] = {}

    def text(self, key: str, d: Document) -> str:
        """What stands in a cell."""
        match key:
            case "agency":
                return self._agency(d.agency_id)
            case "author":
                return self._person(d.created_by)
            case "version":
                return f"第{d.head_version}版" if d.head_version else "未保存"
            case "level":
                return CONFIDENTIALITY[max(0, min(d.confidentiality, len(CONFIDENTIALITY) - 1))]
            case "origin":
                return ORIGINS.get(origin_word(d), "其他")
            case "date":
                return format_day(d.facets.doc_date or d.created_at)
            case "updated" | "created":
                return format_moment(d.updated_at if key == "updated" else d.created_at)
        texts = {
            "number": d.number,
            "enterprise": d.facets.enterprise_name,
            "type": self._titles.get(d.type, ""),
            "state": d.state.value,
            "uscc": d.facets.uscc,
            "region": d.facets.region,
            "industry": d.facets.industry,
        }
        return texts[key]

    def _agency(self, agency_id: str) -> str:
        if agency_id not in self._agencies:
            self._agencies[agency_id] = service(AgencyService).name_of(agency_id)
        return self._agencies[agency_id]

    def _person(self, user_id: str) -> str:
        if user_id not in self._people:
            self._people[user_id] = person_name(user_id)
        return self._people[user_id]


def person_name(user_id: str) -> str:
    """The name of somebody who wrote a document one may see; empty for the system and for strangers."""
    try:
        return service(AccountService).get(user_id).name
    except AppError:
        return ""
