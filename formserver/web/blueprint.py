"""The blueprint of the pages that belong to no slice: home, search, health."""

from __future__ import annotations

from flask import Blueprint

kit = Blueprint("kit", "formserver.web")
