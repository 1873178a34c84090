"""The board of messages on SQLite and PostgreSQL: own messages only, newest first, told once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.notices import Notice, NoticeBoard

NOW = datetime(2026, 5, 6, 6, 0, tzinfo=UTC)


def notice(user="li", *, minutes=0, **changes):
    facts = {
        "id": new_id(),
        "user_id": user,
        "at": NOW + timedelta(minutes=minutes),
        "kind": "document.return",
        "title": "《节能监察通知书》已退回",
        "path": "/documents/x",
    }
    return Notice(**{**facts, **changes})


def post(context, *notices):
    with context.store.uow(write=True) as u:
        u.repository(NoticeBoard).post(notices)


def ask(context, method, *args, **more):
    with context.store.uow() as u:
        return getattr(u.repository(NoticeBoard), method)(*args, **more)


def change(context, method, *args):
    with context.store.uow(write=True) as u:
        return getattr(u.repository(NoticeBoard), method)(*args)


def test_a_message_comes_back_as_it_was_posted(context):
    told = notice("echo", detail="赵敏：依据有误\n请改为<现行条款>&", document_id=new_id(), read_at=NOW)
    post(context, told)
    assert ask(context, "latest", "echo") == (told,)


def test_a_repeated_job_tells_nobody_twice(context):
    told = notice("twice", id="job:due:2026-05-06:twice")
    post(context, told)
    change(context, "mark_read", "twice", None, NOW)
    post(context, told, notice("twice", minutes=1, title="另一条"))
    assert [n.title for n in ask(context, "latest", "twice")] == ["另一条", told.title]
    assert ask(context, "unread", "twice") == 1
    post(context)  # nothing to tell


def test_pages_follow_each_other_without_gaps_even_within_one_instant(context):
    same = [notice("pages", minutes=7) for _ in range(7)]
    late, early = notice("pages", minutes=9), notice("pages", minutes=1)
    post(context, early, *same, late, notice("somebody else"))
    seen, before = [], ""
    while found := ask(context, "latest", "pages", limit=2, before=before):
        seen += [n.id for n in found]
        before = found[-1].id
    assert seen == [late.id, *sorted((n.id for n in same), reverse=True), early.id]


def test_a_page_mark_of_another_person_says_nothing(context):
    other = notice("mark other")
    post(context, other, notice("mark"))
    for mark in (other.id, "nonsense", "'; DROP TABLE notice; --"):
        with pytest.raises(AppError) as refused:
            ask(context, "latest", "mark", before=mark)
        assert refused.value.code.code == "BAD_CURSOR"


def test_the_count_is_exact_up_to_99_and_then_100(context):
    post(context, *(notice("many") for _ in range(99)))
    assert ask(context, "unread", "many") == 99
    post(context, *(notice("many") for _ in range(40)))
    assert ask(context, "unread", "many") == 100


def test_only_own_messages_are_marked_read(context):
    mine, theirs = notice("owner"), notice("thief")
    post(context, mine, theirs)
    assert change(context, "mark_read", "thief", [mine.id, theirs.id], NOW) == 1
    assert change(context, "mark_read", "thief", None, NOW) == 0
    assert change(context, "mark_read", "owner", [], NOW) == 0
    assert ask(context, "latest", "owner")[0].read_at is None


def test_settling_reads_this_kind_about_this_document_for_everybody(context):
    document = new_id()
    asked = [notice(who, kind="approve.asked", document_id=document) for who in ("settle a", "settle b")]
    post(context, *asked, notice("settle a", document_id=document), notice("settle a", kind="approve.asked"))
    change(context, "settle", document, "approve.asked", NOW)
    assert ask(context, "unread", "settle a") == 2
    assert ask(context, "unread", "settle b") == 0


@pytest.mark.parametrize(
    "path",
    [
        "https://example.org/",
        "//example.org/x",
        "/\\example.org",
        "/\t/example.org",
        "/\n/x",
        "documents",
        "",
    ],
)
def test_a_message_never_leads_to_another_server(context, path):
    with pytest.raises(ValueError, match="a page of ours"):
        post(context, notice("path", path=path))
    assert ask(context, "latest", "path") == ()


def test_many_windows_mark_and_post_at_once_and_nothing_is_counted_twice(context):
    post(context, *(notice("crowd") for _ in range(20)))
    marked: list[int] = []

    def work():
        marked.append(change(context, "mark_read", "crowd", None, NOW))
        post(context, notice("crowd", id="crowd:one"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(marked) == 20 + (1 - ask(context, "unread", "crowd"))
    assert len(ask(context, "latest", "crowd")) == 21
