"""Fixtures of the web application."""

from __future__ import annotations

from tests.support.web import app, client_as, people, template_storage

__all__ = ["app", "client_as", "people", "template_storage"]
