"""What can go wrong with drafts of own editions."""

from __future__ import annotations

from formserver.core.errors import Kind, error_code

DRAFT_CHANGED = error_code(
    "CALCULATOR_DRAFT_CHANGED",
    Kind.CONFLICT,
    zh="{who} 刚才改过这份草案（第 {now} 稿），您依据的是第 {seen} 稿，没有保存；请核对后再存。",
    en="{who} has changed this draft (revision {now}, yours is based on {seen}); nothing was saved.",
)
DRAFT_CLOSED = error_code(
    "CALCULATOR_DRAFT_CLOSED",
    Kind.CONFLICT,
    zh="这份草案{state}，不能再改；请由已发布的版本另存草案。",
    en="This draft is closed and cannot change; copy the published edition.",
)
DRAFT_FAULTY = error_code(
    "CALCULATOR_DRAFT_FAULTY",
    Kind.INVALID,
    zh="还有 {count} 处问题，不能发布；请逐处改正。",
    en="The draft has {count} problems and cannot be published.",
)
EDITION_TAKEN = error_code(
    "CALCULATOR_EDITION_TAKEN",
    Kind.CONFLICT,
    zh="版本名 {edition} 已经用过，请换一个。",
    en="The edition {edition} exists already.",
)
EDITION_NAME_FAULTY = error_code(
    "CALCULATOR_EDITION_NAME_FAULTY",
    Kind.INVALID,
    zh="版本名应由标准号写成，小写字母、数字和短横线，如 gb16780-2028。",
    en="An edition is named after its standard, such as gb16780-2028.",
)
EFFECTIVE_DAY_FAULTY = error_code(
    "CALCULATOR_EFFECTIVE_DAY_FAULTY",
    Kind.INVALID,
    zh="请填写施行日期（{first} 至 {last}）；以哪天起的统计期按新版核算，就填哪天。",
    en="Give the first day of the edition, between {first} and {last}.",
)
SECOND_PERSON_NEEDED = error_code(
    "CALCULATOR_SECOND_PERSON_NEEDED",
    Kind.NOT_ALLOWED,
    zh="草案由您参与编写，须由另一人核对后发布；可以发布的有：{others}。",
    en="You had a hand in this draft: somebody else publishes it ({others}).",
)
ALONE_REASON_MISSING = error_code(
    "CALCULATOR_ALONE_REASON_MISSING",
    Kind.INVALID,
    zh="没有别人可以发布。请写明由您一人发布的理由（至少 {least} 个字），记入操作记录；或请系统管理员再设一名维护人员。",
    en="Nobody else can publish it: give a reason of at least {least} characters, it is recorded.",
)
CLOSING_REASON_MISSING = error_code(
    "CALCULATOR_REASON_MISSING",
    Kind.INVALID,
    zh="请写明理由（{most} 个字以内）。",
    en="Give a reason of at most {most} characters.",
)
NOT_OWN_EDITION = error_code(
    "CALCULATOR_EDITION_NOT_OWN",
    Kind.CONFLICT,
    zh="{edition} 不是本系统自编且在用的版本，不能撤回。",
    en="{edition} is no own edition in use.",
)
RULE_KIND_UNKNOWN = error_code(
    "CALCULATOR_RULE_KIND_UNKNOWN",
    Kind.NOT_FOUND,
    zh="没有这一类依据；可以维护的有折标系数、阶梯电价、能效等级。",
    en="There is no such kind; coefficients, tariffs and grades are kept here.",
)
REGION_FAULTY = error_code(
    "CALCULATOR_REGION_FAULTY",
    Kind.INVALID,
    zh="“{region}”不能作为这一版的地区：请写省名或省名加市名，如 四川省、河北省唐山市，且不同于原版的地区并在其内。",
    en="{region} is no region for this edition: give a province, or a province and a city, inside that of the base.",
)
