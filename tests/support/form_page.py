"""What the browser tests of the form page share: its controls, its draft on the server, a clipboard."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from formserver.core.drafting import Drafting
from formserver.core.models import Draft
from tests.support.website import Website

SAVED = re.compile("已暂存")


def draft(site: Website, document_id: str, username: str = "chen") -> Draft:
    """The draft as the server holds it."""
    return site.context.service(Drafting).open(site.actor(username), document_id).draft


def edit(person: Any, document_id: str) -> Page:
    """The form, its script at work."""
    page: Page = person.open(f"/documents/{document_id}/edit")
    page.locator("form[data-ready]").wait_for()
    return page


def field(page: Page, name: str) -> Locator:
    """The first control of a place."""
    return page.locator(f'#doc-form [name="{name}"]').first


def rows_of(page: Page, name: str) -> Locator:
    """The rows of a list as they stand on the page."""
    return page.locator(f'fieldset[data-rows="{name}"] > :not(template) [data-row]')


def cells(page: Page, name: str, key: str) -> list[str]:
    """The texts of one column."""
    found = page.locator(f'fieldset[data-rows="{name}"] > :not(template) [name$="/{key}"]')
    return [control.input_value() for control in found.all()]


def wait_saved(page: Page) -> None:
    """Until the page says that the server has everything."""
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)


def paste(control: Locator, text: str, html: str = "") -> None:
    """What Ctrl+V brings, with a clipboard of our own."""
    control.focus()
    control.evaluate(
        """(target, [text, html]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            if (html) data.setData("text/html", html);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            if (target.dispatchEvent(event)) document.execCommand("insertText", false, text);
        }""",
        [text, html],
    )
