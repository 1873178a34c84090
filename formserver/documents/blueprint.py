"""The blueprint every view module of this slice registers its routes on."""

from __future__ import annotations

from flask import Blueprint

documents = Blueprint("documents", __name__, template_folder="templates")
