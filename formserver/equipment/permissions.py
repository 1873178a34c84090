"""What can be allowed around equipment lists and elimination catalogues."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class EquipmentPermission(Permission):
    """Permissions of the equipment slice."""

    DECIDE = "equipment:list:decide"
    MAINTAIN = "equipment:catalogue:maintain"
    PUBLISH = "equipment:catalogue:publish"
    READ = "equipment:list:read"
    UPLOAD = "equipment:list:upload"


describe_permissions(
    {
        EquipmentPermission.READ.value: "查看设备清单和淘汰目录",
        EquipmentPermission.UPLOAD.value: "上传设备清单",
        EquipmentPermission.DECIDE.value: "确认淘汰设备",
        EquipmentPermission.MAINTAIN.value: "维护淘汰目录和识别规则",
        EquipmentPermission.PUBLISH.value: "发布淘汰目录和识别规则",
    }
)
