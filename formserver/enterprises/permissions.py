"""What can be allowed around the enterprise register."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class EnterprisePermission(Permission):
    """Permissions of the enterprises slice."""

    EDIT = "enterprises:enterprise:edit"
    IMPORT = "enterprises:enterprise:import"
    READ = "enterprises:enterprise:read"


describe_permissions(
    {
        EnterprisePermission.READ.value: "查看企业档案",
        EnterprisePermission.EDIT.value: "新增和修改企业档案",
        EnterprisePermission.IMPORT.value: "批量导入企业档案",
    }
)
