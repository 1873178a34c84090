"""Pictures of every page, as people see them at a desk and on a phone, for eyes that look before a release.

    python tools/screenshots.py [FOLDER] [--only WORD] [--no-pdf]

Plays the demonstration into a temporary storage folder, lets the worker print (LibreOffice), serves it on a free port
and photographs each kind of page at 1440 and 390 px into FOLDER (build/screenshots). ``--only`` takes the pages whose
kind holds the word (``documents.edit``, ``approvals``). Says which page routes no picture shows, what the console
complained about, and what sticks out sideways. Exit status: 0 nothing of that, 1 something, 2 no Chromium.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from formserver.core.runner import JobRunner  # noqa: E402
from formserver.demo.people import DEMO_PASSWORD  # noqa: E402
from tests.browser.demo_site import DemoSite  # noqa: E402

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
STRANGERS = ("/sign-in", "/check/not-a-code", "/no-such-page")


def main(arguments: list[str]) -> int:
    """Make the pictures; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python tools/screenshots.py", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "screenshots" / "pages")
    parser.add_argument("--only", default="")
    parser.add_argument("--no-pdf", action="store_true")
    given = parser.parse_args(arguments)
    if not CHROMIUM.exists():
        print(f"Chromium is not installed at {CHROMIUM}", file=sys.stderr)
        return 2
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as storage:
        site = DemoSite(Path(storage), pdf_workers=0 if given.no_pdf else 1)
        try:
            if not given.no_pdf:
                JobRunner(site.context.store, site.context.job_handlers, site.context.clock).run_all()
            url = site.serve()
            pages = {p: k for p, k in site.pages().items() if given.only in k}
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
                complaints = photograph(browser, url, pages, given.folder)
                browser.close()
            missing = [] if given.only else unseen(site, pages)
        finally:
            site.close()
    for line in complaints:
        print(line)
    for endpoint in missing:
        print(f"no picture shows {endpoint}")
    print(f"{len(pages)} pages in {given.folder}")
    return 1 if complaints or missing else 0


def photograph(browser: Browser, url: str, pages: dict[str, str], folder: Path) -> list[str]:
    """Each page at each width; what was wrong with them."""
    complaints: list[str] = []
    for width, (across, down) in WIDTHS.items():
        context = browser.new_context(
            viewport={"width": across, "height": down}, locale="zh-CN", base_url=url
        )
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda m, said=said: said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        for path in STRANGERS:
            _shoot(page, path, folder / f"stranger{path.replace('/', '-')}-{width}.png")
        said.clear()  # a page that does not exist is a complaint of the browser
        page.goto("/sign-in")
        page.get_by_label("用户名").fill("demo")
        page.get_by_label("密码").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda to: "/sign-in" not in to)
        used: dict[str, int] = {}
        for path, kind in pages.items():
            used[kind] = used.get(kind, 0) + 1
            name = re.sub(r"\W+", "-", kind) + (f"-{used[kind]}" if used[kind] > 1 else "")
            _shoot(page, path, folder / f"{name}-{width}.png")
            out = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if out > 0:
                complaints.append(f"{path} at {width} px: {out} px too wide")
            complaints += [f"{path} at {width} px: {text}" for text in said]
            said.clear()
        context.close()
    return complaints


def _shoot(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, full_page=True, animations="disabled", timeout=30_000)


def unseen(site: DemoSite, pages: dict[str, str]) -> list[str]:
    """Page routes none of the pictures shows: those that answer people with a whole page."""
    seen = {kind.split()[0] for kind in pages.values()}
    views = {
        r.endpoint
        for r in site.app.url_map.iter_rules()
        if "GET" in (r.methods or ()) and "/api/" not in r.rule
    }
    pieces = re.compile(
        r"\.(pick\w*|count|health|favicon|static\w*|suggest|file|page|pages|image|picture|pdf|thumb|job|printing"
        r"|download\w*|export\w*|package|preview_\w+|\w+_(file|state|template|pages|picture|values)|cited|template"
        r"|unfinished|sign_in|\w*products|carriers|\w+_(sheet|result|image|job))$|^static$"
    )
    return sorted(endpoint for endpoint in views - seen if not pieces.search(endpoint))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
