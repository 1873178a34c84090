"""The blueprint of 补录; the modules that hold its views put their routes on it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

legacy: Final = Blueprint("legacy", __name__, url_prefix="/legacy", template_folder="templates")
