"""Roles are data: ``schemas/roles.json``."""

from __future__ import annotations

import json
from pathlib import Path

from formserver.accounts.models import Role, Roles
from formserver.core.errors import Kind, error_code

ROLES_UNREADABLE = error_code(
    "ROLES_UNREADABLE",
    Kind.UNAVAILABLE,
    zh="角色定义 {path} 无法读取：{reason}。请恢复该文件后重新启动。",
    en="The role definitions {path} cannot be read: {reason}.",
)


def load_roles(schemas: Path) -> Roles:
    """The roles by key. Raises ROLES_UNREADABLE."""
    path = schemas / "roles.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["roles"]
        roles = [
            Role(e["key"], e["title"], e.get("description", ""), frozenset(e["permissions"])) for e in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ROLES_UNREADABLE(path=path.name, reason=str(error)) from error
    found = {role.key: role for role in roles}
    if len(found) != len(roles):
        raise ROLES_UNREADABLE(path=path.name, reason="有重复的角色")
    return found
