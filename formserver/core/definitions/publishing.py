"""Publishing a definition in the store: judged by the same rules as shipped files, then frozen and in force."""

from __future__ import annotations

from typing import Any

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.meta import META_SCHEMAS, Surroundings, check_definition, shared_parts
from formserver.core.errors import Kind, Problem, error_code

DEFINITION_FAULTY = error_code(
    "DEFINITION_FAULTY",
    Kind.INVALID,
    zh="定义 {name} 还不能发布，有 {count} 处需要修改。",
    en="The definition {name} cannot be published yet; {count} places need attention.",
)


def definition_problems(catalogue: Catalogue, kind: str, name: str, version: str) -> list[Problem]:
    """Everything that stands against publishing a stored definition; templates are judged by the renderer.

    Raises DEFINITION_NOT_FOUND, DEFINITION_UNREADABLE.
    """
    if kind not in META_SCHEMAS:
        return []
    data: Any
    if kind == "document":
        data = catalogue.type(name, version).schema  # of a variant: the whole, not the patch
    else:
        definition = catalogue.definition(kind, name, version)
        data = read_json(definition.content, definition.id)
    around = Surroundings(
        measures=catalogue.measures(),
        libraries=frozenset(catalogue.library_names()),
        law_sets=frozenset(s for law in catalogue.laws().laws for s in law.sets),
        types={dt.key: dt for dt in catalogue.types()},
        parts=shared_parts(),
    )
    found = check_definition(kind, data, f"{kind}/{name}/{version}", around)
    judge = catalogue.judges.get(kind)
    if judge is not None and not found:
        found = judge(catalogue, catalogue.definition(kind, name, version))
    return found


def publish_definition(catalogue: Catalogue, kind: str, name: str, version: str) -> None:
    """Freeze a definition and put it in force. Raises DEFINITION_FAULTY with every problem, DEFINITION_NOT_FOUND."""
    problems = definition_problems(catalogue, kind, name, version)
    if problems:
        raise DEFINITION_FAULTY(name=f"{kind}/{name}/{version}", count=len(problems), problems=problems)
    catalogue.mark_published(kind, name, version)
