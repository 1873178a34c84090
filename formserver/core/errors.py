"""The five kinds of error a service raises, and the one registry of their codes.

A module declares its codes beside the code that raises them::

    DRAFT_STALE = error_code("DRAFT_STALE", Kind.CONFLICT, zh="…{seq}…", en="…{seq}…")
    raise DRAFT_STALE(seq=3)

``formserver.web.errors`` and ``formserver.cli`` translate them once, at the edge; nothing in between catches them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What went wrong, from the point of view of whoever asked."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    INVALID = "invalid"
    CONFLICT = "conflict"
    UNAVAILABLE = "unavailable"


class Severity(StrEnum):
    """How strongly a problem stands in the way: an error stops, a warning needs a reason, a hint is shown."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of a body, a template or a row.

    ``pointer`` is a JSON pointer into the body (or a place in a template), ``label`` what the person sees there
    (e.g. ``监察依据 第2行 · 条``), ``message`` a full Chinese sentence that says what to do.
    """

    code: str
    message: str
    pointer: str = ""
    label: str = ""
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, str]:
        """The problem as plain data for an API answer or a command's ``--json`` output."""
        return {
            "code": self.code,
            "message": self.message,
            "pointer": self.pointer,
            "label": self.label,
            "severity": self.severity.value,
        }


class AppError(Exception):
    """Any expected failure. ``str(error)`` is the Chinese message."""

    def __init__(
        self, code: ErrorCode, params: Mapping[str, Any] | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        self.code = code
        self.params = dict(params or {})
        self.problems = tuple(problems)
        super().__init__(self.message())

    @property
    def kind(self) -> Kind:
        """The kind the edge translates into a status or an exit code."""
        return self.code.kind

    def message(self, language: str = "zh") -> str:
        """The sentence in ``zh`` or ``en``; unknown languages get Chinese."""
        text = self.code.en if language == "en" else self.code.zh
        return text.format_map(_Lenient(self.params))

    def __reduce__(self) -> tuple[Any, ...]:
        return (AppError, (self.code, self.params, self.problems))


class _Lenient(dict[str, Any]):
    """A missing parameter shows its name: an error message must never raise itself."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A registered code: calling it makes the exception to raise."""

    code: str
    kind: Kind
    zh: str = field(compare=False)
    en: str = field(compare=False)

    def __call__(self, *, problems: Sequence[Problem] = (), **params: Any) -> AppError:
        return AppError(self, params, problems)


_registry: dict[str, ErrorCode] = {}


def error_code(code: str, kind: Kind, *, zh: str, en: str) -> ErrorCode:
    """Register ``code``; a second registration under the same name is a programming error."""
    if code in _registry:
        raise ValueError(f"error code {code} is registered twice")
    made = ErrorCode(code, kind, zh, en)
    _registry[code] = made
    return made


def all_error_codes() -> tuple[ErrorCode, ...]:
    """Every code registered by the modules imported so far, by name (for docs and tests)."""
    return tuple(_registry[name] for name in sorted(_registry))


NOT_FOUND = error_code("NOT_FOUND", Kind.NOT_FOUND, zh="没有找到{what}。", en="{what} was not found.")
NOT_ALLOWED = error_code("NOT_ALLOWED", Kind.NOT_ALLOWED, zh="您没有权限{what}。", en="You may not {what}.")
INVALID_INPUT = error_code(
    "INVALID_INPUT", Kind.INVALID, zh="有 {count} 处需要修改。", en="{count} places need attention."
)


def invalid(problems: Sequence[Problem]) -> AppError:
    """INVALID_INPUT for a list of problems; the caller shows each beside its field."""
    return INVALID_INPUT(problems=problems, count=len(problems))
