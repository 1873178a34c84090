"""The manifest of the accounts slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from formserver.accounts import again, own_pages
from formserver.accounts.commands import user_commands
from formserver.accounts.forms import SignInForm
from formserver.accounts.operations import OPERATIONS
from formserver.accounts.permissions import AccountPermission
from formserver.accounts.ports import AgencyDirectory
from formserver.accounts.repository import UserRepository
from formserver.accounts.roles import load_roles
from formserver.accounts.service import AccountService
from formserver.accounts.session_repository import SessionRepository
from formserver.accounts.session_service import SessionService
from formserver.accounts.sessions import install_sessions
from formserver.accounts.tables import (
    api_token,
    login_attempt,
    password_history,
    session,
    user_account,
    user_role,
)
from formserver.accounts.token_repository import TokenRepository
from formserver.accounts.tokens import TokenService
from formserver.accounts.views import accounts
from formserver.core.definitions.prefill import Provider
from formserver.core.definitions.providers import FactsProvider, TeamProvider
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork
from formserver.web.context import AppContext
from formserver.web.feature import Feature, PrefillFactory

VIEWS = (again, own_pages)
"""Importing them has put their routes on the blueprint."""


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    service = AccountService(
        context.store,
        context.clock,
        load_roles(context.settings.schemas_dir),
        lambda: context.services.get(AgencyDirectory),
        attempts_allowed=context.settings.login_attempts,
    )
    return {
        AccountService: service,
        SessionService: SessionService(context.store, context.clock),
        TokenService: TokenService(context.store, context.clock, service),
    }


def _prefill(context: AppContext) -> Mapping[str, PrefillFactory]:
    accounts_service = context.service(AccountService)

    def user_facts(u: UnitOfWork, actor: Actor, _document: Document) -> Provider:
        return FactsProvider(accounts_service.facts(u, actor), "来自用户资料", {"id": actor.user_id})

    def team(u: UnitOfWork, actor: Actor, _document: Document) -> Provider:
        return TeamProvider(accounts_service.team(u, actor), "来自用户资料")

    return {"user": user_facts, "team": team}


def _setup(app: Flask, context: AppContext) -> None:
    install_sessions(app, context)
    app.extensions["formserver.sign_in_form"] = SignInForm


feature = Feature(
    name="accounts",
    title="账号",
    blueprint=accounts,
    permissions=AccountPermission,
    commands=(user_commands,),
    tables=(user_account, user_role, login_attempt, password_history, session, api_token),
    repositories={
        UserRepository: UserRepository,
        SessionRepository: SessionRepository,
        TokenRepository: TokenRepository,
    },
    provide=_provide,
    prefill=_prefill,
    pickers={"person": "accounts.pick_person"},
    api=OPERATIONS,
    setup=_setup,
)
