"""What looks alike is told apart, and every range ends where the catalogue says (matching specification §8, §9)."""

from __future__ import annotations

import pytest

from tests.support.recognising import finding, said

MOTOR, TRANSFORMER = "三相异步电动机", "变压器"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        *(
            (MOTOR, model)
            for model in ("YE2-160M-4", "YE3-160M-4", "YE4-160M-4", "YX3-160M-4", "YVF2-160M-4")
        ),
        *((MOTOR, model) for model in ("YZR180L-6", "YR280M-4", "YD160M-4/2", "YKK450-4", "YE2160M-4")),
        *((MOTOR, model) for model in ("Y4003-4 6kV", "Y3553-4 6kV", "YB3-160M-4", "YBX3-160M-4")),
        *(
            (MOTOR, model)
            for model in ("YBF2-132S-4", "YBK2-160L-4", "AO2-7124", "BO2-8024", "CO2-90S4", "DO2-6324")
        ),
        *(
            (TRANSFORMER, model)
            for model in ("S10-630/10", "S11-500/10", "S13-M-630/10", "SCB9-800/10", "SCB10-1000/10")
        ),
        *(
            (TRANSFORMER, model)
            for model in ("ZGS9-500/10", "JBK3-400", "BK-300", "TDGC2-5kVA", "S19-400/10")
        ),
        ("PLC控制器", "S7-300"),
        ("柴油机", "S195"),
        ("热继电器", "JR36-20"),
        ("时间继电器", "JS7-2A"),
        ("中间继电器", "JZ7-44"),
        ("混凝土搅拌机", "JS750"),
        ("矿井提升机", "JK-2.5/20"),
        ("调度绞车", "JD-1.6"),
        ("真空泵", "2BE1-253"),
        ("真空泵", "2BV5-131"),
        ("油泵", "100Y-60"),
        ("化工泵", "IHF80-65-160"),
        ("氟塑料泵", "FSB50-40"),
        ("变压器油泵", "S9-30"),
        ("空压机", "4L-20/8"),
        ("空压机", "L3.5-20/8"),
        ("空压机", "V-3/8-1"),
        ("空压机", "W-6/10"),
        ("离心通风机", "9-19No.5A"),
        ("离心通风机", "9-26No.6.3D"),
        ("离心通风机", "4-72-11No8C"),
        ("轴流风机", "T35-11-5.6"),
        ("轴流风机", "BT35-11-5"),
        ("电阻炉", "RX3-45-9"),
        ("渗碳炉", "RQ3-75-9"),
        ("交流弧焊机", "BX1-315"),
        ("交流弧焊机", "BX1-500"),
        ("交流弧焊机", "BX3-300"),
        ("制冷剂", "R22"),
    ],
)
def test_lookalikes_are_not_in_the_catalogues(name: str, model: str) -> None:
    assert said(name, model, made="2000") == "ok"


