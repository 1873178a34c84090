"""One row of a list as the tables of papers state it. Every text is cut to what its field holds, never left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.equipment.columns import BY_KEY
from formserver.equipment.joint import Judgement, judgement_from_json
from formserver.equipment.matching.model import VERDICT_WORDS, Batch, Verdict
from formserver.equipment.models import Decision, ListRow
from formserver.equipment.papers_words import (
    AUTOMATIC,
    BASIS_WORDS,
    CARRIED,
    CONFIRMED,
    MOVED_IN,
    MOVED_OUT,
    UNCHECKED,
    clock_text,
    cut,
    filled,
)

Cells = dict[str, Any]
TEMPLATE_SHEET: Final = "设备信息表"
"""The sheet of the template: rows on it are named by their number alone."""
LONG: Final = 180
"""Characters of what machine or people say in a narrow column: a row of a table never grows taller than a page."""


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row of a list with its judgement (None: blocked) and the decision in force (None: nobody decided)."""

    row: ListRow
    judgement: Judgement | None
    decision: Decision | None

    @property
    def values(self) -> Mapping[str, str]:
        """What the file states, after reading."""
        values = self.row.stated.get("values")
        return values if isinstance(values, Mapping) else {}

    @property
    def act(self) -> str:
        """What the person did: in, out, confirm or ""."""
        return self.decision.act if self.decision else ""

    def text(self, key: str, longest: int) -> str:
        """A stated value as text; as it was written in the file where reading it gave nothing."""
        cells = self.row.stated.get("cells")
        written = cells.get(key, "") if isinstance(cells, Mapping) else ""
        return cut(str(self.values.get(key) or written or ""), longest)


def taken(row: ListRow, decision: Decision | None) -> TakenRow:
    """A row with its judgement read."""
    return TakenRow(row, judgement_from_json(row.judged) if row.verdict else None, decision)


def batch_of(one: TakenRow, batches: Mapping[str, Batch]) -> tuple[str, str]:
    """The short title of the catalogue a row falls under and its document number; two empty texts for none."""
    if one.judgement is None:
        return "", ""
    finding = one.judgement.finding
    name = finding.item.batch if finding.item else finding.catalogue
    batch = batches.get(name) or batches.get(finding.catalogue)
    if batch is not None:
        return batch.title, batch.document_no
    return ("" if finding.catalogue.isascii() else finding.catalogue), ""  # no names of files on paper


def unchecked(one: TakenRow) -> bool:
    """Whether what speaks for the verdict was kept from memory and is not held against the official text."""
    if one.judgement is None:
        return False
    finding = one.judgement.finding
    return finding.recalled or (finding.item is not None and finding.item.recalled)


def plate(one: TakenRow) -> Cells:
    """Number, place in the file, name and model: what every table begins with."""
    sheet = "" if one.row.sheet == TEMPLATE_SHEET else one.row.sheet
    return {
        "number": one.row.number,
        "place": cut(f"{sheet} 第{one.row.row}行".strip(), 80),
        "name": one.text("name", 50),
        "model": one.text("model", 80),
    }


def rated(one: TakenRow) -> Cells:
    """Maker, date, power and capacity."""
    return {
        "maker": one.text("manufacturer", 60),
        "made": one.text("made", 40),
        "power": one.text("power_kw", 40),
        "capacity": one.text("capacity_kva", 40),
    }


def use(one: TakenRow) -> Cells:
    """How many, where, in which state."""
    return {
        "quantity": one.row.units,
        "location": one.text("location", 60),
        "status": one.text("status", 10),
    }


def said(one: TakenRow) -> Cells:
    """What a person said about the row, who and when."""
    if one.decision is None:
        return {}
    decision = one.decision
    basis = BASIS_WORDS.get(decision.basis, "")
    word = {"in": MOVED_IN, "out": MOVED_OUT}.get(decision.act, "人工确认")
    opinion = "；".join(filter(None, (f"{word}{CARRIED if one.row.decided == 'carried' else ''}", basis)))
    return {
        "opinion": cut(f"{opinion}：{decision.reason}" if decision.reason else opinion, LONG),
        "decided_by": cut(decision.by_name, 30),
        "decided_at": clock_text(decision.at),
    }


def source_mark(one: TakenRow) -> Cells:
    """来源待核 where the ground of the verdict is kept from memory."""
    return {"recalled": UNCHECKED if unchecked(one) else ""}


def way(one: TakenRow) -> str:
    """How the standing verdict came about."""
    if one.act == "in":
        word = MOVED_IN
    elif one.act == "out":
        word = MOVED_OUT
    else:
        word = CONFIRMED if one.act == "confirm" else AUTOMATIC
    return word + (CARRIED if one.row.decided == "carried" else "")


