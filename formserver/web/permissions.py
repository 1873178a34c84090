"""Which permission a route demands. A convention test walks the URL map: a route declares one or is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from formserver.core.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_ROUTES: Final = frozenset(
    {
        "api_v1.check_code",
        "static",
        "accounts.sign_in",
        "accounts.sign_in_post",
        "accounts.sign_in_again",
        "kit.health",
        "kit.choose_language",
        "kit.favicon",
        "kit.static_en",
        "documents.check",
        "documents.check_post",
    }
)
"""Endpoints that anybody may open. ``documents.check`` is the page behind the QR code of a printed paper."""

ANY_SIGNED_IN: Final = "signed-in"
"""Marks routes that every signed-in person may use, whatever the roles (own password, signing out)."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Demand ``permission`` of whoever opens the view; the service still checks the record."""

    def mark(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def requires_sign_in(view: View) -> View:
    """The view is for every signed-in person."""
    view.required_permission = ANY_SIGNED_IN  # type: ignore[attr-defined]
    return view


def required_permission(view: Callable[..., Any]) -> Permission | str | None:
    """What the decorators above stored on ``view``, or None."""
    found: Permission | str | None = getattr(view, "required_permission", None)
    return found
