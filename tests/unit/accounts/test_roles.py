"""Roles are read from data and damage is named."""

from __future__ import annotations

import json

import pytest

from formserver.accounts.roles import load_roles
from formserver.core.errors import AppError


def write(folder, content):
    (folder / "roles.json").write_text(content, encoding="utf-8")
    return folder


def test_roles_are_found_by_key(tmp_path):
    entry = {"key": "inspector", "title": "监察人员", "permissions": ["a:b:c"]}
    roles = load_roles(write(tmp_path, json.dumps({"roles": [entry]})))
    assert roles["inspector"].permissions == {"a:b:c"}


@pytest.mark.parametrize("content", ["", "[]", '{"roles": [{"key": "x"}]}', '{"roles": 1}'])
def test_a_damaged_file_is_named(tmp_path, content):
    with pytest.raises(AppError, match=r"roles\.json"):
        load_roles(write(tmp_path, content))


def test_a_role_given_twice_is_refused(tmp_path):
    entry = {"key": "x", "title": "x", "permissions": []}
    with pytest.raises(AppError, match="重复"):
        load_roles(write(tmp_path, json.dumps({"roles": [entry, entry]})))
