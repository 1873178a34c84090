"""A hundred megabytes and rubbish on the wire, against a real server process."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.hostile.kit import Town
from tests.hostile.server import Server, Visitor


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Town]]:
    town = Town(tmp_path_factory.mktemp("uploads") / "storage")
    made = Server(town.storage)
    yield made, town
    made.stop()
    town.close()


def push(
    server: Server, path: str, cookie: str, token: str, megabytes: int, *, chunked: bool = False
) -> tuple[bytes, int]:
    """Send a body of that size by hand until it is sent or the server hangs up: (answer, megabytes sent)."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {megabytes << 20}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nX-CSRFToken: {token}\r\n{length}\r\n"
        "Content-Type: multipart/form-data; boundary=zz\r\nConnection: close\r\n\r\n"
    )
    block = b"x" * (1 << 20)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as wire:
        wire.sendall(head.encode())
        sent = 0
        try:
            for _ in range(megabytes):
                wire.sendall(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
                sent += 1
            if chunked:
                wire.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # it hung up: there may be an answer all the same
        answer = b""
        try:
            while part := wire.recv(65536):
                answer += part
        except OSError:
            pass
    return answer, sent


def test_a_hundred_megabytes_are_refused_and_the_server_stays_small(server: tuple[Server, Town]) -> None:
    running, town = server
    document = town.final()
    visitor = Visitor(running.url, "chen")
    before = running.memory()
    for path in (
        f"/documents/{document.id}/scans/files",
        "/enterprises/import",
        "/enterprises/new",
        "/sign-in",
        "/no-such",
    ):
        answer, _sent = push(running, path, visitor.cookie(), visitor.token, 100)
        assert b" 413 " in answer[:40] or not answer, answer[:200]
    for path in (f"/documents/{document.id}/scans/files", "/enterprises/new", "/check/x"):
        answer, _sent = push(running, path, visitor.cookie(), visitor.token, 100, chunked=True)
        assert b" 413 " in answer[:40] or b" 411 " in answer[:40] or not answer, answer[:200]
    answer, _sent = push(running, "/enterprises/new", visitor.cookie(), visitor.token, 60)
    assert b" 413 " in answer[:40]
    assert "超过 2 MB".encode() in answer
    assert running.memory() - before < 60, f"{before} MB before, {running.memory()} MB after"
    assert visitor.get("/documents").status == 200
    assert town.head(document.id).state.value == "定稿待签"


def test_hostile_bytes_on_the_wire_end_in_a_refusal(server: tuple[Server, Town]) -> None:
    running, _ = server
    for raw in (
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 40_000 + b"\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/sign-in HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.0\r\n\r\n",
        b"GET /static/../../config.py HTTP/1.0\r\n\r\n",
        b"GET /static/%2e%2e/%2e%2e/config.py HTTP/1.0\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as wire:
            try:
                wire.sendall(raw)
                wire.shutdown(socket.SHUT_WR)
                answer = wire.recv(65536)
            except OSError:
                answer = b""
        assert b" 500 " not in answer[:40], raw[:80]
        assert b"root:" not in answer
        assert b"class Settings" not in answer
    assert Visitor(running.url).get("/health").status == 200
