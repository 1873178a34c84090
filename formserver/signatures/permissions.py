"""What can be allowed around seals. Capturing a signature needs the permission to sign documents."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class SealPermission(Permission):
    """Deeds with the agency's seal images."""

    USE = "signatures:seal:use"
    MANAGE = "signatures:seal:manage"


describe_permissions(
    {
        SealPermission.USE: "使用电子印章图片",
        SealPermission.MANAGE: "管理电子印章图片",
    }
)
