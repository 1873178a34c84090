"""A table of faults: which shipped calculator is broken how, and what the check must say where."""

from __future__ import annotations

from .broken_limits import LIMIT_FAULTS, Break, Data, put


def product(m: Data) -> Data:
    """The first product."""
    found: Data = m["products"][0]
    return found


def first(m: Data) -> Data:
    """Its first indicator."""
    found: Data = product(m)["indicators"][0]
    return found


def example(m: Data) -> Data:
    """The first example."""
    found: Data = m["examples"][0]
    return found


def expected(m: Data) -> Data:
    """What it expects of its first indicator."""
    found: Data = next(iter(example(m)["expect"]["indicators"].values()))
    return found


def altitude(m: Data) -> Data:
    """The correction for altitude."""
    found: Data = m["corrections"]["altitude"]
    return found


def ratio(m: Data) -> Data:
    """An input that is asked for with one choice."""
    found: Data = m["inputs"]["mixed_gas_ratio"]
    return found


def fuels(m: Data) -> list[Data]:
    """Choices."""
    found: list[Data] = m["inputs"]["heating_fuel"]["choices"]
    return found


def figure(unit: str) -> Data:
    """A constant."""
    return {"title": "常数", "value": "1", "unit": unit, "confidence": "verified"}


INDICATOR, ALTITUDE, RATIO = (
    "/products/0/indicators/0",
    "/corrections/altitude",
    "/inputs/mixed_gas_ratio/asked_when",
)
CEMENT, COKING, SULPHUR = "cement/gb16780-2021", "coking/gb21342-2025", "sulphuric_acid/gb29141-2024"
BROKEN: dict[str, tuple[str, Break, str, str]] = {
    **LIMIT_FAULTS,
    "indicator: other unit": (
        CEMENT,
        lambda m, t: put(first(m), unit="kgce/kg"),
        "UNIT_MISMATCH",
        "/products/0",
    ),
    "indicator: unknown value": (
        CEMENT,
        lambda m, t: put(first(m), value="e_nothing"),
        "NAME_UNKNOWN",
        INDICATOR,
    ),
    "indicator: unknown correction": (
        CEMENT,
        lambda m, t: put(first(m), corrections=["snow"]),
        "NAME_UNKNOWN",
        INDICATOR,
    ),
    "indicator: twice": (
        CEMENT,
        lambda m, t: product(m)["indicators"].append(first(m)),
        "NAME_TWICE",
        "/products/0/indicators/",
    ),
    "indicator: output is no output": (
        CEMENT,
        lambda m, t: put(first(m), output="altitude_m"),
        "UNIT_MISMATCH",
        INDICATOR,
    ),
    "indicator: direction": (CEMENT, lambda m, t: put(first(m), direction="ge"), "LIMITS_FAULTY", INDICATOR),
    "product: twice": (
        CEMENT,
        lambda m, t: m["products"].append({**product(m), "title": "别的"}),
        "NAME_TWICE",
        "/products/",
    ),
    "product: unit of nothing": (
        CEMENT,
        lambda m, t: put(product(m), units={"coal": "t"}),
        "NAME_UNKNOWN",
        "/products/0",
    ),
    "product: title of nothing": (
        CEMENT,
        lambda m, t: put(product(m), titles={"coal": "煤"}),
        "NAME_UNKNOWN",
        "/products/0",
    ),
    "product: constant shadows an input": (
        CEMENT,
        lambda m, t: put(product(m), constants={"altitude_m": figure("m")}),
        "NAME_TWICE",
        "/products/0",
    ),
    "product: constant of another product": (
        CEMENT,
        lambda m, t: (
            put(m["products"][-1], constants={"p_own": figure("1")}),
            put(altitude(m), expression=altitude(m)["expression"] + " * p_own"),
        ),
        "NAME_UNKNOWN",
        "/products/0",
    ),
    "product: energy not asked": (
        SULPHUR,
        lambda m, t: put(product(m), asks_energy=False),
        "ENERGY_NOT_ASKED",
        "/products/0",
    ),
    "product: energy not used": (
        CEMENT,
        lambda m, t: put(next(p for p in m["products"] if not p.get("asks_energy", True)), asks_energy=True),
        "ENERGY_NOT_USED",
        "/products/",
    ),
    "step: twice": (CEMENT, lambda m, t: m["steps"].append({**m["steps"][0]}), "NAME_TWICE", "/steps/"),
    "step: not reached": (
        CEMENT,
        lambda m, t: m["steps"].append({**m["steps"][0], "key": "spare"}),
        "NOT_REACHED",
        "/steps/spare",
    ),
    "step: circle": (
        CEMENT,
        lambda m, t: put(m["steps"][0], expression=m["steps"][0]["key"]),
        "FORMULA_CIRCLE",
        "/steps/0",
    ),
    "step: no formula": (
        CEMENT,
        lambda m, t: put(m["steps"][0], expression="1 +"),
        "FORMULA_FAULTY",
        "/steps/0/expression",
    ),
    "step: attribute": (
        CEMENT,
        lambda m, t: put(m["steps"][0], expression="clinker_t.__class__"),
        "FORMULA_FAULTY",
        "/steps/0/expression",
    ),
    "step: truth for number": (
        CEMENT,
        lambda m, t: put(m["steps"][0], expression="clinker_t > 0"),
        "UNIT_MISMATCH",
        "/steps/0/expression",
    ),
    "step: reserved name": (
        CEMENT,
        lambda m, t: (
            put(m["inputs"], level={"title": "等级", "unit": "1"}),
            put(altitude(m), when="altitude_m > 1500 and level > 0"),
        ),
        "NAME_RESERVED",
        "/",
    ),
    "input: not reached": (
        CEMENT,
        lambda m, t: put(m["inputs"], spare={"title": "多余", "unit": "t"}),
        "NOT_REACHED",
        "/inputs/spare",
    ),
    "input: default out of range": (
        CEMENT,
        lambda m, t: put(m["inputs"]["altitude_m"], default="9999"),
        "INPUT_FAULTY",
        "/inputs/altitude_m",
    ),
    "input: range reversed": (
        CEMENT,
        lambda m, t: put(m["inputs"]["altitude_m"], minimum="7000", default="7000"),
        "INPUT_FAULTY",
        "/inputs/altitude_m",
    ),
    "input: is a constant": (
        CEMENT,
        lambda m, t: put(m["constants"], altitude_m=figure("m")),
        "NAME_TWICE",
        "/",
    ),
    "input: is a built-in": (
        CEMENT,
        lambda m, t: put(m["inputs"], total_energy={"title": "能耗", "unit": "kgce"}),
        "NAME_TWICE",
        "/",
    ),
    "choice: unknown text": (
        COKING,
        lambda m, t: put(ratio(m), asked_when="heating_fuel = 'mixed'"),
        "CHOICE_UNKNOWN",
        RATIO,
    ),
    "choice: compared with a number": (
        COKING,
        lambda m, t: put(ratio(m), asked_when="heating_fuel = 1"),
        "UNIT_MISMATCH",
        RATIO,
    ),
    "choice: default is none": (
        COKING,
        lambda m, t: put(m["inputs"]["heating_fuel"], default="wood"),
        "INPUT_FAULTY",
        "/inputs/heating_fuel",
    ),
    "choice: value twice": (
        COKING,
        lambda m, t: fuels(m).append({**fuels(m)[0], "title": "另一种"}),
        "NAME_TWICE",
        "/inputs/heating_fuel/choices/",
    ),
    "truth: compared with a number": (
        "coal_power/gb21258-2024",
        lambda m, t: put(m["corrections"]["k_total"], when="chp > 0"),
        "UNIT_MISMATCH",
        "/corrections/k_total/when",
    ),
    "correction: level 4": (
        CEMENT,
        lambda m, t: put(altitude(m), levels=[3, 4]),
        "DEFINITION_SCHEMA",
        ALTITUDE + "/levels/1",
    ),
    "correction: level twice": (
        CEMENT,
        lambda m, t: put(altitude(m), levels=[3, 3]),
        "DEFINITION_SCHEMA",
        ALTITUDE + "/levels",
    ),
    "correction: no level": (
        CEMENT,
        lambda m, t: put(altitude(m), levels=[]),
        "DEFINITION_SCHEMA",
        ALTITUDE + "/levels",
    ),
    "correction: condition is a number": (
        CEMENT,
        lambda m, t: put(altitude(m), when="altitude_m"),
        "UNIT_MISMATCH",
        ALTITUDE + "/when",
    ),
    "correction: other unit": (
        CEMENT,
        lambda m, t: put(altitude(m), expression="altitude_m"),
        "UNIT_MISMATCH",
        ALTITUDE + "/expression",
    ),
    "correction: not reached": (
        CEMENT,
        lambda m, t: put(
            m["corrections"], spare={"title": "多余", "expression": "limit", "confidence": "verified"}
        ),
        "NOT_REACHED",
        "/corrections/spare",
    ),
    "carrier: unknown": (CEMENT, lambda m, t: put(m, carriers=["moonshine"]), "NAME_UNKNOWN", "/carriers/0"),
    "coefficients: unknown": (
        CEMENT,
        lambda m, t: put(m, coefficients="gbt9999"),
        "COEFFICIENTS_MISSING",
        "/coefficients",
    ),
    "days reversed": (
        CEMENT,
        lambda m, t: (put(m, valid_to="2022-10-01"), put(t, valid_from=None)),
        "VALIDITY_REVERSED",
        "/valid_to",
    ),
    "example: wrong value": (
        CEMENT,
        lambda m, t: expected(m).update(value="1"),
        "EXAMPLE_FAILS",
        "/examples/0",
    ),
    "example: wrong level": (
        CEMENT,
        lambda m, t: put(expected(m), level=None),
        "EXAMPLE_FAILS",
        "/examples/0",
    ),
    "example: wrong limit": (
        CEMENT,
        lambda m, t: put(expected(m), limits={"3": "1"}),
        "EXAMPLE_FAILS",
        "/examples/0",
    ),
    "example: says nothing": (
        CEMENT,
        lambda m, t: put(
            example(m), expect={"indicators": {next(iter(example(m)["expect"]["indicators"])): {}}}
        ),
        "EXAMPLE_FAILS",
        "/examples/0",
    ),
    "example: mistyped input": (
        CEMENT,
        lambda m, t: put(example(m)["inputs"], altitude="2000"),
        "EXAMPLE_FAILS",
        "/examples/0",
    ),
    "example: unknown product": (
        CEMENT,
        lambda m, t: put(example(m), product="porcelain"),
        "EXAMPLE_FAILS",
        "/examples/0",
    ),
    "example: twice": (CEMENT, lambda m, t: m["examples"].append(example(m)), "NAME_TWICE", "/examples/"),
    "too few examples": (
        CEMENT,
        lambda m, t: put(m, examples=m["examples"][:2]),
        "DEFINITION_SCHEMA",
        "/examples",
    ),
    "control character": (CEMENT, lambda m, t: put(m, title="水泥\x00"), "DEFINITION_SCHEMA", "/title"),
}
