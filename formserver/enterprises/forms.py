"""The form of one enterprise, and the upload form."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField

from formserver.enterprises.models import FIELDS, LABELS, Enterprise


class EnterpriseForm(FlaskForm):  # type: ignore[misc]
    """Checks are the service's; this only carries text. ``row_version`` finds out who was quicker."""

    row_version = HiddenField()
    confirm_duplicate = BooleanField("已核对，不是同一家单位，继续保存")

    def values(self) -> dict[str, Any]:
        """The register's fields as posted."""
        return {key: self[key].data if key == "key_user" else (self[key].data or "") for key in LABELS}

    def expected_version(self) -> int:
        """The version the form was opened on; 0 when the post was tampered with."""
        text = self.row_version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @classmethod
    def of(cls, item: Enterprise | None = None) -> EnterpriseForm:
        """The form, filled from ``item`` unless it was posted."""
        form = cls(obj=item)
        form.name.flags.required = True
        return form


for _field in FIELDS:
    _made = BooleanField(_field.label) if _field.key == "key_user" else StringField(_field.label)
    setattr(EnterpriseForm, _field.key, _made)
