"""An enterprise (被监察单位) of the register, its fields as people know them, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise. ``agency_id`` owns the record. ``industry_code`` is GB/T 4754, ``region_code`` GB/T 2260.

    ``row_version`` finds out whether somebody else saved in between.
    """

    id: str
    agency_id: str
    name: str
    uscc: str = ""
    reg_address: str = ""
    site_address: str = ""
    legal_rep: str = ""
    legal_rep_title: str = ""
    contact: str = ""
    phone: str = ""
    industry_code: str = ""
    industry_name: str = ""
    region_code: str = ""
    region_name: str = ""
    key_user: bool = False
    row_version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """How a field of the register is called, how long it may be, and what import files call it."""

    key: str
    label: str
    limit: int
    width: str = "medium"
    help: str = ""
    synonyms: tuple[str, ...] = ()


FIELDS: Final = (
    FieldInfo(
        "name",
        "单位名称",
        100,
        "full",
        "与营业执照和公章一致的全称。",
        ("企业名称", "单位", "名称", "用能单位名称", "被监察单位", "公司名称", "企业全称"),
    ),
    FieldInfo(
        "uscc",
        "统一社会信用代码",
        30,
        "medium",
        "18 位；请对照营业执照填写。",
        ("信用代码", "社会信用代码", "统一信用代码", "组织机构代码", "uscc"),
    ),
    FieldInfo("key_user", "重点用能单位", 10, "short", "", ("是否重点用能单位", "重点用能", "是否重点")),
    FieldInfo(
        "reg_address",
        "住所",
        200,
        "full",
        "营业执照上的住所。",
        ("注册地址", "企业地址", "地址", "住所注册地址", "单位地址"),
    ),
    FieldInfo(
        "site_address",
        "生产经营地址",
        200,
        "full",
        "实际生产地点；与住所相同可不填。",
        ("生产地址", "经营地址", "厂址", "生产场所"),
    ),
    FieldInfo(
        "legal_rep",
        "法定代表人（负责人）",
        50,
        "short",
        "",
        ("法定代表人", "法人代表", "法人", "负责人", "法人姓名"),
    ),
    FieldInfo("legal_rep_title", "职务", 50, "short", "", ("法定代表人职务", "负责人职务")),
    FieldInfo("contact", "联系人", 50, "short", "", ("节能联系人", "能源管理负责人", "联系人姓名")),
    FieldInfo("phone", "联系电话", 40, "short", "", ("电话", "手机", "联系方式", "联系人电话", "手机号码")),
    FieldInfo(
        "industry_code", "行业代码", 10, "short", "GB/T 4754，如 3011。", ("国民经济行业代码", "行业分类代码")
    ),
    FieldInfo(
        "industry_name", "所属行业", 60, "medium", "", ("行业", "行业名称", "行业类别", "所属行业名称")
    ),
    FieldInfo(
        "region_code", "行政区划代码", 12, "short", "6 位或 9 位。", ("区划代码", "行政区划码", "地区代码")
    ),
    FieldInfo(
        "region_name",
        "所在地",
        60,
        "medium",
        "如 成都市金堂县。",
        ("所属地区", "地区", "区县", "市县", "行政区划", "所在区县"),
    ),
)
LABELS: Final[Mapping[str, str]] = {f.key: f.label for f in FIELDS}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history: which fields went from what to what. Never altered."""

    enterprise_id: str
    version: int
    at: datetime
    by: str
    by_name: str
    cause: str
    fields: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EnterpriseQuery:
    """A filter over the register; ``text`` is a name, part of one, pinyin (initials), or a code."""

    text: str = ""
    key_users_only: bool = False
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """A page; ``count`` is exact up to 1,000, else 1,001."""

    items: tuple[Enterprise, ...]
    next_cursor: str
    count: int


def as_text(value: Any) -> str:
    """A field as people read it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
