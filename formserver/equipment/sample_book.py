"""Labelled rows as xlsx."""

from __future__ import annotations

from collections.abc import Sequence

from formserver.equipment.columns import BY_KEY
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.sample_models import STATED, Outcome
from formserver.rendering.sheet_streaming import streamed


def sample_book(found: Sequence[Outcome]) -> bytes:
    """What each row states, is expected to come to and comes to; the same rows give the same bytes."""
    stated = [BY_KEY[key].title for key in STATED]
    heads = (
        "编号",
        *stated,
        "基准日",
        "应为",
        "应据规则",
        "为什么",
        "识别为",
        "所据规则",
        "是否一致",
        "标注人",
    )
    rows: list[Sequence[str]] = [heads]
    for one in found:
        sample = one.row.sample
        rows.append(
            (
                "自编" if one.row.own else sample.id,
                *(sample.stated.get(key, "") for key in STATED),
                one.row.as_of.isoformat(),
                VERDICT_WORDS[sample.verdict.value],
                sample.rule,
                sample.why,
                VERDICT_WORDS[one.finding.verdict.value],
                one.finding.rule,
                "一致" if one.right else "不同",
                one.row.by_name or "随附",
            )
        )
    widths = [8, 20, 24, *([12] * (len(STATED) - 2)), 12, 8, 12, 30, 8, 12, 10, 10]
    return streamed([("识别样本", widths, rows)])
