"""The blueprint the views of this slice put their routes on."""

from flask import Blueprint

calculators = Blueprint(
    "calculators", __name__, url_prefix="/calculators", template_folder="templates", static_folder=None
)
