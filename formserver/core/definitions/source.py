"""The shipped tree of definition files, read from ``schemas/`` and ``doc_templates/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from formserver.core.canonical import digest, sha256_hex
from formserver.core.definitions.document_type import DEFINITION_UNREADABLE, read_json
from formserver.core.definitions.repository import EQUIPMENT_KINDS, FREEZING, Definition
from formserver.core.definitions.shipped import shipped_dir

_SCHEMA_FILE = re.compile(r"(v[1-9][0-9]*)\.schema\.json")
_MIGRATION_FILE = re.compile(r"(v[1-9][0-9]*_to_v[1-9][0-9]*)\.json")
_TEMPLATE_FILE = re.compile(r"(v[1-9][0-9]*)\.docx")
CALCULATION_FOLDERS = {
    "calculator": "calculators",
    "limits": "limits",
    "coefficients": "coefficients",
    "tariff": "tariffs",
    "grades": "grades",
    "layout": "layouts",
}
"""Kind of what calculators are made of → its folder in ``schemas/``."""
PACK_FOLDERS = CALCULATION_FOLDERS | {kind: kind for kind in EQUIPMENT_KINDS}
"""The same with what recognising equipment is made of."""


@dataclass(frozen=True)
class FileDefinitionSource:
    """Reads a tree of definition files. A file of an unknown name is left alone (the convention tests name it)."""

    schemas_dir: Path
    templates_dir: Path

    @classmethod
    def shipped(cls) -> FileDefinitionSource:
        """The tree that comes with the program."""
        return cls(shipped_dir("schemas"), shipped_dir("doc_templates"))

    @cached_property
    def published(self) -> dict[str, str]:
        """``schemas/published.json``: definition id → sha256 of what must never change again."""
        path = self.schemas_dir / "published.json"
        return dict(read_json(path.read_bytes(), path.name)["published"]) if path.is_file() else {}

    def files(self) -> Iterator[tuple[str, str, str, Path]]:
        """(kind, name, version, path) of every definition file, in a stable order."""
        for folder in sorted(self._folders(self.schemas_dir / "documents")):
            for path in sorted(folder.iterdir()):
                if match := _SCHEMA_FILE.fullmatch(path.name):
                    yield "document", folder.name, match[1], path
                elif match := _MIGRATION_FILE.fullmatch(path.name):
                    yield "migration", folder.name, match[1], path
                elif path.name == "sample.json":
                    yield "sample", folder.name, "current", path
        for folder in sorted(self._folders(self.templates_dir)):
            for path in sorted(folder.iterdir()):
                if match := _TEMPLATE_FILE.fullmatch(path.name):
                    yield "template", folder.name, match[1], path
        for folder in sorted(self._folders(self.schemas_dir / "clauses")):
            for path in sorted(folder.glob("*.json")):
                yield "library", folder.name, path.stem, path
        for kind, parent in PACK_FOLDERS.items():
            for folder in sorted(self._folders(self.schemas_dir / parent)):
                for path in sorted(folder.glob("*.json")):
                    yield kind, folder.name, path.stem, path
        for path in sorted((self.schemas_dir / "laws").glob("*.json")):
            yield "law", path.stem, "current", path
        for name in ("measures", "industries"):
            path = self.schemas_dir / f"{name}.json"
            if path.is_file():
                yield name, name, "current", path

    def definitions(self) -> Iterator[Definition]:
        """Every file as a definition; published when ``published.json`` lists it with this hash, else draft.

        Raises DEFINITION_UNREADABLE naming the file.
        """
        for kind, name, version, path in self.files():
            content = path.read_bytes()
            label = f"{path.parent.name}/{path.name}"
            head = {} if kind == "template" else read_json(content, label)
            try:
                sha = sha256_hex(content) if kind == "template" else digest(head)
            except ValueError as error:
                raise DEFINITION_UNREADABLE(name=label, reason=f"{error}；小数请写成文本") from error
            words = head.get("x-document", head) if isinstance(head, dict) else {}
            frozen = kind not in FREEZING or self.published.get(f"{kind}/{name}/{version}") == sha
            yield Definition(
                kind=kind,
                name=name,
                version=version,
                origin="shipped",
                sha256=sha,
                status="published" if frozen else "draft",
                valid_from=_day(words.get("valid_from")),
                valid_to=_day(words.get("valid_to")),
                content=content,
            )

    @staticmethod
    def _folders(parent: Path) -> list[Path]:
        return [p for p in parent.iterdir() if p.is_dir()] if parent.is_dir() else []


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
