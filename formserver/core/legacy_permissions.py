"""What can be allowed around papers entered after the fact (补录). Roles hold it by name (``schemas/roles.json``)."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class LegacyPermission(Permission):
    """Deeds on old papers: the core enters them, the slice of that name has the pages."""

    ENTER = "legacy:paper:enter"


describe_permissions({LegacyPermission.ENTER: "补录历史文书"})
