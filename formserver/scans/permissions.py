"""What can be allowed around scans of signed papers. Registering them takes the deed's own permission as well."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class ScanPermission(Permission):
    """Permissions of the scans slice."""

    TAKE = "scans:heap:take"


describe_permissions({ScanPermission.TAKE.value: "接收和整理签字件"})
