"""``migrate``, ``migration``, ``run`` and ``worker``: the server's own life."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import click
import structlog

from formserver.config import load_settings
from formserver.core.clock import SystemClock, today_in_china
from formserver.core.errors import AppError, Kind, error_code
from formserver.core.runner import JobRunner
from formserver.store.blobs import LocalBlobs
from formserver.store.migrate import current_revision, draft_migration, head_revision
from formserver.store.migrate import migrate as upgrade
from formserver.store.seals import seal_all, write_anchor
from formserver.web.collector import settle
from formserver.web.context import AppContext

log = logging.getLogger("formserver")
ADDRESS_UNUSABLE = error_code(
    "ADDRESS_UNUSABLE",
    Kind.UNAVAILABLE,
    zh="不能在 {address} 监听：{reason}。可能已有一个服务在运行；请先停止它，或用 --port 换一个端口。",
    en="{address} cannot be listened on: {reason}. Stop what runs there, or choose another --port.",
)
_SEAL_SECONDS = 15.0
_ABANDONED = timedelta(days=1)  # no upload lasts that long


def configure_logging() -> None:
    """Structured lines on standard error: time, level, event. Never bodies, never id numbers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ]
    )
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


@click.command("migrate")
def migrate() -> None:
    """建立或升级数据库，登记随附的文书定义。Create or upgrade the database."""
    from formserver.app import build_context

    context = build_context(load_settings())
    engine = context.store.engine  # type: ignore[attr-defined]
    click.echo(f"数据库已是最新：{current_revision(engine) or head_revision()}")


@click.command("migration")
@click.argument("message")
def migration(message: str) -> None:
    """由表定义的差异起草一个迁移文件。Draft a migration file from the difference between tables and history.

    写好后请逐行阅读，再运行测试（迁移会被升级、降级各一次）。
    """
    import tempfile
    from pathlib import Path

    from formserver.store.engine import make_engine
    from formserver.store.metadata import metadata

    importlib.import_module("formserver.app")  # every slice declares its tables
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'history.sqlite3'}")
        upgrade(engine)
        path = draft_migration(engine, message, metadata, today_in_china(SystemClock()).isoformat())
        engine.dispose()
    click.echo(str(path))


@click.command("run")
@click.option("--host", help="监听地址 address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), help="监听端口 port to listen on")
@click.option("--no-worker", is_flag=True, help="不启动后台进程 without the worker process")
def run(host: str | None, port: int | None, no_worker: bool) -> None:
    """启动网页服务和一个后台进程。Serve the pages, with one worker beside."""
    import waitress

    from formserver.app import build_context, create_app

    configure_logging()
    settings = load_settings()
    context = build_context(settings)
    app = create_app(settings, context)
    settle()
    address, at = host or settings.host, port or settings.port
    try:
        server = waitress.create_server(
            app,
            host=address,
            port=at,
            threads=settings.threads,
            ident=None,
            max_request_body_size=(settings.max_upload_mb + 4) << 20,
            channel_timeout=60,
        )
    except OSError as error:
        raise ADDRESS_UNUSABLE(address=f"{address}:{at}", reason=error.strerror or str(error)) from error
    worker = None if no_worker else WorkerProcess()
    if worker is not None:
        worker.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress then ends and the worker is asked to
    click.secho(f"工业节能监察文书服务器：http://{address}:{at}", bold=True)
    try:
        server.run()
    finally:
        if worker is not None:
            worker.stop()


class WorkerProcess:
    """Keeps one ``formserver worker`` alive beside the web; it ends when this process does, however it ends."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True, name="worker-keeper")

    def start(self) -> None:
        """Start, and restart whenever it ends by itself."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to finish the job in hand; kill it after a while."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _keep(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            started = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "formserver.cli.main", "worker", "--with-parent"],
                stdin=subprocess.PIPE,
            )
            self._process.wait()
            if self._stopping.is_set():
                return
            log.error("the worker ended with %s; starting another", self._process.returncode)
            pause = 1.0 if time.monotonic() - started > 60 else min(pause * 2, 30.0)
            self._stopping.wait(pause)


@click.command("worker")
@click.option("--with-parent", is_flag=True, hidden=True)
@click.option("--once", is_flag=True, help="做完排队的任务后结束 end when the queue is empty")
def worker(with_parent: bool, once: bool) -> None:
    """后台进程：生成 PDF、封存事件等。Run jobs: PDF, seals, …"""
    from formserver.app import build_context

    configure_logging()
    settings = load_settings()
    context = build_context(settings)
    if once:
        done = JobRunner(context.store, context.job_handlers, context.clock).run_all()
        seal_events(context)
        context.close()
        click.echo(f"已完成 {done} 个任务。")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_wait_for_end, args=(sys.stdin.fileno(), stop), daemon=True).start()
    runners = [
        JobRunner(context.store, context.job_handlers, context.clock)
        for _ in range(max(1, settings.pdf_workers))
    ]
    threads = [threading.Thread(target=runner.run_forever, daemon=True) for runner in runners]
    for thread in threads:
        thread.start()
    while not stop.wait(_SEAL_SECONDS):
        try:
            seal_events(context)
        except AppError:
            log.exception("events could not be sealed; trying again")
    for runner in runners:
        runner.stop()
    for thread in threads:
        thread.join(timeout=10)
    context.close()


def seal_events(context: AppContext) -> None:
    """Seal what happened since the last seal, write the day's anchor, clear what interrupted uploads left."""
    now = context.clock.now()
    seal_all(context.store, now)
    write_anchor(context.store, context.settings.anchors, now)
    if isinstance(context.store.blobs, LocalBlobs):
        context.store.blobs.sweep_temporary(older_than=(now - _ABANDONED).timestamp())


def _wait_for_end(pipe: int, stop: threading.Event) -> None:
    while os.read(pipe, 64):  # unbuffered: a buffered reader would hold its lock while the interpreter ends
        pass
    stop.set()
