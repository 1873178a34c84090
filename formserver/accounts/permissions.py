"""What can be allowed around accounts."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class AccountPermission(Permission):
    """Permissions of the accounts slice."""

    MANAGE = "accounts:user:manage"


describe_permissions({AccountPermission.MANAGE.value: "管理用户账号"})
