"""Forms of the accounts pages."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from formserver.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH


class SignInForm(FlaskForm):  # type: ignore[misc]
    """User name and password; ``kept`` carries what was typed before the session ended."""

    username = StringField("用户名", [InputRequired("请输入用户名"), Length(max=64)])
    password = PasswordField("密码", [InputRequired("请输入密码"), Length(max=MAXIMUM_LENGTH)])
    next = HiddenField()
    kept = HiddenField()


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """Own password."""

    current = PasswordField("现在的密码", [InputRequired("请输入现在的密码"), Length(max=MAXIMUM_LENGTH)])
    new = PasswordField(
        "新密码",
        [
            InputRequired("请输入新密码"),
            Length(min=MINIMUM_LENGTH, max=MAXIMUM_LENGTH, message=f"至少 {MINIMUM_LENGTH} 个字符"),
        ],
    )
    again = PasswordField(
        "再输一次新密码", [InputRequired("请再输入一次"), EqualTo("new", "两次输入的新密码不一致")]
    )
