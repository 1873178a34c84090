"""What can go wrong with drafts of catalogues and rules, and with labelled rows."""

from __future__ import annotations

from formserver.core.errors import Kind, error_code

DRAFT_CHANGED = error_code(
    "EQUIPMENT_DRAFT_CHANGED",
    Kind.CONFLICT,
    zh="{who} 刚才改过这份草案（第 {now} 稿），您依据的是第 {seen} 稿，没有保存；请对照后再存。",
    en="{who} has changed this draft (revision {now}, yours is based on {seen}); nothing was saved.",
)
DRAFT_CLOSED = error_code(
    "EQUIPMENT_DRAFT_CLOSED",
    Kind.CONFLICT,
    zh="这份草案{state}，不能再改；请由已发布的版本另存草案。",
    en="This draft is closed and cannot change; copy the published edition.",
)
DRAFT_FAULTY = error_code(
    "EQUIPMENT_DRAFT_FAULTY",
    Kind.INVALID,
    zh="还有 {count} 处问题，不能发布；请逐处改正。",
    en="The draft has {count} problems and cannot be published.",
)
DRAFT_UNREADABLE = error_code(
    "EQUIPMENT_DRAFT_UNREADABLE",
    Kind.INVALID,
    zh="没有保存：{reason}。",
    en="Nothing was saved: {reason}.",
)
EDITION_TAKEN = error_code(
    "EQUIPMENT_EDITION_TAKEN",
    Kind.CONFLICT,
    zh="这一版（{edition}）已经有人建过，请从草案列表打开它，或另存改正版。",
    en="The edition {edition} exists already.",
)
EFFECTIVE_DAY_FAULTY = error_code(
    "EQUIPMENT_EFFECTIVE_DAY_FAULTY",
    Kind.INVALID,
    zh="请填写施行日期（{first} 至 {last}）：基准日在这一天及以后的清单按新版识别。",
    en="Give the first day of the edition, between {first} and {last}.",
)
SECOND_PERSON_NEEDED = error_code(
    "EQUIPMENT_SECOND_PERSON_NEEDED",
    Kind.NOT_ALLOWED,
    zh="草案由您参与编写，须由另一人核对后发布；可以发布的有：{others}。",
    en="You had a hand in this draft: somebody else publishes it ({others}).",
)
ALONE_REASON_MISSING = error_code(
    "EQUIPMENT_ALONE_REASON_MISSING",
    Kind.INVALID,
    zh="没有别人可以发布。请写明由您一人发布的理由（至少 {least} 个字），记入操作记录；或请系统管理员再设一名维护人员。",
    en="Nobody else can publish it: give a reason of at least {least} characters, it is recorded.",
)
SAMPLES_WOULD_BREAK = error_code(
    "EQUIPMENT_SAMPLES_WOULD_BREAK",
    Kind.INVALID,
    zh="发布后有 {count} 行识别样本的结论不再与标注一致；请逐行看过，勾选并写明理由（至少 {least} 个字）后再发布。",
    en="{count} labelled rows would no longer come out as labelled: tick that you looked, and give a reason.",
)
REASON_MISSING = error_code(
    "EQUIPMENT_REASON_MISSING",
    Kind.INVALID,
    zh="请写明理由（{most} 个字以内）。",
    en="Give a reason of at most {most} characters.",
)
NOT_OWN_EDITION = error_code(
    "EQUIPMENT_EDITION_NOT_OWN",
    Kind.CONFLICT,
    zh="{edition} 不是本系统自编且在用的版本，不能撤回。",
    en="{edition} is no own edition in use.",
)
NOTHING_TICKED = error_code(
    "EQUIPMENT_NOTHING_TICKED",
    Kind.INVALID,
    zh="请勾选尚未核对的条目。",
    en="No recalled line was chosen.",
)
CHECK_SOURCE_MISSING = error_code(
    "EQUIPMENT_CHECK_SOURCE_MISSING",
    Kind.INVALID,
    zh="请写明对照的文件和所在页（至少 6 个字），如：产业结构调整指导目录（2024 年本）原文第 135 页。",
    en="Name the document and the page it was checked against.",
)
SAMPLE_FAULTY = error_code(
    "EQUIPMENT_SAMPLE_FAULTY",
    Kind.INVALID,
    zh="样本没有保存：{reason}。",
    en="The labelled row was not kept: {reason}.",
)
