"""``python -m tools.templates build [TYPE…]`` draws templates; ``… preview TYPE body.json -o DIR`` prints one.

``build`` writes ``doc_templates/<type>/v1.docx``. Once a maintainer has edited a docx by hand, that file is the source:
``build`` refuses to overwrite a file it did not draw unless ``--force`` is given. ``preview`` writes docx, PDF and one
PNG per page; ``check`` runs the publishing checks.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from formserver.core.definitions.document_type import DocumentType, load_document_type
from formserver.core.errors import AppError
from formserver.core.rendering_port import RenderMode, RenderRequest
from formserver.rendering.engine import TemplateEngine
from formserver.rendering.pdf_pool import LibreOfficePool
from formserver.rendering.qr import qr_png
from tools.templates.kit import Paper

ROOT = Path(__file__).resolve().parents[2]
EDITION = "v1"
TYPES = (
    "inspection_notice",
    "service_receipt",
    "power_of_attorney",
    "on_site_statement",
    "site_record",
    "inquiry_record",
    "evidence_list",
    "integrity_pledge",
    "pledge_feedback",
    "verification_form",
    "benchmark_sheet",
    "ladder_price_sheet",
    "equipment_list",
    "elimination_list",
    "legacy_record",
)
"""Every drawing is a module of this package with a function ``draw() -> Paper``."""

_ENVELOPE = {
    "organ": "川西市经济和信息化局",
    "check_url": "https://example.test/c/7F3KQ2M9",
    "check_code": "7F3K-Q2M9",
    "copies": "2",
    "version": "1",
}


def template_path(key: str) -> Path:
    """Where the template of a type is kept."""
    return ROOT / "doc_templates" / key / f"{EDITION}.docx"


def draw(key: str) -> Paper:
    """The drawing of a type. Raises ModuleNotFoundError for a type that has none."""
    paper: Paper = importlib.import_module(f"tools.templates.{key}").draw()
    return paper


def build(keys: Sequence[str], *, force: bool) -> int:
    """Write the templates; 1 when a file edited by hand stood in the way."""
    kept = 0
    for key in keys:
        path, made = template_path(key), draw(key).build()
        if path.exists() and not force and path.read_bytes() != made and _edited_by_hand(path):
            print(f"{key}: 保留 {path.relative_to(ROOT)}（已由人工修改；要重画请加 --force）")
            kept += 1
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)
        print(f"{key}: {path.relative_to(ROOT)} {hashlib.sha256(made).hexdigest()[:12]}")
    return 1 if kept else 0


def _edited_by_hand(path: Path) -> bool:
    """Word and WPS write a theme part; the kit does not."""
    with zipfile.ZipFile(path) as archive:
        return any("theme" in name or "fontTable" in name for name in archive.namelist())


def preview(key: str, body_path: Path, out: Path, fonts: Sequence[Path]) -> int:
    """Print a body: docx, PDF and pages as PNG in ``out``."""
    kind = _document_type(key)
    body: dict[str, Any] = json.loads(body_path.read_text(encoding="utf-8"))
    template = template_path(key).read_bytes()
    out.mkdir(parents=True, exist_ok=True)
    stem = out / f"{key}-{body_path.stem}"
    numbered = {"number": f"川西{kind.numbering.word}〔2026〕12号"} if kind.numbering.mode != "never" else {}
    request = RenderRequest(
        template=template,
        template_sha256=hashlib.sha256(template).hexdigest(),
        schema=kind.view,
        body=body,
        envelope={**_ENVELOPE, **numbered, "type_title": kind.title, "title": kind.summary(body)},
        hidden=kind.hidden(body),
        images={"qr": qr_png(_ENVELOPE["check_url"])},
        mode=RenderMode.RECORD,
    )
    document = TemplateEngine().render(request).docx
    stem.with_suffix(".docx").write_bytes(document)
    with LibreOfficePool(fonts_dir=list(fonts) or None) as pool:
        result = pool.convert(document)
    stem.with_suffix(".pdf").write_bytes(result.pdf)
    print(f"{stem.name}: {result.pages} 页")
    for number, page in enumerate(_pages(result.pdf), 1):
        stem.with_name(f"{stem.name}-{number}.png").write_bytes(page)
    return 0


def _pages(pdf: bytes, dpi: int = 80) -> list[bytes]:
    pymupdf: Any = importlib.import_module("pymupdf")
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        return [page.get_pixmap(dpi=dpi).tobytes("png") for page in opened]


def check(keys: Sequence[str]) -> int:
    """The publishing checks of each template; 1 when one has problems."""
    engine, found = TemplateEngine(), 0
    for key in keys:
        problems = engine.check_template(template_path(key).read_bytes(), _document_type(key).view)
        print(f"{key}: {'可以发布' if not problems else f'{len(problems)} 处问题'}")
        for problem in problems:
            print(f"  {problem.severity.value} {problem.code} {problem.pointer} {problem.message}")
        found += len(problems)
    return 1 if found else 0


def _document_type(key: str) -> DocumentType:
    path = ROOT / "schemas" / "documents" / key / f"{EDITION}.schema.json"
    return load_document_type(path.read_bytes(), key)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.templates", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("build", "draw templates"), ("check", "run the publishing checks")):
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "types", nargs="*", metavar="TYPE", help="default: every type that has a drawing"
        )
        if name == "build":
            command.add_argument("--force", action="store_true", help="overwrite files edited by hand")
    shown = commands.add_parser("preview", help="print a body as docx, PDF and PNG pages")
    shown.add_argument("type", metavar="TYPE")
    shown.add_argument("body", type=Path)
    shown.add_argument("-o", "--out", type=Path, required=True)
    shown.add_argument("--fonts", type=Path, action="append", default=[], help="folder of further fonts")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "preview":
            return preview(chosen.type, chosen.body, chosen.out, chosen.fonts)
        keys = chosen.types or [key for key in TYPES if (Path(__file__).parent / f"{key}.py").exists()]
        return build(keys, force=chosen.force) if chosen.command == "build" else check(keys)
    except AppError as error:
        print(error.message(), file=sys.stderr)
        for problem in getattr(error, "problems", ()):
            print(f"  {problem.pointer} {problem.message}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
