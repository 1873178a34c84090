"""Where the files are that come with the program: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from formserver.core.canonical import digest, sha256_hex
from formserver.core.definitions.document_type import read_json

_PACKAGE = Path(__file__).resolve().parents[2]


def shipped_dir(name: str) -> Path:
    """The shipped folder ``schemas`` or ``doc_templates``. ``SCHEMAS_DIR``/``TEMPLATES_DIR`` may point elsewhere for
    definitions, but the meta-schemas always come from here: they belong to the code that reads them."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def definition_hash(kind: str, content: bytes) -> str:
    """What freezes a definition: JSON by its canonical form, a ``template`` by its bytes.

    Raises DEFINITION_UNREADABLE for JSON that cannot be read, ValueError for JSON with floats.
    """
    return sha256_hex(content) if kind == "template" else digest(read_json(content, kind))
