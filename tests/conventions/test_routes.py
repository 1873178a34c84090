"""Every route says who may use it, and what roles hold exists."""

from __future__ import annotations

import json

import pytest

from formserver.app import FEATURES, build_context, create_app
from formserver.core.document_permissions import DocumentPermission
from formserver.core.permissions import PERMISSION_LABELS, Permission
from formserver.web.permissions import ANY_SIGNED_IN, PUBLIC_ROUTES, required_permission
from tests.support.web import make_settings


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = make_settings(tmp_path_factory.mktemp("routes"))
    context = build_context(settings)
    yield create_app(settings, context)
    context.store.close()


def test_every_route_declares_its_permission_or_is_public(app):
    undeclared = []
    for rule in app.url_map.iter_rules():
        required = required_permission(app.view_functions[rule.endpoint])
        if (required is None) == (rule.endpoint not in PUBLIC_ROUTES):
            undeclared.append(f"{rule} ({rule.endpoint})")
    assert undeclared == []


def test_every_demanded_permission_belongs_to_the_slice_that_demands_it(app):
    slices = {feature.blueprint.name: feature for feature in FEATURES if feature.blueprint is not None}
    for rule in app.url_map.iter_rules():
        required = required_permission(app.view_functions[rule.endpoint])
        if required in (None, ANY_SIGNED_IN) or rule.endpoint.startswith("api_v1."):
            continue  # the interface for programs offers what every slice can do
        assert isinstance(required, Permission)
        owner = slices[rule.endpoint.partition(".")[0]]
        if isinstance(required, DocumentPermission):
            continue  # what may be done to a document is said in the core, for every slice that works on documents
        assert owner.permissions is not None
        assert required in set(owner.permissions), rule


def test_routes_that_change_something_do_not_answer_get(app):
    """A GET may be sent by a prefetching browser or an image tag."""
    changing = ("sign_out", "carry_out", "delete", "remove", "transition", "number", "void")
    for rule in app.url_map.iter_rules():
        if any(word in rule.endpoint.partition(".")[2].split("_") for word in changing):
            assert "GET" not in rule.methods, rule


def known_permissions():
    return {
        member.value
        for feature in FEATURES
        if feature.permissions is not None
        for member in feature.permissions
    }


def test_roles_name_only_permissions_that_exist(app):
    path = app.extensions["formserver"].settings.schemas_dir / "roles.json"
    roles = json.loads(path.read_text(encoding="utf-8"))["roles"]
    for role in roles:
        assert set(role["permissions"]) <= known_permissions(), role["key"]
        assert role["permissions"] == sorted(set(role["permissions"])), role["key"]
    assert known_permissions() <= {p for role in roles for p in role["permissions"]}, (
        "a permission nobody holds"
    )


def test_every_permission_has_a_chinese_label_and_a_three_part_name():
    for name in known_permissions():
        assert len(name.split(":")) == 3, name
        assert PERMISSION_LABELS.get(name), name


def test_menu_entries_lead_to_pages_and_demand_what_those_demand(app):
    for item in app.extensions["formserver"].menu:
        wanted = item.permission or ANY_SIGNED_IN
        assert required_permission(app.view_functions[item.endpoint]) == wanted
