"""What can be allowed around documents. Roles hold these by name (``schemas/roles.json``)."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class DocumentPermission(Permission):
    """Deeds on documents (文书)."""

    READ = "documents:document:read"
    CREATE = "documents:document:create"
    EDIT = "documents:document:edit"
    SUBMIT = "documents:document:submit"
    APPROVE = "documents:document:approve"
    NUMBER = "documents:number:take"
    FINALISE = "documents:document:finalise"
    SIGN = "documents:document:sign"
    SERVE = "documents:document:serve"
    ARCHIVE = "documents:document:archive"
    VOID = "documents:document:void"


describe_permissions(
    {
        DocumentPermission.READ: "查看文书",
        DocumentPermission.CREATE: "新建文书",
        DocumentPermission.EDIT: "填写和保存文书",
        DocumentPermission.SUBMIT: "提交审核",
        DocumentPermission.APPROVE: "审批文书",
        DocumentPermission.NUMBER: "取文号",
        DocumentPermission.FINALISE: "定稿打印",
        DocumentPermission.SIGN: "登记签字件",
        DocumentPermission.SERVE: "登记送达",
        DocumentPermission.ARCHIVE: "归档文书",
        DocumentPermission.VOID: "作废文书",
    }
)
