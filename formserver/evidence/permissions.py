"""What can be allowed around evidence."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class EvidencePermission(Permission):
    """Permissions of the evidence slice."""

    ADD = "evidence:item:add"
    EDIT = "evidence:item:edit"
    READ = "evidence:item:read"
    WITHDRAW = "evidence:item:withdraw"


describe_permissions(
    {
        EvidencePermission.ADD.value: "添加证据",
        EvidencePermission.EDIT.value: "填写证据的来源、时间、地点等说明",
        EvidencePermission.READ.value: "查看证据",
        EvidencePermission.WITHDRAW.value: "撤下和恢复证据",
    }
)
