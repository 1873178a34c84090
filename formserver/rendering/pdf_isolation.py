"""What keeps LibreOffice from the rest of the machine, in words for ``formserver check``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class IsolationReport:
    """As a running worker found it after giving up what it could."""

    office_version: str
    network_namespace: bool
    sockets_forbidden: bool
    no_new_privileges: bool
    uid: int
    address_space_bytes: int
    details: Mapping[str, Any]

    @property
    def offline(self) -> bool:
        """Whether LibreOffice cannot reach any network: one of the two layers is enough."""
        return self.network_namespace or self.sockets_forbidden

    def lines(self) -> tuple[str, ...]:
        """One Chinese sentence per layer."""
        return (
            f"LibreOffice {self.office_version}",
            f"断网：{'是' if self.offline else '否，请勿转换来历不明的文件'}"
            f"（网络命名空间：{_word(self.network_namespace, self.details.get('network'))}；"
            f"套接字过滤：{_word(self.sockets_forbidden, self.details.get('sockets'))}）",
            f"运行身份：uid {self.uid}{'（root，不安全）' if self.uid == 0 else ''}",
            f"禁止提升权限：{'是' if self.no_new_privileges else '否'}",
            f"内存上限：{self.address_space_bytes // (1 << 20)} MiB（地址空间）",
            "宏、外部链接、自动保存、更新检查：已在配置中关闭",
        )


def isolation_report(ready: Mapping[str, Any]) -> IsolationReport:
    """From what the bridge said when it was ready."""
    layers = ready["isolation"]
    return IsolationReport(
        office_version=str(ready["version"]),
        network_namespace=layers["network"] == "namespace",
        sockets_forbidden=layers["sockets"] == "unix sockets only",
        no_new_privileges=bool(layers["no_new_privileges"]),
        uid=int(layers["uid"]),
        address_space_bytes=int(layers["address_space_bytes"]),
        details=dict(layers),
    )


def _word(holds: bool, detail: object) -> str:
    return "有效" if holds else f"无（{detail}）"
