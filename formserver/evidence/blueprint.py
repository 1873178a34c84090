"""The blueprint all pages of evidence hang on."""

from __future__ import annotations

from flask import Blueprint

evidence = Blueprint("evidence", __name__, template_folder="templates")
PURPOSE = "evidence"
