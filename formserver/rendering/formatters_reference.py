"""``python -m formserver.rendering.formatters_reference``: writes the list of formatters into the language reference."""

from __future__ import annotations

import re
from pathlib import Path

from formserver.rendering.formatters import FORMATTERS

_START, _END = "<!-- formatters -->\n", "<!-- /formatters -->"


def formatter_table() -> str:
    """The rows of the table of formatters, one line each."""
    rows = ["| 格式 | 作用 | 例 |\n", "|---|---|---|\n"]
    for formatter in FORMATTERS.values():
        example = formatter.example.replace("|", "\\|")
        loss = "" if formatter.lossless else "（有损）"
        rows.append(f"| `{formatter.name}`{loss} | {formatter.summary} | `{example}` |\n")
    return "".join(rows)


def write_reference(path: Path) -> None:
    """Replace what stands between the two marks of ``path``."""
    text = path.read_text(encoding="utf-8")
    table = _START + formatter_table() + _END
    path.write_text(
        re.sub(re.escape(_START) + ".*?" + re.escape(_END), lambda _: table, text, flags=re.DOTALL),
        encoding="utf-8",
    )


if __name__ == "__main__":
    write_reference(Path("docs/template-language.md"))
