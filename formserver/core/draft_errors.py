"""What can stand in the way of keeping or saving a draft."""

from __future__ import annotations

from formserver.core.errors import Kind, error_code

NOT_EDITABLE = error_code(
    "NOT_EDITABLE",
    Kind.CONFLICT,
    zh="文书当前为“{state}”，内容已不能修改。需要修改时请先“退回修改”并写明理由。",
    en="The document is {state}; its content can no longer be changed.",
)
DRAFT_STALE = error_code(
    "DRAFT_STALE",
    Kind.CONFLICT,
    zh="这份草稿已在另一个窗口中修改过。请查看两边的内容后再继续，您刚才输入的内容仍保留在本页。",
    en="This draft was changed in another window; what you typed is still on this page.",
)
VERSION_CONFLICT = error_code(
    "VERSION_CONFLICT",
    Kind.CONFLICT,
    zh="{who}已保存了第{head}版，与您的 {count} 处修改不一致。请逐处选择后再保存，双方内容都已保留。",
    en="{who} saved version {head} meanwhile; {count} places differ. Choose for each place; both values are kept.",
)
RAW_LEFT = error_code(
    "RAW_LEFT",
    Kind.INVALID,
    zh="有 {count} 处内容还不能识别，请改正后再保存为版本；草稿已暂存。",
    en="{count} places cannot be understood yet; the draft is kept.",
)
NOTHING_CHANGED = error_code(
    "NOTHING_CHANGED", Kind.CONFLICT, zh="内容与第{head}版相同，没有生成新版本。", en="Nothing changed."
)
