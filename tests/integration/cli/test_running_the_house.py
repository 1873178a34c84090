"""Accounts, agencies, migration, production, help: what an administrator types."""

from __future__ import annotations

import re
import socket
import sqlite3

import pytest
from click.testing import CliRunner

from formserver.cli.main import _COMMANDS, main
from tests.integration.cli.conftest import Shell

PASSWORD = "Jiancha-2026-qingshi"
COMMANDS = (*sorted(_COMMANDS), "user add", "user passwd", "user list", "agency list", "agency load")


def test_help_lists_every_command_in_both_languages(shell: Shell) -> None:
    said = shell.run("--help").stdout
    for name, (_, line) in _COMMANDS.items():
        assert f"  {name} " in said
        assert line[:8] in said
    assert "exit codes: 0 成功 ok" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_is_chinese_and_english(command: str) -> None:
    done = CliRunner().invoke(main, [*command.split(), "--help"], prog_name="formserver")
    assert done.exit_code == 0, done.output
    own = done.output.partition("Options:")[0].partition("\n")[2]
    assert any("\u4e00" <= c <= "\u9fff" for c in own), "no Chinese"
    words = re.findall("[A-Za-z]{3,}", own)
    assert len(words) >= 2, "no English"


def test_the_lines_of_the_list_belong_to_commands_that_exist() -> None:
    group = main
    for name in _COMMANDS:
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name


def test_an_unknown_command_is_a_usage_error(shell: Shell) -> None:
    assert "no-such-command" in shell.call("no-such-command", code=2).output


def test_migrate_makes_the_database_and_again_changes_nothing(shell: Shell) -> None:
    first = shell.run("migrate").stdout
    assert "数据库已是最新" in first
    connection = sqlite3.connect(shell.storage / "formserver.sqlite3")
    before = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    definitions = connection.execute("SELECT kind, name, version, sha256, status FROM definition").fetchall()
    connection.close()
    assert shell.call("migrate").output == first
    connection = sqlite3.connect(shell.storage / "formserver.sqlite3")
    assert connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == before
    again = connection.execute("SELECT kind, name, version, sha256, status FROM definition").fetchall()
    connection.close()
    assert sorted(again) == sorted(definitions)
    assert len(definitions) > 50


def test_agencies_are_loaded_and_shown_as_a_tree(shell: Shell) -> None:
    assert "已新增" in shell.run("agency", "load").stdout
    assert "已新增 0 个" in shell.call("agency", "load").output
    lines = shell.run("agency", "list").stdout.splitlines()
    assert "SC\t四川省节能监察中心" in lines
    assert "  SC-CX\t川西市节能监察中心" in lines


def test_accounts_are_added_listed_and_given_new_passwords(demo_shell: Shell) -> None:
    words = ("user", "add", "zhang", "--name", "张三", "--agency", "SC-CX", "--role", "inspector")
    assert "已新增用户 zhang（张三）" in demo_shell.run(*words, "--password", PASSWORD).stdout
    listed = demo_shell.run("user", "list").stdout.splitlines()
    assert "zhang\t张三\t川西市节能监察中心\tinspector" in listed
    typed = demo_shell.run("user", "passwd", "zhang", typed=f"{PASSWORD}-2\n{PASSWORD}-2\n")
    assert "zhang（张三）的密码已重设" in typed.stdout
    assert PASSWORD not in typed.stdout + typed.stderr, "a typed password is not shown"
    refused = demo_shell.call(*words, "--password", PASSWORD, code=5).output
    assert "已被使用" in refused
    assert "is taken" in refused


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "li", "--name", "李四", "--agency", "XX", "--role", "inspector"), 4, "XX"),
        (("add", "li", "--name", "李四", "--agency", "SC", "--role", "king"), 3, "king"),
        (("passwd", "nobody"), 4, "没有找到用户"),
    ],
)
def test_accounts_that_cannot_be_are_refused_by_name(
    demo_shell: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in demo_shell.call("user", *words, "--password", PASSWORD, code=code).output


def test_a_weak_password_is_refused_with_the_reason(demo_shell: Shell) -> None:
    done = demo_shell.call("user", "passwd", "demo", "--password", "short", code=3)
    assert "至少 10 个字符" in done.output
    assert "short" not in done.output


def test_production_refuses_the_example_secret_in_one_plain_sentence(shell: Shell) -> None:
    done = shell.run("migrate", code=3, FORMSERVER_ENVIRONMENT="production")
    assert "生产环境必须设置 FORMSERVER_SECRET_KEY" in done.stderr
    assert "Production refuses the example secret key" in done.stderr
    assert not shell.storage.exists()


def test_production_starts_with_a_secret_and_refuses_the_demonstration(shell: Shell) -> None:
    own = {"FORMSERVER_ENVIRONMENT": "production", "FORMSERVER_SECRET_KEY": "k9" * 20}
    done = shell.run("demo", code=7, **own)
    assert "生产环境不写入演示数据" in done.stderr
    assert "refused in production" in done.stderr
    assert not shell.storage.exists()
    shell.call("migrate", **own)


def test_a_setting_that_cannot_be_is_named_and_its_value_kept_to_itself(shell: Shell) -> None:
    done = shell.call("types", code=3, FORMSERVER_PORT="eighty")
    assert "FORMSERVER_PORT：监听端口" in done.output
    secret = shell.call(
        "types", code=3, FORMSERVER_ENVIRONMENT="production", FORMSERVER_SECRET_KEY="tooshort"
    )
    assert "FORMSERVER_SECRET_KEY" in secret.output
    assert "tooshort" not in secret.output


def test_a_port_in_use_is_said_plainly_and_no_worker_is_left_behind(demo_shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = demo_shell.run("run", "--port", port, code=6)
    assert f"127.0.0.1:{port}" in done.stderr
    assert "监听" in done.stderr
    assert "cannot be listened on" in done.stderr
    assert "worker" not in done.stderr


def test_a_storage_folder_that_cannot_be_used_is_named(shell: Shell) -> None:
    (shell.folder / "file").write_text("not a folder")
    shell.storage = shell.folder / "file" / "storage"
    done = shell.run("migrate", code=6)
    assert "数据目录" in done.stderr
    assert "FORMSERVER_STORAGE_DIR" in done.stderr
