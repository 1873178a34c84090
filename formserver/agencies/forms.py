"""The form for an agency's letter data."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from formserver.agencies.models import Mode, Regime


class AgencyForm(FlaskForm):  # type: ignore[misc]
    """What the own administrator may change; ``row_version`` finds out whether somebody else was quicker."""

    row_version = HiddenField()
    issuing_organ = StringField("制作机关", [InputRequired("请填写制作机关"), Length(max=100)])
    mode = SelectField("执法方式", choices=[SelectChoice(m.name, m.value) for m in Mode])
    acting_body = StringField("具体实施机构", [Length(max=100)])
    delegation_ref = StringField("委托书文号", [Length(max=100)])
    short_word = StringField("文号机关代字", [Length(max=20)])
    regime = SelectField("适用程序规定", choices=[SelectChoice(r.name, r.value) for r in Regime])
    address = StringField("机关地址", [Length(max=200)])
    contact = StringField("联系人", [Length(max=50)])
    phone = StringField("联系电话", [Length(max=40)])
    supervision_phone = StringField("监督电话", [Length(max=40)])
    supervision_mail = StringField("监督邮箱", [Length(max=100)])
    check_cap = IntegerField(
        "年度检查次数上限", [Optional(), NumberRange(1, 366, "年度检查次数上限应为 1 至 366")]
    )
