"""Copied cookies, read databases, other people's sessions; and that visitors cost no writes."""

from __future__ import annotations

from sqlalchemy import event, func, select

from formserver.accounts.server_session import session_id
from formserver.accounts.session_repository import SessionRepository
from formserver.accounts.tables import session
from tests.hostile.kit import Town, send
from tests.hostile.test_csrf_and_sessions import COOKIE, signed_in


def test_a_copied_cookie_is_dead_after_signing_out(town: Town) -> None:
    client, copy = signed_in(town), town.app.test_client()
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    copy.set_cookie(COOKIE, cookie.value)
    assert copy.get("/documents").status_code == 200, "a copy is as good as the cookie while it lasts"
    assert send(client, "POST", "/sign-out").status_code == 302
    assert copy.get("/documents").status_code == 302
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/documents").status_code == 302


def test_the_cookie_and_the_database_say_nothing_of_each_other(town: Town) -> None:
    client = signed_in(town)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert len(cookie.value) == 43
    person = town.actor("clerk").user_id
    with town.context.store.uow() as u:
        rows = u.repository(SessionRepository).of_user(person, town.context.clock.now())
    assert cookie.value not in repr(rows)
    thief = town.app.test_client()
    for row in rows:  # who reads the database cannot sign in with what it holds
        thief.set_cookie(COOKIE, row.id[:43])
        assert thief.get("/documents").status_code == 302


def test_one_session_can_be_ended_from_another_and_nobody_elses(town: Town) -> None:
    here, lost, foreign = signed_in(town), signed_in(town), signed_in(town, "stranger")
    cookie = lost.get_cookie(COOKIE)
    assert cookie is not None
    address = f"/account/sessions/{session_id(cookie.value)}/end"
    assert send(foreign, "POST", address).status_code == 404
    assert lost.get("/documents").status_code == 200
    assert here.get(address).status_code == 405
    assert send(here, "POST", address).status_code == 302
    assert lost.get("/documents").status_code == 302
    assert here.get("/documents").status_code == 200
    assert send(here, "POST", address).status_code == 404


def test_visitors_and_files_write_no_sessions(town: Town) -> None:
    with town.context.store.unit() as u:
        before = u.connection.execute(select(func.count()).select_from(session)).scalar()
    for _ in range(20):
        client = town.app.test_client()
        client.get("/sign-in")
        client.get("/documents")
        client.get("/static/css/app.css", buffered=True)
    with town.context.store.unit() as u:
        assert u.connection.execute(select(func.count()).select_from(session)).scalar() == before


def test_a_file_is_given_without_asking_who_wants_it(town: Town) -> None:
    client, asked = signed_in(town), []

    @event.listens_for(town.context.store.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_more) -> None:
        asked.append(statement)

    with client.get("/static/css/app.css") as answer:
        assert answer.status_code == 200
    event.remove(town.context.store.engine, "before_cursor_execute", note)
    assert asked == []


def test_reading_pages_in_one_minute_writes_nothing(town: Town) -> None:
    client, written = signed_in(town), []
    client.get("/documents")

    @event.listens_for(town.context.store.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_more) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    for _ in range(5):
        assert client.get("/documents").status_code == 200
    event.remove(town.context.store.engine, "before_cursor_execute", note)
    assert written == []
