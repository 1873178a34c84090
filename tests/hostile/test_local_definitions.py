"""Templates and schemas of an agency's own, used from the command line: a hostile one is refused by name, at once."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formserver.cli.main import main
from formserver.config import load_settings
from tests.hostile.server import ROOT

TYPE = "on_site_statement"
SECRET = "nobody-may-read-this-7319"


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """Definition folders of one's own, as FORMSERVER_SCHEMAS_DIR and FORMSERVER_TEMPLATES_DIR name them."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "schemas" / "published.json").write_text(
        '{"published": {}}'
    )  # nothing is frozen yet: an agency is trying something out
    (tmp_path / "templates").mkdir()
    for folder in (ROOT / "doc_templates").iterdir():
        if folder.is_dir():
            (tmp_path / "templates" / folder.name).symlink_to(folder)
    own = tmp_path / "templates" / TYPE
    own.unlink()
    shutil.copytree(ROOT / "doc_templates" / TYPE, own)
    (tmp_path / "secret.txt").write_text(SECRET)
    return tmp_path


def template(local: Path) -> Path:
    return local / "templates" / TYPE / "v1.docx"


def run(local: Path, *arguments: str) -> Result:
    """The command as typed, with folders of one's own."""
    env = {
        "FORMSERVER_ENVIRONMENT": "test",
        "FORMSERVER_SCHEMAS_DIR": str(local / "schemas"),
        "FORMSERVER_TEMPLATES_DIR": str(local / "templates"),
        "FORMSERVER_STORAGE_DIR": str(local / "storage"),
    }
    load_settings.cache_clear()
    try:
        done = CliRunner().invoke(main, list(arguments), env=env)
    finally:
        load_settings.cache_clear()
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def generate(local: Path) -> tuple[Result, Path]:
    source = ROOT / "schemas" / "documents" / TYPE / "sample.json"
    output = local / "out.docx"
    return run(local, "generate", TYPE, str(source), "-o", str(output)), output


def rewrite(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, change(item.filename, old.read(item.filename)))
        for name, data in more.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    path.write_bytes(out.getvalue())


