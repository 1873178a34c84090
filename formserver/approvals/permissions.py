"""What can be allowed around approvals. Deciding on a paper also needs ``documents:document:approve``."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class ApprovalPermission(Permission):
    """Permissions of the approvals slice."""

    CHAIN = "approvals:chain:manage"
    DECIDE = "approvals:queue:decide"
    DEPUTY = "approvals:deputy:manage"


describe_permissions(
    {
        ApprovalPermission.DECIDE.value: "办理审批",
        ApprovalPermission.CHAIN.value: "设置审批顺序",
        ApprovalPermission.DEPUTY.value: "委托他人审批",
    }
)
