"""``user`` and ``agency``: the commands that slices bring along, given the running context."""

from __future__ import annotations

import click

from formserver.accounts.commands import user_commands
from formserver.agencies.commands import agency_commands


def _with_context(group: click.Group) -> click.Group:
    callback = group.callback

    @click.pass_context
    def open_context(ctx: click.Context) -> None:
        from formserver.app import build_context
        from formserver.config import load_settings

        ctx.obj = build_context(load_settings())
        if callback is not None:
            callback()

    group.callback = open_context
    return group


user = _with_context(user_commands)
agency = _with_context(agency_commands)
