"""Is a whole tree of definition files good? What ``formserver check`` and the convention tests ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formserver.core.definitions.citations import citation_problems
from formserver.core.definitions.document_type import DocumentType, load_document_type, read_json
from formserver.core.definitions.libraries import LawRegister, law_from_json
from formserver.core.definitions.meta import META_SCHEMAS, Surroundings, check_definition, shared_parts
from formserver.core.definitions.migration import migration_faults
from formserver.core.definitions.shipped import definition_hash
from formserver.core.definitions.source import PACK_FOLDERS, FileDefinitionSource
from formserver.core.definitions.validation import validate_complete
from formserver.core.errors import AppError, Problem, Severity


@dataclass(frozen=True, slots=True)
class Tree:
    """The parsed files of a tree, by kind and (name, version); ``types`` are those that can be loaded."""

    files: Mapping[str, Mapping[tuple[str, str], Any]]
    types: Mapping[tuple[str, str], DocumentType]
    laws: LawRegister | None

    def around(self) -> Surroundings:
        """What rules that look beyond one file may look at."""
        measures = self.files.get("measures", {}).get(("measures", "current"), {}).get("measures")
        return Surroundings(
            measures=measures,
            libraries=frozenset(name for name, _ in self.files.get("library", {})),
            law_sets=frozenset(s for law in self.laws.laws for s in law.sets) if self.laws else None,
            types={dt.key: dt for dt in self.types.values()},
            parts=shared_parts(),
        )


def check_tree(source: FileDefinitionSource) -> list[Problem]:
    """Everything that stands against a tree; ``label`` names the file. [] when it is good."""
    tree, found = read_tree(source)
    around = tree.around()
    for kind in META_SCHEMAS:
        for (name, version), data in tree.files.get(kind, {}).items():
            found += check_definition(kind, data, f"{kind}/{name}/{version}", around)
            found += _name_problems(kind, name, version, data)
    found += frozen_problems(source)
    for (name, version), dt in tree.types.items():
        found += _edition_problems(source, tree, name, version, dt)
    return found


def read_tree(source: FileDefinitionSource) -> tuple[Tree, list[Problem]]:
    """The tree, and a problem for every file that cannot be read at all."""
    files: dict[str, dict[tuple[str, str], Any]] = {}
    types: dict[tuple[str, str], DocumentType] = {}
    found: list[Problem] = []
    for kind, name, version, path in source.files():
        if kind == "template":
            continue
        label = f"{kind}/{name}/{version}"
        try:
            data = read_json(path.read_bytes(), path.name)
            definition_hash(kind, path.read_bytes())
            files.setdefault(kind, {})[name, version] = data
            if kind == "document":
                types[name, version] = load_document_type(data, path.name)
        except AppError as error:
            found.append(Problem("DEFINITION_UNREADABLE", str(error), "", label))
        except ValueError:
            found.append(Problem("DEFINITION_UNREADABLE", "文件中有浮点数，请写成文本。", "", label))
    try:
        laws = LawRegister(map(law_from_json, files.get("law", {}).values())) if "law" in files else None
    except (KeyError, ValueError, TypeError):
        laws = None  # the meta-schema names what is wrong with the file
    return Tree(files, types, laws), found


def frozen_problems(source: FileDefinitionSource) -> list[Problem]:
    """Published files that changed or vanished."""
    found: list[Problem] = []
    here = {}
    for kind, name, version, path in source.files():
        try:
            here[f"{kind}/{name}/{version}"] = definition_hash(kind, path.read_bytes())
        except (AppError, ValueError):
            continue
    for key, sha in source.published.items():
        if key not in here:
            found.append(Problem("DEFINITION_FROZEN", "已发布的文件不见了。", "", key))
        elif here[key] != sha:
            found.append(
                Problem("DEFINITION_FROZEN", "已发布的文件被改动；请恢复原文件，另立新的版次。", "", key)
            )
    return found


def _name_problems(kind: str, name: str, version: str, data: Any) -> Iterator[Problem]:
    folders = {"document": "documents", "migration": "documents", "library": "clauses", **PACK_FOLDERS}
    wanted = (
        kind
        if kind in ("measures", "industries")
        else f"laws/{name}"
        if kind == "law"
        else f"{folders[kind]}/{name}/{version}"
    )
    if isinstance(data, dict) and data.get("$id") != wanted:
        yield Problem(
            "DEFINITION_ID", f"$id 应为 {wanted}，与文件的位置一致。", "/$id", f"{kind}/{name}/{version}"
        )


def _edition_problems(
    source: FileDefinitionSource, tree: Tree, name: str, version: str, dt: DocumentType
) -> Iterator[Problem]:
    label = f"document/{name}/{version}"
    if not (source.templates_dir / name / f"{version}.docx").is_file():
        yield Problem("TEMPLATE_MISSING", f"缺少 Word 模板 {name}/{version}.docx。", "", label)
    sample = tree.files.get("sample", {}).get((name, "current"))
    newest = max(int(v[1:]) for n, v in tree.types if n == name)
    if sample is None:
        yield Problem("SAMPLE_MISSING", "缺少范本 sample.json。", "", label)
    elif version == f"v{newest}":
        yield from _sample_problems(dt, sample, tree.laws, f"sample/{name}")
    number = int(version[1:])
    if number > 1:
        step = tree.files.get("migration", {}).get((name, f"v{number - 1}_to_v{number}"))
        if step is None:
            yield Problem("MIGRATION_MISSING", f"缺少 v{number - 1}_to_v{number}.json。", "", label)
        elif old := tree.types.get((name, f"v{number - 1}")):
            for pointer, message in migration_faults(step, old, dt):
                yield Problem(
                    "DEFINITION_RULE", message, pointer, f"migration/{name}/v{number - 1}_to_v{number}"
                )


def _sample_problems(
    dt: DocumentType, sample: Any, laws: LawRegister | None, label: str
) -> Iterator[Problem]:
    ctx = {"state": "草稿", "today": "2026-01-01"}
    for problem in validate_complete(dt, sample, stage="print", ctx=ctx):
        if problem.severity is not Severity.HINT:
            yield Problem("SAMPLE_INVALID", f"{problem.pointer}：{problem.message}", problem.pointer, label)
    if laws is not None and isinstance(sample, dict):
        for problem in citation_problems(dt, sample, laws, _day_of(dt, sample)):
            yield Problem("SAMPLE_INVALID", problem.message, problem.pointer, label)


def _day_of(dt: DocumentType, body: Mapping[str, Any]) -> date:
    """The day a body speaks of: its document date, else the last day of its texts' dates, else far enough ahead."""
    days = dt.facets(body).get("doc_date", ())
    match = re.match(r"\d{4}-\d{2}-\d{2}", days[0]) if days else None
    return date.fromisoformat(match[0]) if match else date(2026, 1, 1)
