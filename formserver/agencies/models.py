"""An inspection agency (监察机构): its place in the tree and what its papers say about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Administrative level; towns and zones have no agency of their own everywhere."""

    PROVINCE = "省级"
    CITY = "市级"
    COUNTY = "县级"
    TOWN = "乡镇街道"
    ZONE = "功能区"


class Mode(StrEnum):
    """By what right the agency acts (行政处罚法 第十九至二十一条)."""

    OWN = "本级"
    EMPOWERED = "授权"
    DELEGATED = "委托"


class Regime(StrEnum):
    """Which procedural rules the agency follows."""

    N33 = "节能监察办法（发展改革系统）"
    M58 = "工业节能监察办法（工业和信息化系统）"


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency. ``code`` is short and stable (``SC-CD``); ``short_word`` begins its 文号 (川节监).

    ``issuing_organ`` is the name on the seal, ``acting_body`` who does the work under delegation; they differ
    where 委托执法 applies, and then ``delegation_ref`` is the 委托书文号. ``check_cap`` is how often one enterprise
    may be inspected in a year by plan; None: no cap is published.
    """

    id: str
    code: str
    name: str
    short_word: str
    parent_id: str
    region_code: str
    level: Level
    mode: Mode
    regime: Regime
    issuing_organ: str
    acting_body: str = ""
    delegation_ref: str = ""
    address: str = ""
    phone: str = ""
    contact: str = ""
    supervision_phone: str = ""
    supervision_mail: str = ""
    check_cap: int | None = None
    row_version: int = 1