@pytest.mark.parametrize(
    ("name", "model", "columns", "expected"),
    [
        (MOTOR, "Y280S-4", {"power_kw": "110"}, "review M01 C12"),
        (MOTOR, "Y280S-4", {"power_kw": "75"}, "eliminated M01 C01"),
        (MOTOR, "Y315L1-2", {"power_kw": "160", "made": "2003"}, "eliminated M02 C01"),
        (MOTOR, "Y315L1-2", {"power_kw": "160", "made": "2004"}, "review M01 C12"),
        (MOTOR, "Y315L1-2", {"power_kw": "132", "made": "2004"}, "eliminated M01 C01"),
        (MOTOR, "Y2-132M1-6", {"power_kw": "4", "made": "2001"}, "eliminated M05 C01"),
        (MOTOR, "Y2-132M1-6", {"power_kw": "3", "made": "2001"}, "eliminated M05 C01"),
        (MOTOR, "Y2-132M1-6", {"power_kw": "5.5", "made": "2001"}, "review M05 C12"),
        (MOTOR, "Y2-Y90S-4", {"made": "2001"}, "eliminated M05 C01"),
        (MOTOR, "Y160M-4", {"poles": "6"}, "review M01 C12"),
        (MOTOR, "Y160M12", {"poles": "2"}, "eliminated M01 C01"),
        (MOTOR, "Y160M12", {"poles": "12"}, "ok"),
        (MOTOR, "Y160M", {}, "review M01 C03"),
        (MOTOR, "Y160M", {"poles": "4"}, "eliminated M01 C01"),
        (MOTOR, "Y160M-8", {}, "ok"),
        (MOTOR, "Y132S-6", {}, "review M04 C06"),
        (MOTOR, "Y2-160M-4W", {"made": "2001"}, "review M17A C05"),
        (MOTOR, "JS136-4 6kV", {}, "eliminated M48 C01"),
        (MOTOR, "JS136-6", {}, "eliminated M47 C01"),
        (MOTOR, "JS136-8", {}, "review M49 C06"),
        (MOTOR, "JO2-42-4", {"poles": "6"}, "review M20 C12"),
        (MOTOR, "J2-81-4", {"power_kw": "7.5"}, "eliminated M26 C01"),
        (MOTOR, "J2-81-4", {"power_kw": "7.4"}, "review M26 C07"),
        (MOTOR, "J2-81-4", {"power_kw": "125"}, "eliminated M26 C01"),
        (MOTOR, "J2-81-4", {"power_kw": "126"}, "review M26 C07"),
        (MOTOR, "YB-160M1-8", {"voltage_v": "660"}, "eliminated M12 C01"),
        (MOTOR, "YB-160M1-8", {"voltage_v": "1140"}, "ok"),
        (MOTOR, "YBF-160M-2", {"voltage_v": "380/660"}, "eliminated M13 C01"),
        (MOTOR, "YBF-180M-2", {"voltage_v": "380/660"}, "ok"),
        (MOTOR, "YBF-112M-2", {"voltage_v": "660/1140"}, "review M13 C07"),
        (TRANSFORMER, "S7-29/10", {}, "ok"),
        (TRANSFORMER, "S7-30/10", {}, "eliminated T01 C01"),
        (TRANSFORMER, "S7-1600/10", {}, "eliminated T01 C01"),
        (TRANSFORMER, "S7-1601/10", {}, "ok"),
        (TRANSFORMER, "SCB8-2500/10", {}, "eliminated T07 C01"),
        (TRANSFORMER, "SCB8-2501/10", {}, "ok"),
        (TRANSFORMER, "S7-315/35", {}, "review T09 C07"),
        (TRANSFORMER, "S7-315", {"voltage_v": "35000"}, "review T09 C07"),
        (TRANSFORMER, "S7-315/10", {"voltage_v": "35000"}, "review T01 C12"),
        (TRANSFORMER, "S7-315/10", {"voltage_v": "10500/400"}, "eliminated T01 C01"),
        (TRANSFORMER, "S8-250/10", {}, "eliminated T03 C01"),
        (TRANSFORMER, "S8-75/10", {}, "ok"),
        (TRANSFORMER, "SGB8-250/10", {}, "review T10 C06"),
        (TRANSFORMER, "S9-315/10", {"made": "1997-12-31"}, "eliminated T04 C01"),
        (TRANSFORMER, "S9-315/10", {"made": "1998-01-01"}, "restricted T05 C04"),
        (TRANSFORMER, "S9-315/10", {"made": "1997-1999"}, "review T04 C03"),
        (TRANSFORMER, "S9", {"capacity_kva": "2000"}, "ok"),
        (TRANSFORMER, "S9", {}, "review T13 C02"),
        (TRANSFORMER, "SL7", {}, "review T01 C03"),
        (TRANSFORMER, "S11-M-400/10", {"made": "2021-05-31"}, "ok"),
        (TRANSFORMER, "S11-M-400/10", {"made": "2021-06-01"}, "restricted T14 C08"),
        ("氩弧焊机", "NSA-159", {}, "ok"),
        ("氩弧焊机", "NSA-160", {}, "eliminated W05 C01"),
        ("氩弧焊机", "NSA-650", {}, "eliminated W05 C01"),
        ("氩弧焊机", "NSA-651", {}, "ok"),
        ("直流焊机", "ZX5-159", {}, "ok"),
        ("直流焊机", "ZX5-160", {}, "eliminated W06 C01"),
        ("直流焊机", "ZX5-399", {}, "eliminated W06 C01"),
        ("直流焊机", "ZX5-400", {}, "review W07 C06"),
        ("直流焊机", "ZX6-800", {}, "eliminated W08 C01"),
        ("直流焊机", "ZX6-801", {}, "ok"),
        ("直流焊机", "ZX5", {}, "review W06 C03"),
        ("直流焊机", "ZX5", {"current_a": "250"}, "eliminated W06 C01"),
        ("蒸汽锅炉", "SZL10-1.25-AⅡ", {}, "eliminated B02 C01"),
        ("蒸汽锅炉", "SZL10.1-1.25-AⅡ", {}, "ok"),
        ("热水锅炉", "SZL7-1.0/95/70-AⅡ", {}, "review B03 C07"),
        ("热水锅炉", "SZL7.1-1.0/95/70-AⅡ", {}, "ok"),
        ("生物质锅炉", "DZL2-1.0-T", {}, "eliminated B04 C01"),
        ("生物质锅炉", "DZL2.1-1.0-T", {}, "ok"),
        ("蒸汽锅炉", "SZL4-1.25", {}, "review B02 C03"),
        ("固定炉排锅炉", "某型", {}, "review B01 C03"),
        ("离心引风机", "Y5-47No.8C", {}, "eliminated F11 C01"),
        ("离心引风机", "Y5-47No.7C", {}, "review F17 C06"),
        ("离心通风机", "8-18-101№6", {}, "eliminated F01 C01"),
        ("铣床", "X62", {"made": "1999"}, "eliminated K01 C01"),
        ("铣床", "X62", {"made": "2000"}, "review K02 C07"),
        ("罗茨鼓风机", "SD36×35-40/3500", {}, "eliminated F10 C01"),
    ],
)
def test_ends_of_ranges_and_one_step_beyond(
    name: str, model: str, columns: dict[str, str], expected: str
) -> None:
    assert said(name, model, **columns) == expected


@pytest.mark.parametrize(
    ("kw", "verdict"),
    [("10.45", "eliminated"), ("11.55", "eliminated"), ("10.4", "review"), ("11.6", "review")],
)
def test_power_may_differ_by_five_per_cent(kw: str, verdict: str) -> None:
    assert finding(MOTOR, "Y160M-4", power_kw=kw).verdict == verdict


@pytest.mark.parametrize(
    "model",
    ["Y160M-4", "Y-160M-4", "Y160M4", "Ｙ１６０Ｍ—４", "y160m-4", "Y160M-4型", "型号：Y160M-4", "Y 160 M - 4",
     "Y160M-4 380V", "Y160M-4/11kW", "Y160M-4(IP44)", "Y160M-4-B3", "Y16OM-4", "Y160M一4", "Y160M-4P", "Y160M-4 2台"],
)  # fmt: skip
def test_every_spelling_of_a_model_comes_to_the_same(model: str) -> None:
    found = finding(MOTOR, model)
    assert (found.verdict, found.rule, found.canonical) == ("eliminated", "M01", "Y160M-4")
    assert found.item is not None
    assert found.item.model == "Y160M-4"
    assert found.matched == model
