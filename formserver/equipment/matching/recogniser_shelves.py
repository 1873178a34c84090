"""The rules of one category, laid out so that a model meets only those that can speak to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from formserver.equipment.matching.conditions import Compiled
from formserver.equipment.matching.conditions_terms import Pattern

_BUNDLE: Final = 8
"""Patterns are tried in bundles: one question leaves eight that do not fit."""


class Shelf:
    """Rules by canon and series. Read only once built."""

    def __init__(self, rules: Iterable[Compiled]) -> None:
        by_canon: dict[str, dict[str, list[Compiled]]] = defaultdict(lambda: defaultdict(list))
        self.boilers: list[Compiled] = []
        self.names: list[Compiled] = []
        self.exact: dict[str, list[Compiled]] = defaultdict(list)
        self._patterns: list[tuple[Pattern, Compiled]] = []
        for rule in rules:
            canon, terms = rule.rule.canon, rule.terms
            if canon == "boiler":
                self.boilers.append(rule)
            elif canon == "name":
                self.names.append(rule)
            elif canon == "generic":
                for model in terms.pattern_list:
                    self.exact[model].append(rule)
                if terms.pattern is not None:
                    self._patterns.append((terms.pattern, rule))
            else:
                for series in terms.series:
                    key = series.partition("-")[0] if canon == "motor_suffix" else series
                    if rule not in by_canon[canon][key]:
                        by_canon[canon][key].append(rule)
        self.frames = dict(by_canon["motor_frame"])
        self.suffixes = dict(by_canon["motor_suffix"])
        self.series = dict(by_canon["series_only"])
        self.transformers = dict(by_canon["transformer"])
        self.fans = dict(by_canon["fan"])
        self.welders = dict(by_canon["welder_amp"])
        self.welder_series = frozenset(self.welders)
        self.exact = dict(self.exact)
        self._any = _together([pattern for pattern, _ in self._patterns])
        bundles = [self._patterns[at : at + _BUNDLE] for at in range(0, len(self._patterns), _BUNDLE)]
        self._bundles = [(_together([pattern for pattern, _ in one]), one) for one in bundles]

    def generic(self, text: str) -> list[Compiled]:
        """The rules whose pattern or list of models fits the whole text."""
        found = list(self.exact.get(text, ()))
        if not found and not self._any.fullmatch(text):
            return found
        if self._patterns:
            for together, bundle in self._bundles:
                if together.fullmatch(text):
                    found += [rule for pattern, rule in bundle if pattern.fullmatch(text)]
        return [
            rule
            for rule in found
            if rule.terms.pattern_not is None or not rule.terms.pattern_not.search(text)
        ]


def _together(patterns: list[Pattern]) -> Pattern:
    """All patterns as one, to leave a model that fits none at once. Named groups could meet: then each is asked."""
    try:
        return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns), re.ASCII)
    except re.error:
        return re.compile(".*", re.DOTALL)
