"""For authors of calculators: check files, show what a product asks, work out a request. ``python -m tools.packs``.

python -m tools.packs check [NAME ...]
python -m tools.packs show NAME[.PRODUCT]
python -m tools.packs calculate NAME.PRODUCT FILE.json
python -m tools.packs counts
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from formserver.calculation.asking import plan_of, unit_of
from formserver.calculation.checking import check_calculator, check_validity
from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import request_from_json
from formserver.calculation.results import result_to_json
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import AppError


def main(arguments: list[str]) -> int:
    """Run one command; the exit code says whether anything is wrong."""
    catalogue = shipped_catalogue(SystemClock())
    library = Library(catalogue)
    match arguments:
        case ["check", *names]:
            return check(library, catalogue, names or list(library.names()))
        case ["show", name]:
            return show(library, name)
        case ["calculate", name, path]:
            calculator, _, product = name.partition(".")
            data = {"calculator": calculator, "product": product, **json.loads(Path(path).read_text("utf-8"))}
            print(
                json.dumps(
                    result_to_json(calculate(library, request_from_json(data))), ensure_ascii=False, indent=1
                )
            )
            return 0
        case ["counts"]:
            return counts(library)
    print(__doc__)
    return 2


def check(library: Library, catalogue: object, names: list[str]) -> int:
    """Every fault of the named calculators, one line each."""
    wrong = 0
    for name in names:
        faults = []
        for kind in ("calculator", "limits"):
            for definition in catalogue.definitions(kind, name):  # type: ignore[attr-defined]
                data = json.loads(definition.content)
                faults += [
                    f"{definition.id} {pointer}: {message}" for pointer, message in meta_faults(kind, data)
                ]
        if not faults:
            try:
                editions = library.editions(name)
                for one in editions:
                    limits = library.limits(one, one.valid_to or one.valid_from or date.max)
                    problems = check_calculator(one, limits, library)
                    faults += [f"{p.label} {p.pointer}: {p.code} {p.message}" for p in problems]
                faults += [f"{p.label}: {p.code} {p.message}" for p in check_validity(editions)]
            except AppError as error:
                faults.append(f"{name}: {error}")
        for fault in faults:
            print(fault)
        wrong += len(faults)
        print(f"{name}: {'好' if not faults else f'{len(faults)} 处问题'}")
    return 1 if wrong else 0


def show(library: Library, name: str) -> int:
    """What a calculator's products ask for."""
    calculator = library.calculator(name.partition(".")[0])
    wanted = name.partition(".")[2]
    print(calculator.id, calculator.standard, calculator.title)
    for product in calculator.products.values():
        if wanted and product.key != wanted:
            continue
        plan = plan_of(calculator, product)
        asked = ", ".join(f"{one.key} [{unit_of(calculator, product, one.key)}]" for one in plan.inputs)
        print(f"  {product.key} {product.title}: {asked}{' + 能源表' if product.asks_energy else ''}")
    return 0


def counts(library: Library) -> int:
    """How many calculators, products, indicators, figures (by confidence) and examples there are."""
    total: Counter[str] = Counter()
    for name in library.names():
        for one in library.editions(name):
            limits = library.limits(one, one.valid_to or one.valid_from or date.max)
            total["editions"] += 1
            total["products"] += len(one.products)
            total["indicators"] += sum(len(p.indicators) for p in one.products.values())
            total["examples"] += len(one.examples)
            for figure in (*one.figures, *(limits.figures if limits else ())):
                total[f"figures {figure.confidence.value}"] += 1
        total["calculators"] += 1
    for key, count in sorted(total.items()):
        print(f"{key}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
