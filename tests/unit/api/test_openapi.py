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


def test_changes_of_existing_things_ask_for_the_version_they_are_made_from() -> None:
    free = {"open_draft", "discard_draft", "save_version", "retry_pdf"}
    for operation in feature.api:
        if operation.method != "GET" and "{" in operation.path and operation.key not in free:
            assert operation.matches, operation.key


def test_two_schemas_of_one_name_are_a_mistake_that_is_told() -> None:
    first = feature.api[0]
    one = dataclasses.replace(first, key="a", path="/a", answer=shape("Same", "甲", {"x": TEXT}))
    two = dataclasses.replace(first, key="b", path="/b", answer=shape("Same", "乙", {"y": TEXT}))
    with pytest.raises(ValueError, match="Same"):
        openapi_document([one, two], "http://x")
