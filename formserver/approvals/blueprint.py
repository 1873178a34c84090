"""The blueprint the views of this slice put their routes on."""

from flask import Blueprint

approvals = Blueprint("approvals", __name__, template_folder="templates")
