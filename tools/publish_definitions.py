"""Freeze definition files: write the hash of every new one into schemas/published.json.

    python tools/publish_definitions.py            add new files; refuse when a published one changed
    python tools/publish_definitions.py --check    say what is new or changed, write nothing (exit 1 if anything is)
    python tools/publish_definitions.py --force    accept changes of published files; only before the first release
    python tools/publish_definitions.py --release  as without options, and mark the set as released: no --force after

A published file never changes: whoever printed a document with it must get the same paper again. A change is a new
edition (v2 beside v1, 2026-07 beside 2026-01).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from formserver.core.definitions.repository import FREEZING  # noqa: E402
from formserver.core.definitions.shipped import definition_hash  # noqa: E402
from formserver.core.definitions.source import FileDefinitionSource  # noqa: E402
from formserver.core.definitions.tree_check import check_tree  # noqa: E402


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the tool; the exit code is 0 when published.json is (now) true."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--release", action="store_true")
    options = parser.parse_args(arguments)
    source = FileDefinitionSource(root / "schemas", root / "doc_templates")
    target = root / "schemas" / "published.json"
    old = json.loads(target.read_text("utf-8")) if target.is_file() else {"released": False, "published": {}}
    now = {
        f"{kind}/{name}/{version}": definition_hash(kind, path.read_bytes())
        for kind, name, version, path in source.files()
        if kind in FREEZING
    }
    known: dict[str, str] = old["published"]
    broken = sorted(key for key in known if now.get(key) != known[key])
    new = sorted(now.keys() - known.keys())
    if options.check:
        for key in broken:
            print(f"changed or missing: {key}")
        for key in new:
            print(f"new: {key}")
        return 1 if broken or new else 0
    if broken and (old["released"] or not options.force):
        for key in broken:
            print(f"refused: {key} is published and has changed or vanished; add a new edition instead")
        return 1
    faults = [p for p in check_tree(source) if p.code != "DEFINITION_FROZEN"]
    if faults:
        for problem in faults:
            print(f"refused: {problem.label} {problem.pointer} {problem.message}")
        return 1
    made = {
        "$id": "published",
        "description": "Definition id → sha256 (JSON: of its canonical form). Written by tools/publish_definitions.py.",
        "released": old["released"] or options.release,
        "published": dict(sorted(now.items())),
    }
    target.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")
    print(f"{len(new)} new, {len(broken)} replaced, {len(now)} published")
    return 0


if __name__ == "__main__":
    sys.exit(main())
