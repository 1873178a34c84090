"""axe in a page: which rules matter and what they found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
BAD = ("serious", "critical")
_RULES = (
    "axe._audit.rules.filter((r) => r.enabled && !r.tags.includes('experimental')"
    " && ['serious', 'critical'].includes(r.impact)).map((r) => r.id)"
)
_RUN = f"axe.run(document, {{resultTypes: ['violations'], iframes: false, runOnly: {_RULES}, xpath: false}})"


def load_axe(page: Page) -> None:
    """Have axe in every page opened from now on."""
    page.add_init_script(AXE.read_text(encoding="utf-8"))


def serious_findings(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = page.evaluate(_RUN)["violations"]
    return [
        f"{rule['id']} {[node['target'] for node in rule['nodes']][:3]}"
        for rule in violations
        if rule["impact"] in BAD
    ]
