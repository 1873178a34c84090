"""The document is made from declarations: names once, refusals that can happen, no two schemas of one name."""

from __future__ import annotations

import dataclasses

import pytest

from formserver.api.feature import feature
from formserver.api.openapi import REFUSALS, openapi_document, refusals
from formserver.api.shapes import TEXT, shape


def test_every_operation_has_words_and_a_path_whose_names_are_known() -> None:
    for operation in feature.api:
        assert operation.summary
        assert operation.group
        assert operation.path.startswith("/")
        assert set(refusals(operation)) <= set(REFUSALS)


ADDS = frozenset(
    {"open_draft", "save_version", "retry_pdf", "append_upload", "add_evidence", "add_evidence_files"}
    | {"make_evidence_list", "add_scans", "add_scan_files", "retry_scan", "split_scans", "copy_document"}
    | {"supplement_document", "start_exact_preview", "parse_cells", "start_legacy_batch", "put_signature"}
    | {"affix_seal", "finish_signing", "confirm_equipment_columns", "decide_equipment_row"}
)
"""What puts something beside what stands: the body names its base, the state of the paper guards it, or nothing can
be lost."""
ENDS = frozenset(
    {"discard_draft", "cancel_upload", "forget_scan", "end_deputy", "drop_remark", "drop_view"}
    | {"withdraw_mark", "retire_seal", "end_session", "revoke_token"}
    | {"withdraw_figure_confirmation"}
)
"""What can be ended once, whatever it has become meanwhile."""
ORDERS = frozenset({"order_evidence", "order_scan_pages", "change_scan_page"})
"""Who comes last decides: only places and turns change, no word that was typed."""


def test_changes_of_existing_things_ask_for_the_version_they_are_made_from() -> None:
    for operation in feature.api:
        if operation.method == "GET" or "{" not in operation.path or operation.key in ADDS | ENDS | ORDERS:
            continue
        assert operation.matches, operation.key


def test_two_schemas_of_one_name_are_a_mistake_that_is_told() -> None:
    first = feature.api[0]
    one = dataclasses.replace(first, key="a", path="/a", answer=shape("Same", "甲", {"x": TEXT}))
    two = dataclasses.replace(first, key="b", path="/b", answer=shape("Same", "乙", {"y": TEXT}))
    with pytest.raises(ValueError, match="Same"):
        openapi_document([one, two], "http://x")
