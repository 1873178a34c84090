"""What can be allowed around agencies."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class AgencyPermission(Permission):
    """Permissions of the agencies slice."""

    EDIT = "agencies:agency:edit"
    READ = "agencies:agency:read"


describe_permissions(
    {AgencyPermission.READ.value: "查看监察机构", AgencyPermission.EDIT.value: "修改机构资料"}
)
