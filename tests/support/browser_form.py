"""What a browser without JavaScript would post: the successful controls of a form, with the browser's own habits."""

from __future__ import annotations

import re

from lxml import html
from werkzeug.datastructures import MultiDict


def successful_controls(page: str, selector: str = "//form") -> MultiDict[str, str]:
    """Names and values of the first form that ``selector`` (XPath) finds; submit buttons are not pressed.

    Browsers drop line ends in one-line inputs, drop one line end after ``<textarea>`` and post CRLF; so do we, to
    notice controls that would lose something.
    """
    form = html.fromstring(page).xpath(selector)[0]
    return controls_in(form)


def controls_in(form: html.HtmlElement) -> MultiDict[str, str]:
    found: MultiDict[str, str] = MultiDict()
    for control in form.iter("input", "select", "textarea"):
        name = control.get("name")
        if not name or control.get("disabled") is not None:
            continue
        if control.tag == "textarea":
            text = (control.text or "").removeprefix("\n")
            found.add(name, text.replace("\n", "\r\n"))
        elif control.tag == "select":
            chosen = [o for o in control.iter("option") if o.get("selected") is not None]
            options = chosen or list(control.iter("option"))[:1]
            for option in options:
                found.add(name, option.get("value", option.text or ""))
        elif control.get("type") in ("checkbox", "radio"):
            if control.get("checked") is not None:
                found.add(name, control.get("value", "on"))
        elif control.get("type") in ("submit", "button", "file"):
            continue
        else:
            value = control.get("value", "")
            found.add(name, value if control.get("type") == "hidden" else re.sub(r"[\r\n]", "", value))
    return found
