"""The blueprint the views of this slice put their routes on."""

from flask import Blueprint

equipment = Blueprint(
    "equipment", __name__, url_prefix="/equipment", template_folder="templates", static_folder=None
)
