"""What can stand in the way of a list: said to people, with what to do."""

from __future__ import annotations

from formserver.core.errors import Kind, error_code

LIST_ENTERPRISE = error_code(
    "EQUIPMENT_LIST_ENTERPRISE",
    Kind.INVALID,
    zh="企业档案中没有唯一的“{name}”，请从列表中选择，或清空企业一栏。",
    en="The register has no single enterprise named {name!r}.",
)
LIST_TITLE = error_code(
    "EQUIPMENT_LIST_TITLE",
    Kind.INVALID,
    zh="清单名称请写 1 到 {limit} 个字。",
    en="The title of a list has 1 to {limit} characters.",
)
LIST_DAY = error_code(
    "EQUIPMENT_LIST_DAY",
    Kind.INVALID,
    zh="基准日“{value}”不是 {first} 至 {last} 之间的日期，请写成 2026-05-06 的样子。",
    en="The reference day {value!r} is not a day between {first} and {last}.",
)
LIST_STATE = error_code(
    "EQUIPMENT_LIST_STATE",
    Kind.CONFLICT,
    zh="这份清单当前为“{state}”，不能{deed}。",
    en="The list is {state}; this cannot be done.",
)
LIST_SPOKEN = error_code(
    "EQUIPMENT_LIST_SPOKEN",
    Kind.CONFLICT,
    zh="这份清单已有人工确认意见或铭牌照片，不能再改列的含义；请改用“重新上传”，已有的意见会沿用到新清单。",
    en="People have spoken about rows of this list; upload it again instead of reading it in another way.",
)
LIST_COLUMNS = error_code(
    "EQUIPMENT_LIST_COLUMNS",
    Kind.INVALID,
    zh="列的含义还不能确认：{what}",
    en="The columns cannot be confirmed: {what}",
)
LIST_REASON = error_code(
    "EQUIPMENT_LIST_REASON",
    Kind.INVALID,
    zh="请写明作废的理由（5 到 200 个字）。",
    en="Give a reason of 5 to 200 characters for declaring the list void.",
)
LIST_EMPTY = error_code(
    "EQUIPMENT_LIST_EMPTY",
    Kind.INVALID,
    zh="没有读到一行设备：请看一看表头所在的行和读取的工作表对不对，表头下面是否填了设备。",
    en="Not a single row of equipment was read.",
)
