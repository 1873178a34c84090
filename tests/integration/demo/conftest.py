"""The demonstration in a storage folder of its own, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher

from formserver.accounts import passwords
from formserver.app import build_context
from formserver.core.models import Document, Json, State
from formserver.core.permissions import Actor
from formserver.core.store_ports import DocumentQuery
from formserver.demo.calculations import fill_tools
from formserver.demo.desk import fill_desk
from formserver.demo.equipment import fill_equipment
from formserver.demo.load import Played, play
from formserver.demo.people import actor_called, add_people
from formserver.demo.register import add_enterprises
from formserver.web.context import AppContext
from tests.support.web import make_settings


@dataclass(frozen=True)
class Demonstration:
    """What was loaded, and ways to look at it."""

    context: AppContext
    actor: Actor
    enterprises: dict[str, str]
    played: Played

    def person(self, username: str) -> Actor:
        """Somebody of the demonstration."""
        return actor_called(self.context, username)

    def papers(self, key: str, state: State, firm: str = "") -> list[Document]:
        """The papers of a type in a state, the newest first; of a firm, if named."""
        with self.context.store.uow() as u:
            found = u.documents.find(
                DocumentQuery(types=(key,), states=(state,), limit=100), self.actor.scope
            )
            return [d for d in found.items if not firm or d.enterprise_id == self.enterprises[firm]]

    def body(self, document: Document) -> Json:
        """What the newest version of a paper says."""
        with self.context.store.uow() as u:
            return u.documents.version(document.id, document.head_version, self.actor.scope).body


@pytest.fixture(scope="package")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._decoy.cache_clear()
    context = build_context(make_settings(tmp_path_factory.mktemp("demonstration"), pdf_workers=0))
    actor = add_people(context)
    enterprises = add_enterprises(context, actor)
    played = play(context, actor, enterprises)
    fill_desk(context, actor, enterprises)
    fill_tools(context, actor, enterprises)
    fill_equipment(context, actor, enterprises)
    yield Demonstration(context, actor, enterprises, played)
    context.close()
    context.store.engine.dispose()
