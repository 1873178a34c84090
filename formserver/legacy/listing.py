"""The list of papers to enter: an xlsx as archives keep them, read row by row against the files that came with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from formserver.core.definitions.parsing_dates import parse_date
from formserver.core.legacy import RECORD_TYPE, STATES, LegacyPaper, paper_problems
from formserver.core.models import State
from formserver.rendering.sheet_reading import NOT_A_WORKBOOK, cell_text, letters, read_sheets

COLUMNS: Final = (
    ("type", "文书种类", ("种类", "类型", "文种")),
    ("title", "文书名称", ("名称", "题名", "文书题名", "标题")),
    ("number", "文号", ("原文号", "文件编号", "编号")),
    ("enterprise_name", "被监察单位", ("单位名称", "企业名称", "企业", "单位")),
    ("uscc", "统一社会信用代码", ("信用代码", "社会信用代码")),
    ("doc_date", "成文日期", ("日期", "文书日期", "形成日期")),
    ("state", "状态", ("办理状态",)),
    ("files", "文件名", ("扫描件", "文件", "扫描文件", "附件")),
    ("kept_at", "原件存放位置", ("存放位置", "案卷号", "档号", "库位")),
    ("note", "备注", ("说明",)),
)
NEEDED: Final = ("enterprise_name", "doc_date", "files")
MAX_ROWS: Final = 2_000
HEADER_SEARCH: Final = 10
_NOISE = re.compile(r"[\s*＊:：()（）/／、\-_]+")
_SEPARATORS = re.compile(r"[;；,，、\n|]+")


@dataclass(slots=True)
class ListedPaper:
    """One row: its number as Excel shows it, the paper, its files, and what is wrong with it (with cell addresses)."""

    row: int
    paper: LegacyPaper | None
    files: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class PaperList:
    """What a list holds. ``remarks`` names what was not used: sheets, columns, files."""

    rows: list[ListedPaper]
    remarks: list[str]

    @property
    def ready(self) -> list[ListedPaper]:
        """The rows that can be entered."""
        return [row for row in self.rows if not row.problems]


FindEnterprise = Callable[[str, str], str]
"""(name, code) → the id of the enterprise in the register, or empty."""


def read_list(
    data: bytes,
    name: str,
    *,
    files: Collection[str],
    types: Mapping[str, str],
    today: date,
    find_enterprise: FindEnterprise,
) -> PaperList:
    """Read the first sheet with the needed columns. ``types`` maps titles to keys. Raises NOT_A_WORKBOOK."""
    sheets = read_sheets(data, name)
    for title, table in sheets:
        for index, row in enumerate(table[:HEADER_SEARCH]):
            columns = _columns(row)
            if set(NEEDED) <= set(columns):
                found = _read(table, index, columns, files, types, today, find_enterprise, name)
                found.remarks = [
                    *(f"工作表“{t}”没有读取，只读取“{title}”。" for t, _ in sheets if t != title),
                    *found.remarks,
                ]
                return found
    raise NOT_A_WORKBOOK(
        name=name, reason="没有找到含“被监察单位、成文日期、文件名”的表头，请使用补录清单模板"
    )


def _columns(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        word = _NOISE.sub("", cell_text(cell))
        for key, label, others in COLUMNS:
            if word and word in (label, *others) and key not in found:
                found[key] = index
    return found


def _read(
    table: Sequence[Sequence[Any]],
    header: int,
    columns: Mapping[str, int],
    files: Collection[str],
    types: Mapping[str, str],
    today: date,
    find_enterprise: FindEnterprise,
    name: str,
) -> PaperList:
    used = set(columns.values())
    remarks = [
        f"{letters(i)}列“{cell_text(c)}”不是补录的项目，没有读取。"
        for i, c in enumerate(table[header])
        if cell_text(c) and i not in used
    ]
    known = {_file_key(file): file for file in files}
    rows, taken, numbers = [], set[str](), dict[tuple[str, str], int]()
    for number, cells in enumerate(table[header + 1 :], start=header + 2):
        if not any(cell_text(cell) for cell in cells):
            continue
        values = {key: cell_text(cells[i]) if i < len(cells) else "" for key, i in columns.items()}
        places = {key: f"{letters(i)}{number}" for key, i in columns.items()}
        listed = _row(number, values, places, known, types, today, find_enterprise)
        twice = [file for file in listed.files if file in taken]
        if twice:
            listed.problems.append(
                f"{places['files']}：文件“{twice[0]}”已被前面的行使用，一份扫描件只能对应一份文书。"
            )
        taken.update(listed.files)
        if listed.paper is not None and listed.paper.number:
            key = (listed.paper.type_key, listed.paper.number)
            if key in numbers:
                listed.problems.append(f"{places['number']}：文号与第 {numbers[key]} 行相同，请核对。")
            numbers.setdefault(key, number)
        rows.append(listed)
    if not rows:
        raise NOT_A_WORKBOOK(name=name, reason="表头下面没有内容")
    if len(rows) > MAX_ROWS:
        raise NOT_A_WORKBOOK(name=name, reason=f"共有 {len(rows)} 行，一次最多 {MAX_ROWS} 行，请拆成几个清单")
    left = sorted(set(files) - taken)
    if left:
        remarks.append(
            f"有 {len(left)} 个文件没有在清单中出现，不会补录：{'、'.join(left[:5])}{'…' if len(left) > 5 else ''}。"
        )
    return PaperList(rows, remarks)


def _row(
    number: int,
    values: Mapping[str, str],
    places: Mapping[str, str],
    known: Mapping[str, str],
    types: Mapping[str, str],
    today: date,
    find_enterprise: FindEnterprise,
) -> ListedPaper:
    problems: list[str] = []

    def wrong(key: str, message: str) -> None:
        problems.append(f"{places.get(key, f'第{number}行')}：{message}")

    word = values.get("type", "")
    type_key = types.get(word, "") if word else types.get(values.get("title", ""), RECORD_TYPE)
    if not type_key:
        type_key = RECORD_TYPE  # a paper of a kind without a form: its kind is its name
    state = _state(values.get("state", ""), wrong)
    day = _date(values.get("doc_date", ""), today, wrong)
    files = _files(values.get("files", ""), known, wrong)
    title = values.get("title", "") or (word if type_key == RECORD_TYPE else "")
    name, code = values.get("enterprise_name", ""), values.get("uscc", "")
    listed = ListedPaper(number, None, files, problems, title or word)
    if day is None or state is None:
        return listed
    listed.paper = LegacyPaper(
        type_key=type_key,
        title=title,
        enterprise_name=name,
        uscc=code,
        enterprise_id=find_enterprise(name, code) if name else "",
        doc_date=day,
        number=values.get("number", ""),
        state=state,
        kept_at=values.get("kept_at", ""),
        note=values.get("note", ""),
    )
    for problem in paper_problems(listed.paper, today):
        wrong(problem.pointer.removeprefix("/"), problem.message)
    return listed


def _state(word: str, wrong: Callable[[str, str], None]) -> State | None:
    if not word:
        return State.SERVED
    for state in STATES:
        if word == state.value:
            return state
    wrong("state", f"“{word[:20]}”不能识别，请填写：{'、'.join(s.value for s in STATES)}。")
    return None


def _date(text: str, today: date, wrong: Callable[[str, str], None]) -> date | None:
    if not text:
        wrong("doc_date", "请填写成文日期。")
        return None
    found = parse_date(text, today)
    if found.value is None or found.question:
        wrong("doc_date", found.question or f"“{text[:20]}”不是日期，请写成 2019-08-20。")
        return None
    if not re.search(r"(?:19|20|21)\d\d", text) and not re.fullmatch(r"\d{5}", text):
        wrong("doc_date", f"“{text[:20]}”没有写明四位年份，请补上。")
        return None
    return date.fromisoformat(str(found.value))


def _files(text: str, known: Mapping[str, str], wrong: Callable[[str, str], None]) -> tuple[str, ...]:
    named = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if not named:
        wrong("files", "请填写扫描件的文件名；几个文件用分号隔开。")
    found = []
    for one in named:
        file = known.get(_file_key(one))
        if file is None:
            wrong("files", f"没有找到文件“{one[:60]}”，请核对文件名，或把它一并上传。")
        elif file not in found:
            found.append(file)
    return tuple(found)


def _file_key(name: str) -> str:
    """How a file is recognised: without folders, case, width; Windows and macOS write accents differently."""
    return unicodedata.normalize("NFKC", name.replace("\\", "/").rpartition("/")[2]).strip().casefold()