def with_text(text: str) -> Callable[[str, bytes], bytes]:
    """The template with a paragraph before everything else."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    paragraph = f'<w:p><w:r><w:t xml:space="preserve">{escaped}</w:t></w:r></w:p>'.encode()
    return lambda name, data: (
        data.replace(b"<w:body>", b"<w:body>" + paragraph) if name == "word/document.xml" else data
    )


def relation(kind: str, target: str) -> Callable[[str, bytes], bytes]:
    link = (
        f'<Relationship Id="rIdEvil" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="External"/>'
    ).encode()
    return lambda name, data: (
        data.replace(b"</Relationships>", link + b"</Relationships>")
        if name == "word/_rels/document.xml.rels"
        else data
    )


def entity(name: str, data: bytes) -> bytes:
    if name != "word/document.xml":
        return data
    head, _, rest = data.partition(b"?>")
    return (
        head
        + b'?><!DOCTYPE x [<!ENTITY e SYSTEM "/etc/passwd">]>'
        + rest.replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p>")
    )


NESTED = "".join(f"{{% for {n} in range(9999) %}}" for n in "abc") + "x" + "{% endfor %}" * 3
HOSTILE: dict[str, Callable[[Path], None]] = {
    "reaches Python": lambda p: rewrite(p, with_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")),
    "opens a shell": lambda p: rewrite(p, with_text("{{ cycler.__init__.__globals__.os.popen('id').read() }}")),
    "reads a file": lambda p: rewrite(p, with_text("{% include '../../secret.txt' %}")),
    "never ends": lambda p: rewrite(p, with_text(NESTED)),
    "fills the memory": lambda p: rewrite(p, with_text("{{ 'A' * 1000000000 }}")),
    "counts for ever": lambda p: rewrite(p, with_text("{{ 9 ** 9 ** 9 }}")),
    "does not close": lambda p: rewrite(p, with_text("{% if issuing_organ %}")),
    "closes what is not open": lambda p: rewrite(p, with_text("{% endfor %}")),
    "cannot be read": lambda p: rewrite(p, with_text("{{ }} {% %} {{ a b }}")),
    "names an unknown field": lambda p: rewrite(p, with_text("{{ no_such_field }}")),
    "uses wide braces": lambda p: rewrite(p, with_text("｛｛ issuing_organ ｝｝")),
    "carries macros": lambda p: rewrite(p, lambda _n, x: x, word__vbaProject_dot_bin=b"x"),
    "includes another file": lambda p: rewrite(p, relation("attachedTemplate", "http://evil.example/x.dotm")),
    "shows a picture from elsewhere": lambda p: rewrite(p, relation("image", "http://evil.example/x.png")),
    "declares entities": lambda p: rewrite(p, entity),
    "is a zip bomb": lambda p: rewrite(p, lambda _n, x: x, word__bomb_dot_xml=b" " * 300_000_000),
    "is cut off": lambda p: p.write_bytes(p.read_bytes()[:5_000]),
    "is a program": lambda p: p.write_bytes(b"MZ" + b"\0" * 900),
    "is empty": lambda p: p.write_bytes(b""),
    "leaves the folder": lambda p: rewrite(p, lambda _n, x: x, **{"..__..__evil_dot_xml": b"<x/>"}),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_template_that_means_harm_makes_no_paper(local: Path, what: str) -> None:
    HOSTILE[what](template(local))
    began = time.monotonic()
    done, output = generate(local)
    assert time.monotonic() - began < 30
    if done.exit_code == 0:  # nothing in it did anything: what it holds is only carried or dropped
        assert what in ("shows a picture from elsewhere", "uses wide braces", "leaves the folder"), (
            done.stdout
        )
        with zipfile.ZipFile(output) as archive:
            assert not any(name.startswith(("/", "..")) for name in archive.namelist())
            everything = b"".join(archive.read(name) for name in archive.namelist())
            assert b"evil.example" not in everything
    else:
        assert not output.exists()
        assert any("\u4e00" <= c <= "\u9fff" for c in done.output), done.output
    assert SECRET not in done.output
    assert "root:" not in done.output


def test_an_honest_template_makes_a_paper(local: Path) -> None:
    done, output = generate(local)
    assert done.exit_code == 0, done.output
    assert output.stat().st_size > 5_000


def test_the_check_names_every_template_that_means_harm(local: Path) -> None:
    harms = {
        "inspection_notice": "reaches Python",
        "service_receipt": "carries macros",
        "power_of_attorney": "includes another file",
        "on_site_statement": "shows a picture from elsewhere",
        "site_record": "uses wide braces",
        "inquiry_record": "names an unknown field",
        "integrity_pledge": "is cut off",
        "verification_form": "is a zip bomb",
    }
    for key, what in harms.items():
        folder = local / "templates" / key
        if folder.is_symlink():
            folder.unlink()
            shutil.copytree(ROOT / "doc_templates" / key, folder)
        HOSTILE[what](folder / "v1.docx")
    done = run(local, "check", "--no-pdf")
    assert done.exit_code == 1, done.output
    for key, what in harms.items():
        named = [line for line in done.output.splitlines() if key in line or what in line]
        assert any("✗" in line for line in named) or "定义文件有误" in done.output, (key, what, done.output)
        assert named, (key, what)


@pytest.mark.parametrize(
    "schema",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"$ref": "http://evil.example/schema.json"}',
        b'{"$ref": "/etc/passwd"}',
        b'{"properties": {"a": {"pattern": "(a+)+$"}}}',
        b"\xff\xfe",
    ],
    ids=range(9),
)
def test_a_schema_that_is_none_is_named_by_the_check(local: Path, schema: bytes) -> None:
    (local / "schemas" / "documents" / TYPE / "v1.schema.json").write_bytes(schema)
    done = run(local, "check", "--no-templates", "--no-pdf")
    assert done.exit_code != 0
    assert TYPE in done.output
    assert "root:" not in done.output


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 100_000, b'{"x": NaN}', b"\xff", b'{"a": "\\ud800"}'], ids=range(7)
)
def test_a_body_that_is_none_is_refused_in_words(local: Path, body: bytes) -> None:
    path = local / "body.json"
    path.write_bytes(body)
    done = run(local, "generate", TYPE, str(path), "-o", str(local / "x.docx"))
    assert done.exit_code != 0
    assert not (local / "x.docx").exists()
