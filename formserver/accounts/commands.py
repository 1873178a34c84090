"""``formserver user add | passwd | list``."""

from __future__ import annotations

from datetime import date, datetime

import click

from formserver.accounts.ports import AgencyDirectory
from formserver.accounts.service import AccountService
from formserver.web.context import AppContext

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("user", help="用户账号 · user accounts")
def user_commands() -> None:
    """Group of commands."""


@user_commands.command("add", help="新增用户 · add a user")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option("--agency", required=True, help="监察机构代码，例如 SC（见 formserver agency list）")
@click.option("--role", "roles", multiple=True, required=True, help="角色，可重复，例如 --role inspector")
@click.option("--title", default="", help="职务")
@click.option("--phone", default="", help="联系电话")
@click.option("--cert-no", default="", help="行政执法证号")
@click.option("--cert-from", type=_DAY, default=None, help="证件有效期起 YYYY-MM-DD")
@click.option("--cert-to", type=_DAY, default=None, help="证件有效期止 YYYY-MM-DD")
@click.option(
    "--confidentiality", type=click.IntRange(0, 2), default=1, help="可阅密级：0 公开 1 内部 2 敏感"
)
@click.password_option(help="密码；不写则提示输入")
@click.pass_obj
def add(
    context: AppContext,
    username: str,
    name: str,
    agency: str,
    roles: tuple[str, ...],
    title: str,
    phone: str,
    cert_no: str,
    cert_from: datetime | None,
    cert_to: datetime | None,
    confidentiality: int,
    password: str,
) -> None:
    """Create an account."""
    user = context.service(AccountService).add_user(
        username=username,
        name=name,
        password=password,
        agency_id=context.service(AgencyDirectory).id_by_code(agency),  # type: ignore[type-abstract]
        roles=roles,
        title=title,
        phone=phone,
        cert_no=cert_no,
        cert_valid_from=_day(cert_from),
        cert_valid_to=_day(cert_to),
        confidentiality=confidentiality,
    )
    click.echo(f"已新增用户 {user.username}（{user.name}）。")


@user_commands.command("passwd", help="重设密码 · set a new password")
@click.argument("username")
@click.password_option(help="新密码；不写则提示输入")
@click.pass_obj
def passwd(context: AppContext, username: str, password: str) -> None:
    """Set a password; every session of that person ends."""
    user = context.service(AccountService).set_password(username, password)
    click.echo(f"{user.username}（{user.name}）的密码已重设。")


@user_commands.command("list", help="列出用户 · list users")
@click.pass_obj
def list_users(context: AppContext) -> None:
    """All users with agency and roles."""
    directory = context.service(AgencyDirectory)  # type: ignore[type-abstract]
    for user in context.service(AccountService).everybody():
        state = "" if user.active else "（停用）"
        agency = directory.name_of(user.agency_id) or user.agency_id
        click.echo(f"{user.username}\t{user.name}{state}\t{agency}\t{'、'.join(user.role_keys)}")


def _day(value: datetime | None) -> date | None:
    return value.date() if value is not None else None
