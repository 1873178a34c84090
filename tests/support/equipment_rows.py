"""One row of an equipment list as kept, for tests of pure parts."""

from __future__ import annotations

from formserver.equipment.models import ListRow

LIST = "01jzq7v8k3m5n6p7r8s9t0v1w2"
MOTOR = {
    "name": "三相异步电动机", "model": "Y160M-4", "made": "1998-05", "power_kw": "11", "quantity": "2",
    "location": "一车间", "status": "在用", "manufacturer": "川西电机厂", "label_grade": "2级",
}  # fmt: skip


def row(
    number: int = 1, verdict: str = "eliminated", decided: str = "", standing: str = "", **more: str
) -> ListRow:
    values = {**MOTOR, **more}
    return ListRow(
        list_id=LIST,
        number=number,
        sheet="设备",
        row=number,
        identity=f"{number:064d}",
        copy=1,
        stated={"values": values, "cells": values},
        judged={},
        verdict=verdict,
        category="motor",
        reason="",
        catalogue="",
        grade="",
        standing=standing or verdict,
        decided=decided,
    )
