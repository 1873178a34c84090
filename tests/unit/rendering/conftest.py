"""Fixtures of the renderer's tests."""

from tests.fixtures.rendering.templates import make_template, repack, text_of

__all__ = ["make_template", "repack", "text_of"]
