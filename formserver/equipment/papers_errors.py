"""What stands against making, keeping or finalising a paper of a list."""

from __future__ import annotations

from formserver.core.errors import Kind, error_code

LIST_NOT_READY = error_code(
    "EQUIPMENT_PAPER_NOT_READY",
    Kind.CONFLICT,
    zh="清单“{title}”还没有识别完成，或者已作废，不能制作文书。请打开清单查看。",
    en="The list {title} has not been checked yet or is void; no paper can be made of it.",
)
LIST_MOVED = error_code(
    "EQUIPMENT_PAPER_LIST_MOVED",
    Kind.CONFLICT,
    zh="取数时有人改动了清单，没有制作。请再试一次。",
    en="The list changed while it was being read; try again.",
)
PAPER_WITHOUT_LIST = error_code(
    "EQUIPMENT_PAPER_WITHOUT_LIST",
    Kind.INVALID,
    zh="《{title}》没有依据的设备清单，不能定稿。请打开“设备识别”中的清单，在“制作文书”中重新制作。",
    en="{title} rests on no equipment list; make it from a list.",
)
PAPER_BEHIND_LIST = error_code(
    "EQUIPMENT_PAPER_BEHIND_LIST",
    Kind.CONFLICT,
    zh="设备清单在《{title}》取数之后有改动，纸面会与清单的现行结论不一致，没有定稿。请打开文书菜单中的“设备清单”，点“按清单更新”，核对后再定稿。",
    en="The list went on after {title} was taken from it; update the paper first.",
)
PAPER_NOT_AS_TAKEN = error_code(
    "EQUIPMENT_PAPER_NOT_AS_TAKEN",
    Kind.CONFLICT,
    zh="《{title}》的表格与从清单取来的内容不一致，没有定稿。请点“按清单更新”，核对后再定稿。",
    en="The tables of {title} differ from what was taken from the list; update the paper first.",
)
NOT_A_PAPER = error_code(
    "EQUIPMENT_PAPER_UNKNOWN",
    Kind.NOT_FOUND,
    zh="这份文书不是从设备清单制作的。",
    en="This document was not made from an equipment list.",
)
