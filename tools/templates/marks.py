"""Placeholders as strings, so that a template is drawn without counting braces.

The formatters are those of docs/template-language.md.
"""

from __future__ import annotations


def v(path: str) -> str:
    """The value at ``path``; an optional one left empty prints "/", one for the pen an empty line."""
    return f"{{{{ {path} }}}}"


def date(path: str) -> str:
    """2026年11月9日."""
    return f"{{{{ {path}|date_cn }}}}"


def moment(path: str) -> str:
    """2026年11月17日9时05分."""
    return f"{{{{ {path}|datetime_cn }}}}"


def choices(path: str) -> str:
    """Every choice with □ or ☑ before it."""
    return f"{{{{ {path}|checkbox }}}}"


def ticks(path: str, *options: str, gap: str = "　") -> str:
    """Some of the choices of a field, ☑ or ☐ before each: for lines that must not part a box from its word."""
    return gap.join(f"{{{{ {path}|tick('{option}') }}}}{option}" for option in options)


def joined(path: str) -> str:
    """A list of texts, parted by 、."""
    return f"{{{{ {path}|join_cn }}}}"


def when(condition: str, text: str, otherwise: str = "") -> str:
    """``text`` inside a line, only if ``condition``."""
    other = f"{{% else %}}{otherwise}" if otherwise else ""
    return f"{{% if {condition} %}}{text}{other}{{% endif %}}"


def each(loop: str, text: str) -> str:
    """``text`` repeated inside a line: ``row in legal_refs``."""
    return f"{{% for {loop} %}}{text}{{% endfor %}}"


def citations(path: str = "legal_refs") -> str:
    """《…》第十二条第一款、《…》: every cited law in one line."""
    return each(f"r in {path}", "{{ r|article_ref }}" + when("not loop.last", "、"))


def paragraphs(path: str) -> str:
    """A long text; each of its lines becomes a paragraph of the same style."""
    return f"{{{{ {path}|paragraphs }}}}"


def lines(path: str) -> str:
    """A long text with its line ends kept inside one paragraph."""
    return f"{{{{ {path}|lines }}}}"