def eliminated_row(one: TakenRow, batches: Mapping[str, Batch]) -> Cells:
    """A line of 淘汰设备清单."""
    made = {**plate(one), **rated(one), **use(one), "verdict": VERDICT_WORDS["eliminated"], "way": way(one)}
    made |= {"poles": one.text("poles", 10), **said(one)}
    if one.judgement is None:
        return filled(made)
    finding, machine = one.judgement.finding, one.judgement.verdict
    title, document_no = batch_of(one, batches)
    condition = finding.evidence or (finding.item.condition if finding.item else "")
    if machine is not Verdict.ELIMINATED:  # moved in: what the machine said stays readable beside it
        condition = f"自动结论为{VERDICT_WORDS[machine.value]}。{one.judgement.says}"
    made |= {
        "canonical": cut(finding.canonical, 80),
        "catalogue": cut(title, 100),
        "item_no": cut(finding.seq, 60),
        "document_no": cut(document_no, 80),
        "condition": cut(condition or one.judgement.says, LONG),
        "code": cut("、".join(one.judgement.reasons), 40),
        "deadline": cut(
            finding.deadline.text or (str(finding.deadline.on) if finding.deadline.on else ""), 60
        ),
        "overdue": finding.overdue_days if finding.overdue_days and finding.overdue_days > 0 else None,
        "replacement": cut(finding.replacement or (finding.item.replacement if finding.item else ""), 100),
        **source_mark(one),
    }
    return filled(made)


def review_row(one: TakenRow, batches: Mapping[str, Batch]) -> Cells:
    """A line of 待确认: why, and what is missing with where to find it."""
    made = {**plate(one), **rated(one), **use(one), **said(one), **source_mark(one)}
    if one.judgement is not None:
        lacking = [*one.judgement.finding.missing, *one.judgement.grade.missing]
        hints = [
            f"{BY_KEY[key].title}：{BY_KEY[key].help}" for key in dict.fromkeys(lacking) if key in BY_KEY
        ]
        hints += [key for key in dict.fromkeys(lacking) if key not in BY_KEY]
        made |= {
            "why": cut(one.judgement.says, LONG),
            "missing": cut("；".join(hint.rstrip("。") for hint in hints), 300),
            "candidate": candidate(one, batches),
            "code": cut("、".join(one.judgement.reasons), 40),
        }
    return filled(made)


def restricted_row(one: TakenRow, batches: Mapping[str, Batch]) -> Cells:
    """A line of 限制（提示）."""
    made = {**plate(one), **rated(one), **use(one), **said(one), **source_mark(one)}
    if one.judgement is not None:
        finding = one.judgement.finding
        made |= {
            "why": cut(one.judgement.says, LONG),
            "candidate": candidate(one, batches),
            "code": cut("、".join(one.judgement.reasons), 40),
            "replacement": cut(finding.replacement, LONG),
        }
    return filled(made)


def moved_row(one: TakenRow, batches: Mapping[str, Batch]) -> Cells:
    """A line of 人工移出: what the machine had said and why a person says otherwise."""
    decision = one.decision
    made = {**plate(one), **use(one), "candidate": candidate(one, batches)}
    made["machine"] = VERDICT_WORDS.get(one.row.verdict, "")
    if decision is not None:
        carried = CARRIED if one.row.decided == "carried" else ""
        made |= {
            "basis": BASIS_WORDS.get(decision.basis, ""),
            "reason": cut(decision.reason + carried, 300),
            "decided_by": cut(decision.by_name, 30),
            "decided_at": clock_text(decision.at),
        }
    return filled(made)


def blocked_row(one: TakenRow) -> Cells:
    """A line of 未识别: what must be mended."""
    problems = one.row.stated.get("problems")
    messages = [
        f"{problem.get('address', '')} {problem.get('message', '')}".strip()
        for problem in (problems if isinstance(problems, list) else ())
        if isinstance(problem, Mapping) and problem.get("level") == "error"
    ]
    return filled({**plate(one), "problem": cut("；".join(messages) or "没有识别结果。", 800)})


def stated_row(one: TakenRow, batches: Mapping[str, Batch]) -> Cells:
    """A line of 设备清单: what the enterprise states, and how it stands."""
    boiler = (("boiler_capacity", ""), ("fuel", "燃料"), ("current_a", "电流"))
    other = "；".join(
        f"{word}{one.text(key, 40)}{BY_KEY[key].unit}" for key, word in boiler if one.text(key, 40)
    )
    standing = VERDICT_WORDS.get(one.row.standing, "")
    return filled(
        {
            **plate(one),
            **rated(one),
            **use(one),
            "poles": one.text("poles", 10),
            "voltage": one.text("voltage_v", 40),
            "other": cut(other, 120),
            "commissioned": one.text("commissioned", 40),
            "grade": cut(graded(one), 80),
            "verdict": standing,
            "basis": candidate(one, batches),
            "way": way(one) if standing else "",
            **source_mark(one),
            "remark": one.text("remark", 150),
        }
    )


def graded(one: TakenRow) -> str:
    """The grade on the label and what was found by values; what the series name or limits from memory say is called so."""
    label, check = one.text("label_grade", 20), one.judgement.grade if one.judgement else None
    found = ""
    if check is not None and check.grade and check.state == "hint":
        memory = "（凭记忆）" if "凭记忆" in check.says else ""
        found = "" if label else f"型号提示{check.grade}{memory}，未核算"
    elif check is not None and check.grade:
        found = f"核算{check.grade}{'' if check.state == 'settled' else '（限值待核）'}"
    return "；".join(filter(None, (f"标识{label}" if label else "", found)))


def candidate(one: TakenRow, batches: Mapping[str, Batch]) -> str:
    """Catalogue and line that speak about the row, in one text."""
    title, _ = batch_of(one, batches)
    seq = one.judgement.finding.seq if one.judgement else ""
    return cut(" ".join(filter(None, (title, seq))), 60)
