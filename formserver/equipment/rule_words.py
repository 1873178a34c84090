"""The conditions of a rule of recognition in plain Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

TERM_TITLES: Final[Mapping[str, str]] = {
    "series": "系列",
    "series_in": "变压器系列",
    "models_table": "逐型号表",
    "not_in_tables": "不在逐型号表",
    "poles": "极数",
    "frame_mm": "机座号（mm）",
    "power_kw": "功率（kW）",
    "kva": "容量（kVA）",
    "kva_in": "容量限于（kVA）",
    "kva_not_in": "容量不是（kVA）",
    "kv_in": "电压等级限于（kV）",
    "kv_min": "电压等级不低于（kV）",
    "made_on_or_before": "制造日期不晚于",
    "made_after": "制造日期晚于",
    "if_date_unknown": "没有制造日期时",
    "volt_max": "电压不高于（V）",
    "volts_in": "电压限于（V）",
    "if_volt_unknown": "没有电压时",
    "fan_series": "风机系列",
    "fan_no_in": "机号限于",
    "fan_no_not_in": "机号不是",
    "fuel": "燃料",
    "steam_tph": "蒸发量（t/h）",
    "hot_mw": "热功率（MW）",
    "amp_series": "焊机系列",
    "amp": "电流（A）",
    "pattern": "型号符合",
    "pattern_not": "型号不符合",
    "pattern_list": "型号是其中之一",
    "name_any": "名称含其一",
    "name_all": "名称全含",
    "exclude_rules": "不属于规则",
}
CANON_WORDS: Final[Mapping[str, str]] = {
    "motor_frame": "电动机：系列、机座号、铁心、极数",
    "motor_suffix": "电动机：极数后带派生字母",
    "series_only": "只写了系列名",
    "transformer": "变压器：系列、容量、电压",
    "fan": "风机：系列和机号",
    "boiler": "锅炉：型号或蒸发量、燃料",
    "welder_amp": "电焊机：系列和电流",
    "generic": "其他：整个型号",
    "name": "只凭设备名称",
}
"""How the model is taken apart before the conditions are tried."""
FUEL_WORDS: Final[Mapping[str, str]] = {"coal": "燃煤", "oilgas": "燃油燃气", "biomass": "生物质"}
DATE_UNKNOWN: Final[Mapping[str, str]] = {"review": "转待确认", "skip": "不适用本条"}
VOLT_UNKNOWN: Final[Mapping[str, str]] = {"review": "转待确认", "match": "视为符合"}
_SPECIAL: Final = frozenset(r".^$*+?{}[]\|()")
_RANGES: Final = {
    "frame_mm": ("机座号", "mm"),
    "power_kw": ("额定功率", "kW"),
    "kva": ("容量", "kVA"),
    "steam_tph": ("蒸发量", "t/h"),
    "hot_mw": ("热功率", "MW"),
    "amp": ("额定电流", "A"),
}
_SHOWN: Final = 24


def plain_conditions(terms: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence for each condition, in the order people think of them. Never raises for faulty rules."""
    told = [key for key in TERM_TITLES if key in terms and key not in ("if_date_unknown", "if_volt_unknown")]
    return tuple(text for key in told if (text := _said(key, terms[key], terms)))


def _said(key: str, value: Any, terms: Mapping[str, Any]) -> str:
    if key in _RANGES:
        return _range(key, value)
    if key in ("pattern", "pattern_not"):
        return _pattern(key, str(value))
    if key.startswith("made_"):
        unknown = DATE_UNKNOWN.get(str(terms.get("if_date_unknown", "")), "")
        word = "不晚于" if key == "made_on_or_before" else "晚于"
        return f"制造日期{word} {value}；没有写日期的{unknown}" if unknown else f"制造日期{word} {value}"
    if key in ("volt_max", "volts_in"):
        unknown = VOLT_UNKNOWN.get(str(terms.get("if_volt_unknown", "")), "")
        if key == "volt_max":
            return (
                f"额定电压不高于 {value} V；没有写电压的{unknown}" if unknown else f"额定电压不高于 {value} V"
            )
        volts = _list(value)
        return f"额定电压是 {volts} V；没有写电压的{unknown}" if unknown else f"额定电压是 {volts} V"
    if key == "fan_no_not_in" and isinstance(value, Mapping):
        listed = "；".join(f"{one} {_list(nos)}" for one, nos in value.items())
        return f"机号不是已逐条列出的：{listed}"
    words = _list(value, "”“")
    simple = {
        "series": f"系列是 {_list(value)}（整个词相同，Y 不含 YE3）",
        "series_in": f"系列是 {_list(value)}",
        "models_table": "机座、铁心、极数和功率与目录逐条列出的型号相同",
        "not_in_tables": "不是目录逐条列出的型号",
        "poles": f"{_list(value)} 极",
        "kva_in": f"容量是 {_list(value)} kVA 之一",
        "kva_not_in": f"容量不是 {_list(value)} kVA",
        "kv_in": f"高压侧是 {_list(value)} kV（没有写电压的也算）",
        "kv_min": f"高压侧 {value} kV 及以上",
        "fan_series": f"系列是 {_list(value)}",
        "fan_no_in": f"机号是 {_list(value)} 之一",
        "fuel": f"燃料：{FUEL_WORDS.get(str(value), value)}",
        "amp_series": f"焊机系列是 {value}",
        "pattern_list": f"型号是 {_list(value)} 之一",
        "name_any": f"设备名称中有“{words}”之一" if "”" in words else f"设备名称中有“{words}”",
        "name_all": f"设备名称中同时有“{words}”" if "”" in words else f"设备名称中有“{words}”",
        "exclude_rules": f"不属于规则 {_list(value)}",
    }
    return simple.get(key, "")


def _range(key: str, value: Any) -> str:
    title, unit = _RANGES[key]
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return f"{title}：{value}"
    low, high = value
    if str(high).startswith("9999"):
        return f"{title} {low} {unit} 及以上"
    if str(low) == "0":
        return f"{title}不大于 {high} {unit}"
    return f"{title} {low}～{high} {unit}（含两端）"


def _pattern(key: str, text: str) -> str:
    bare = text.removeprefix("^").removesuffix("$")
    if bare and not _SPECIAL & set(bare):
        return f"型号不是 {bare}" if key == "pattern_not" else f"型号是 {bare}"
    return f"型号不符合写法 {text}" if key == "pattern_not" else f"型号符合写法 {text}"


def _list(value: Any, between: str = "、") -> str:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return str(value)
    shown = [str(one) for one in value[:_SHOWN]]
    return between.join(shown) + (f" 等 {len(value)} 个" if len(value) > _SHOWN else "")
