"""What an agency's letter data must hold."""

from __future__ import annotations

import dataclasses

from formserver.agencies.models import Agency, Level, Mode, Regime
from formserver.agencies.service import check_agency

OWN = Agency("1", "SC", "省中心", "川节监", "", "510000", Level.PROVINCE, Mode.OWN, Regime.M58, "省经信厅")


def pointers(**changes):
    return [problem.pointer for problem in check_agency(dataclasses.replace(OWN, **changes))]


def test_a_complete_agency_has_no_problem():
    assert pointers() == []


def test_a_delegated_agency_names_who_acts():
    assert pointers(mode=Mode.DELEGATED) == ["acting_body"]
    assert pointers(mode=Mode.DELEGATED, acting_body="省中心") == []


def test_the_name_on_the_seal_is_needed():
    assert pointers(issuing_organ=" ") == ["issuing_organ"]


def test_a_cap_is_a_number_of_checks_in_a_year():
    assert pointers(check_cap=0) == ["check_cap"]
    assert pointers(check_cap=367) == ["check_cap"]
    assert pointers(check_cap=None) == []
