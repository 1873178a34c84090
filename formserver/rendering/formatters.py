"""The closed list of typed formatters a template may use.

Each formatter is lossless (with an inverse, held by property tests) or lossy. A lossy one prints, but does not make
its leaf count as printed: the proof then asks for a lossless print of the same leaf elsewhere in the document.
``FORMATTERS`` is data: the language reference is generated from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2.runtime import Undefined
from jinja2.utils import pass_context

from formserver.rendering import format_choices, format_text
from formserver.rendering.emission import ValueTrouble
from formserver.rendering.values import Blank, Traced, counts, shown, sources_of

LINE = "＿"


@dataclass(frozen=True, slots=True)
class Formatter:
    """One formatter. ``function`` gets texts, or the values themselves when ``raw``, and returns text."""

    name: str
    function: Callable[..., str]
    summary: str
    example: str
    inverse: Callable[..., Any] | None = None
    raw: bool = False
    pen: str = ""
    blank: bool = False
    more_sources: bool = False
    paragraphs: bool = False
    counted: Callable[..., bool] | None = None

    @property
    def lossless(self) -> bool:
        """Whether printing through it prints the whole value."""
        return self.inverse is not None or self.counted is not None


def _default_slash(value: Any) -> str:
    return "/" if isinstance(value, Blank) or value == "" else shown(value)


def _line(value: Any, length: int = 8) -> str:
    if not isinstance(length, int) or not 0 < length <= 60:
        raise ValueError("空行长度应为 1 到 60")
    return LINE * length if isinstance(value, Blank) or value == "" else shown(value)


def _blank_as(value: Any, text: str = "") -> str:
    return str(text) if isinstance(value, Blank) or value == "" else shown(value)


_same = str

FORMATTERS: Mapping[str, Formatter] = {
    formatter.name: formatter
    for formatter in (
        Formatter(
            "date_cn",
            format_text.date_cn,
            "日期：2024年5月6日；待手填的打印“　　年　月　日”",
            "{{ issue_date | date_cn }}",
            inverse=format_text.date_cn_back,
            pen="　　　　年　　月　　日",
        ),
        Formatter(
            "datetime_cn",
            format_text.datetime_cn,
            "时间到分：2024年5月6日9时30分",
            "{{ stated_at | datetime_cn }}",
            inverse=format_text.datetime_cn_back,
            pen="　　　　年　　月　　日　　时　　分",
        ),
        Formatter(
            "date_iso", format_text.date_iso, "日期：2024-05-06", "{{ issue_date | date_iso }}", inverse=_same
        ),
        Formatter(
            "date_range_cn",
            format_text.date_range_cn,
            "起止日期或时间，同一天只写一次：2024年1月1日至2024年12月31日",
            "{{ period_from | date_range_cn(period_to) }}",
            inverse=format_text.date_range_cn_back,
            more_sources=True,
            pen="　　　　年　　月　　日至　　　　年　　月　　日",
        ),
        Formatter(
            "time_cn",
            format_text.time_cn,
            "时刻：9时30分",
            "{{ opened | time_cn }}",
            inverse=format_text.time_cn_back,
            pen="　　时　　分",
        ),
        Formatter(
            "number",
            format_text.number,
            "数字加千分位：1,234.50；可给最少小数位 number(2)",
            "{{ energy_total | number }}",
            inverse=format_text.number_back,
        ),
        Formatter(
            "money_cn",
            format_text.money_cn,
            "大写金额：壹仟贰佰叁拾肆元伍角",
            "{{ payable | money_cn }}",
            inverse=format_text.money_cn_back,
        ),
        Formatter(
            "number_cn",
            format_text.number_cn,
            "中文数字：12 → 十二",
            "{{ copies | number_cn }}",
            inverse=format_text.number_cn_back,
        ),
        Formatter(
            "digits_cn",
            format_text.digits_cn,
            "逐位中文数字：2024 → 二〇二四",
            "{{ year | digits_cn }}",
            inverse=format_text.digits_cn_back,
        ),
        Formatter(
            "nth",
            format_text.nth,
            "序号：nth（1．）、nth('一、')、nth('（一）')、nth('第一')、nth('①')",
            "{{ loop.index | nth('（一）') }}",
            inverse=format_text.nth_back,
        ),
        Formatter(
            "article_cn",
            format_text.article_cn,
            "条：12 → 第十二条，12之一 → 第十二条之一，5.2 → 第5.2条",
            "{{ row.article | article_cn }}",
            inverse=format_text.article_cn_back,
        ),
        Formatter(
            "article_ref",
            format_text.article_ref,
            "一行依据：《节约能源法》第十二条第一款第二项（字段 law、article、paragraph、item）",
            "{{ row | article_ref }}",
            inverse=format_text.article_ref_back,
            raw=True,
        ),
        Formatter(
            "title_marks",
            format_text.title_marks,
            "加书名号，已有的不重复",
            "{{ row.title | title_marks }}",
            inverse=format_text.title_marks_back,
        ),
        Formatter(
            "unit",
            format_text.unit,
            "后面加单位；没有值时只打印空白规则，不打印单位",
            "{{ energy_total | number | unit('tce') }}",
            inverse=format_text.unit_back,
        ),
        Formatter(
            "prefix",
            format_text.prefix,
            "前面加文字；没有值时不加",
            "{{ doc.number | prefix('文号：') }}",
            inverse=format_text.prefix_back,
        ),
        Formatter(
            "mask",
            format_text.mask,
            "证件号只留前三后四（有损：同一份文书里须另有完整打印或标 x-not-printed）",
            "{{ agent_id_no | mask }}",
        ),
        Formatter(
            "join_cn",
            format_choices.join_cn,
            "列表用顿号连接；可给其他分隔 join_cn('；')",
            "{{ items | join_cn }}",
            inverse=format_choices.join_cn_back,
            raw=True,
        ),
        Formatter(
            "lines",
            format_choices.lines,
            "列表或多行文字，每项一行（同一段内换行）",
            "{{ clauses | lines }}",
            inverse=format_choices.lines_back,
            raw=True,
        ),
        Formatter(
            "paragraphs",
            format_choices.lines,
            "列表或多行文字，每行另起一段，沿用本段格式（首行缩进等）",
            "{{ duties_text | paragraphs }}",
            inverse=format_choices.lines_back,
            raw=True,
            paragraphs=True,
        ),
        Formatter(
            "checkbox",
            format_choices.checkbox,
            "列出全部选项并勾选：☑现场监察　☐书面监察；选项默认取自定义，也可给出列表和分隔",
            "{{ mode | checkbox }}",
            inverse=format_choices.checkbox_back,
            raw=True,
            blank=True,
        ),
        Formatter(
            "tick",
            format_choices.tick,
            "单个方框：值等于（或列表含有）所给选项时 ☑，否则 ☐；是否字段可不给选项",
            "{{ mode | tick('现场监察') }}现场监察",
            raw=True,
            blank=True,
            counted=format_choices.tick_counts,
        ),
        Formatter(
            "either",
            format_choices.either,
            "是否字段用自己的词：either('有', '无')",
            "{{ has_plan | either('有', '无') }}",
            inverse=format_choices.either_back,
            raw=True,
        ),
        Formatter(
            "default_slash",
            _default_slash,
            "没有值时打印 /（手填栏也是）",
            "{{ remark | default_slash }}",
            inverse=_same,
            raw=True,
            blank=True,
        ),
        Formatter(
            "line",
            _line,
            "没有值时打印 n 格横线供手写",
            "{{ receiver_name | line(10) }}",
            inverse=_same,
            raw=True,
            blank=True,
        ),
        Formatter(
            "blank_as",
            _blank_as,
            "没有值时打印所给文字（默认什么都不打印）",
            "{{ remark | blank_as('无') }}",
            inverse=_same,
            raw=True,
            blank=True,
        ),
    )
}


def jinja_filters() -> dict[str, Callable[..., Any]]:
    """The formatters as Jinja filters."""
    return {formatter.name: _filter(formatter) for formatter in FORMATTERS.values()}


def _filter(formatter: Formatter) -> Callable[..., Any]:
    @pass_context
    def apply(context: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, Undefined):
            str(value)  # raises with the name
        if isinstance(value, Blank) and not formatter.blank:
            return Traced(formatter.pen) if value.pen and formatter.pen else value
        sources = sources_of(value)
        if formatter.more_sources:
            sources += tuple(source for argument in args for source in sources_of(argument))
        try:
            if formatter.raw:
                text = formatter.function(value, *args, **kwargs)
            else:
                texts = [shown(arg) if isinstance(arg, str) else arg for arg in args]
                text = formatter.function(shown(value), *texts, **kwargs)
        except (ValueError, TypeError) as error:
            if context.recorder.lenient:
                return value
            raise ValueTrouble(f"{formatter.name} 不能用于这个值（{error}）", sources) from None
        whole = counts(value) and formatter.lossless
        if formatter.counted is not None and not formatter.counted(value, *args):
            whole = False
        if formatter.raw and formatter.name == "tick":
            sources = format_choices.ticked_sources(value, *args)
        return Traced(text, sources, counts=whole, paragraphs=formatter.paragraphs)

    return apply
