"""What can be allowed around the register of numbers."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class NumberPermission(Permission):
    """Permissions of the numbers slice."""

    MANAGE = "numbers:register:manage"
    READ = "numbers:register:read"


describe_permissions(
    {
        NumberPermission.READ.value: "查看文号登记簿",
        NumberPermission.MANAGE.value: "设置起始号和预留文号",
    }
)
