"""One leaf of a document type as a WTForms field: it knows its schema, draws its control and reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape
from wtforms import Field as WTField

from formserver.core.definitions.fields import Field
from formserver.web.forms.texts import ABSENT, Outcome, choices_of, is_choice, read, shown

COVERED_PREFIX: Final = "has:"
"""A hidden field that says a box or list was on the page: unticked boxes do not appear in a post."""

_MODES: Final = {"decimal": "decimal", "number": "numeric", "phone": "tel", "uscc": "text", "id-card": "text"}


class LeafControl(WTField):
    """A control. ``name`` and ``id`` are the keyed pointer, so that links, labels and drafts speak of one place.

    ``compact`` draws a radio group as a list that opens, for the cells of a table. ``lines`` is what :func:`lines_of`
    says, where the text to come is not the one the control holds.
    """

    def __init__(
        self,
        label: str = "",
        *,
        leaf: Field,
        value: Any = ABSENT,
        raw: str | None = None,
        compact: bool = False,
        today: date | None = None,
        lines: tuple[int, bool] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.leaf = leaf
        self.value = value
        self.raw_text = raw
        self.compact = compact
        self.today = today
        self.lines = lines
        self.outcome: Outcome | None = None

    @property
    def text(self) -> str:
        """What the control shows."""
        return shown(self.leaf, self.value, self.raw_text)

    def process(self, formdata: Any, _data: Any = None, _extra_filters: Any = None) -> None:
        """Read the post, if it covers this control; otherwise ``outcome`` stays None and nothing changes."""
        self.process_errors = []
        if formdata is None:
            return
        posted = list(formdata.getlist(self.name))
        if posted or self.name in formdata.getlist(COVERED_PREFIX):
            if self.today is None:
                raise ValueError("reading needs the day to complete dates with")
            self.outcome = read(self.leaf, posted, self.value, self.raw_text, self.today)

    def __call__(self, **attributes: Any) -> Markup:
        """The control as HTML; everything from the body is escaped."""
        return _draw(self, attributes)


def _draw(control: LeafControl, attributes: dict[str, Any]) -> Markup:
    leaf = control.leaf
    common: dict[str, Any] = {"name": control.name, "id": control.name, **attributes}
    if leaf.kind == "list" and leaf.widget == "checklist":
        return _checklist(control, attributes)
    if leaf.kind == "boolean" and not is_choice(leaf):
        ticked = control.value is True
        box = _params(type="checkbox", value="true", checked=ticked, class_="form-check-input", **common)
        return Markup("<input {}>{}").format(box, _covered(control))
    if is_choice(leaf):
        as_radios = leaf.widget == "radio" and not control.compact
        return _radios(control, attributes) if as_radios else _select(control, common)
    return _text_control(control, common)


def _text_control(control: LeafControl, common: dict[str, Any]) -> Markup:
    leaf, text = control.leaf, control.text
    common.setdefault("class_", "form-control")
    # No maxlength: pasted text is never cut off silently; the check says by how much it is too long.
    rows, one_line = lines_of(leaf, text) if control.lines is None else control.lines
    if rows:
        if one_line:
            common["class_"] += " fs-one-line"
        # the HTML parser drops one line end after the tag, so one is always given
        return Markup("<textarea {}>\n{}</textarea>").format(_params(rows=rows, **common), text)
    mode = _MODES.get(leaf.widget)
    if mode is None and leaf.kind in ("decimal", "integer"):
        mode = "decimal" if leaf.kind == "decimal" else "numeric"
    extra: dict[str, Any] = {"inputmode": mode} if mode and mode != "text" else {}
    suggestions = [str(item) for item in leaf.schema.get("x-open-enum", ())]
    if suggestions:
        extra["list"] = f"{control.name}-list"
    if leaf.kind in ("date", "date-time"):
        extra["placeholder"] = "2026-05-06" if leaf.kind == "date" else "2026-05-06 09:30"
    line = _params(type="text", value=text, autocomplete="off", **extra, **common)
    options = Markup("").join(Markup('<option value="{}">').format(item) for item in suggestions)
    listed = (
        Markup('<datalist id="{}-list">{}</datalist>').format(control.name, options) if suggestions else ""
    )
    return Markup("<input {}>{}").format(line, listed)


def lines_of(leaf: Field, text: str) -> tuple[int, bool]:
    """How many lines a text control shows (0: an input of one line), and whether it is meant for one line only."""
    if leaf.widget in ("textarea", "clause-picker") or _is_long(leaf):
        return min(12, max(2, text.count("\n") + 1 + len(text) // 60)), False
    return (min(12, text.count("\n") + 1), True) if "\n" in text else (0, False)


def _params(**attributes: Any) -> Markup:
    """Attributes as HTML; a large form has thousands of controls, and WTForms' own function took half its time."""
    parts = []
    for key, value in attributes.items():
        name = key.rstrip("_")
        if value is True:
            parts.append(name)
        elif value is not False and value is not None:
            parts.append(f'{name}="{escape(value)}"')
    return Markup(" ".join(parts))  # noqa: S704  names are ours, values are escaped


def _is_long(leaf: Field) -> bool:
    return leaf.kind == "string" and leaf.widget == "text" and int(leaf.schema.get("maxLength", 0)) > 200


def _select(control: LeafControl, common: dict[str, Any]) -> Markup:
    common["class_"] = str(common.get("class_", "form-control")).replace("form-control", "form-select")
    options = [("", "请选择"), *_with_foreign(control)]
    drawn = Markup("").join(
        Markup("<option {}>{}</option>").format(_params(value=v, selected=v == control.text), label)
        for v, label in options
    )
    return Markup("<select {}>{}</select>").format(_params(**common), drawn)


def _radios(control: LeafControl, attributes: dict[str, Any]) -> Markup:
    options = _with_foreign(control)
    if not control.leaf.required:
        options = [*options, ("", "不填")]
    return _choices(control, options, "radio", {control.text}, attributes)


def _checklist(control: LeafControl, attributes: dict[str, Any]) -> Markup:
    value = control.value if isinstance(control.value, list) else []
    held = {shown_item(item) for item in value}
    options = [(shown_item(c), shown_item(c)) for c in control.leaf.choices]
    known = {v for v, _ in options}
    options += [(v, f"{v}（不在选项中）") for v in map(shown_item, value) if v not in known]
    options = list(dict.fromkeys(options))
    return _choices(control, options, "checkbox", held, attributes) + _covered(control)


def _choices(
    control: LeafControl,
    options: Sequence[tuple[str, str]],
    kind: str,
    chosen: set[str],
    attributes: dict[str, Any],
) -> Markup:
    described = {k: v for k, v in attributes.items() if k.startswith("aria")}
    parts = []
    for index, (value, label) in enumerate(options):
        params = _params(
            type=kind,
            name=control.name,
            id=control.name if index == 0 else f"{control.name}-{index}",
            value=value,
            checked=value in chosen,
            **described,
        )
        parts.append(
            Markup('<label class="fs-choice"><input {}><span>{}</span></label>').format(params, label)
        )
    return Markup('<div class="fs-choices">{}</div>').format(Markup("").join(parts))


def _with_foreign(control: LeafControl) -> list[tuple[str, str]]:
    options = choices_of(control.leaf)
    text = control.text
    if text and text not in {value for value, _ in options}:
        options.append((text, f"{text}（不在选项中）"))
    return options


def _covered(control: LeafControl) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(COVERED_PREFIX, escape(control.name))


def shown_item(value: Any) -> str:
    """One item of a list as it is posted."""
    return value if isinstance(value, str) else str(value)
