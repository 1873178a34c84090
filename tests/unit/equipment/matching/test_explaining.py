"""What the sentences say: what was recognised, what the catalogue says, what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.recognising import AS_OF, finding


@pytest.mark.parametrize(
    ("name", "model", "columns", "words"),
    [
        ("电动机", "Y160M-4", {}, ("Y160M-4列入第二批第1-1.24项", "期限2012年10月1日", "已过4655天")),
        ("电动机", "JO2-42-4", {}, ("JO2-42-4列入第一批第1-1.1项", "目录施行后")),
        ("电动机", "Y2-160M-4", {}, ("对应第三批第1-2.27项", "缺制造日期", "请查铭牌或出厂文件")),
        ("电动机", "Y2-160M-4", {"made": "2010"}, ("不强制淘汰", "提示清单")),
        ("电动机", "Y160M-4", {"power_kw": "22"}, ("目录中160M-4为11kW，所填22kW", "请核对铭牌")),
        ("电动机", "Y160M-4", {"poles": "6"}, ("型号为4极，所填6极",)),
        ("电动机", "JS1410-4 10kV", {}, ("目录限6000V，所填10000V",)),
        ("变压器", "S7-315/10", {"capacity_kva": "500"}, ("型号为315kVA，所填500kVA",)),
        ("离心泵机组", "IS80-65-160 配 Y160M2-2", {}, ("一格写了不止一个型号", "拆成几行")),
        ("设备", "Y160M-4", {}, ("名称看不出设备类别",)),
        ("普通车床", "C620", {}, ("凭记忆",)),
        ("电动机", "YE3-160M-4", {}, ("YE3-160M-4未见于基准日有效的淘汰目录",)),
        ("柴油机", "S195", {}, ("范围以外",)),
        ("电动机", "", {}, ("没有可比对的型号",)),
    ],
)
def test_sentences(name: str, model: str, columns: dict[str, str], words: tuple[str, ...]) -> None:
    said = finding(name, model, **columns).explanation
    assert all(word in said for word in words), said
    assert said.endswith("。")
    assert "C0" not in said


def test_a_deadline_to_come_and_one_of_the_day() -> None:
    assert (
        "期限2015年12月31日未到" in finding("电动机", "Y2-160M-4", date(2015, 1, 1), made="1999").explanation
    )
    assert "当日届满" in finding("电动机", "Y2-160M-4", date(2015, 12, 31), made="1999").explanation
    assert date(2015, 12, 31) < AS_OF
