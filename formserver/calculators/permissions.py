"""What can be allowed around calculators."""

from __future__ import annotations

from formserver.core.permissions import Permission, describe_permissions


class CalculatorPermission(Permission):
    """Permissions of the calculators slice."""

    BATCH = "calculators:batch:run"
    CONFIRM = "calculators:figure:confirm"
    MAINTAIN = "calculators:calculator:maintain"
    PUBLISH = "calculators:calculator:publish"
    USE = "calculators:calculator:use"


describe_permissions(
    {
        CalculatorPermission.USE.value: "使用计算工具",
        CalculatorPermission.BATCH.value: "批量对标",
        CalculatorPermission.MAINTAIN.value: "维护计算方法和限额",
        CalculatorPermission.PUBLISH.value: "发布计算方法和限额",
        CalculatorPermission.CONFIRM.value: "确认待核的数值",
    }
)
