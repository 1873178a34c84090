"""``types``, ``generate``, ``check`` and ``demo -o``: papers without a database."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Shell
from tests.integration.product.paper_text import document_text

TITLES = (
    "节能监察通知书",
    "送达回证",
    "授权委托书",
    "节能监察现场告知书",
    "现场监察笔录",
    "调查（询问）笔录",
    "节能监察工作廉政承诺书",
    "廉政承诺反馈表",
    "节能监察现场核查表",
    "能耗对标表",
    "阶梯电价核算表",
)


@pytest.fixture
def body(shell: Shell, shipped: Callable[[str], Path]) -> Path:
    """The sample record of an inspection, as a file to generate from."""
    target = shell.folder / "笔录.json"
    shutil.copy(shipped("schemas") / "documents/site_record/sample.json", target)
    return target


def change(path: Path, **values: object) -> None:
    """Lay ``values`` over the body in a file; None takes a field away."""
    body = json.loads(path.read_text(encoding="utf-8"))
    body.update(values)
    path.write_text(json.dumps({k: v for k, v in body.items() if v is not None}), encoding="utf-8")


def test_types_lists_every_type_by_its_chinese_title(shell: Shell) -> None:
    said = shell.run("types").stdout
    assert all(title in said for title in TITLES)
    assert not shell.storage.exists(), "asking for the types needs no database"


def test_types_as_json_is_for_programs(shell: Shell) -> None:
    rows = json.loads(shell.run("types", "--json").stdout)
    assert {row["title"] for row in rows} == {*TITLES, "证据清单", "补录文书", "设备清单", "淘汰设备清单"}
    assert {
        "key": "inspection_notice",
        "edition": "v1",
        "title": "节能监察通知书",
        "numbering": "always",
    } in rows


def test_generate_makes_the_paper_and_its_manifest(shell: Shell, body: Path) -> None:
    done = shell.run("generate", "site_record", body, "-o", "笔录.docx", "--manifest", "清单.json")
    assert done.stdout.splitlines() == ["笔录.docx"]
    stated = json.loads(body.read_text(encoding="utf-8"))
    said = document_text(shell.folder / "笔录.docx")
    assert stated["sections"][0]["facts"].split("\n")[0] in said
    assert stated["enterprise"]["ent_name"] in said
    manifest = json.loads((shell.folder / "清单.json").read_text(encoding="utf-8"))
    assert manifest["parts"]


def test_number_and_organ_given_on_the_command_line_are_printed(
    shell: Shell, shipped: Callable[[str], Path]
) -> None:
    sample = shipped("schemas") / "documents/inspection_notice/sample.json"
    shell.call(
        "generate",
        "inspection_notice",
        sample,
        "-o",
        shell.folder / "a.docx",
        "--number",
        "川节监〔2026〕77号",
    )
    assert "川节监〔2026〕77号" in document_text(shell.folder / "a.docx")


@pytest.mark.libreoffice
def test_generate_with_pdf_prints_what_was_stated(shell: Shell, body: Path) -> None:
    from formserver.rendering.pdf_text import pdf_text

    done = shell.run("generate", "site_record", body, "-o", "笔录.docx", "--pdf")
    pages = pdf_text((shell.folder / "笔录.pdf").read_bytes())
    assert f"笔录.pdf  {len(pages)} 页" in done.stdout
    assert "川西水泥有限公司" in "".join(pages)


def test_an_unfinished_body_is_refused_place_by_place_in_both_languages(shell: Shell, body: Path) -> None:
    change(body, place=None, recorder=None)
    done = shell.run("generate", "site_record", body, "-o", "笔录.docx", code=3)
    assert "错误：有 2 处需要修改。" in done.stderr
    assert "error: 2 places need attention." in done.stderr
    assert "监察地点：请填写“监察地点”。" in done.stderr
    assert "记录人：" in done.stderr
    assert not (shell.folder / "笔录.docx").exists()


def test_an_unfinished_body_can_be_looked_at_with_a_watermark(shell: Shell, body: Path) -> None:
    change(body, place=None)
    shell.run("generate", "site_record", body, "-o", "样张.docx", "--draft")
    assert "川西水泥有限公司" in document_text(shell.folder / "样张.docx")
    with zipfile.ZipFile(shell.folder / "样张.docx") as archive:
        headers = [archive.read(name).decode() for name in archive.namelist() if "header" in name]
    assert any("预览 · 未完成" in header for header in headers)
    change(body, facts_of_nobody="x")
    refused = shell.call("generate", "site_record", body, "-o", shell.folder / "b.docx", "--draft", code=3)
    assert "facts_of_nobody" in refused.output


def test_an_unknown_type_is_not_found(shell: Shell, body: Path) -> None:
    done = shell.run("generate", "no_such_paper", body, "-o", "x.docx", code=4)
    assert "没有找到" in done.stderr
    assert "no_such_paper" in done.stderr
    assert "error: " in done.stderr


@pytest.mark.parametrize(
    "content",
    [b'{"place": ', b"[1, 2]", b"\xff\xfe\x00{", b"", b'"text"', b"[" * 20_000],
    ids=["cut", "list", "binary", "empty", "text", "nested"],
)
def test_a_file_that_is_no_body_is_named(shell: Shell, content: bytes) -> None:
    (shell.folder / "坏.json").write_bytes(content)
    done = shell.call(
        "generate", "site_record", shell.folder / "坏.json", "-o", shell.folder / "x.docx", code=3
    )
    assert "坏.json" in done.output
    assert "JSON" in done.output
    assert not (shell.folder / "x.docx").exists()


@pytest.mark.parametrize("value", ["甲\f乙", "甲\x00乙", "\ud800", "甲\ufffe乙"])
def test_a_character_no_paper_can_carry_is_refused_by_the_fields_name(
    shell: Shell, body: Path, value: str
) -> None:
    change(body, place=value)
    done = shell.call("generate", "site_record", body, "-o", shell.folder / "x.docx", code=3)
    assert "监察地点" in done.output


def test_a_body_with_a_byte_order_mark_is_read(shell: Shell, body: Path) -> None:
    body.write_bytes(b"\xef\xbb\xbf" + body.read_bytes())
    shell.call("generate", "site_record", body, "-o", shell.folder / "x.docx")


def test_a_place_that_cannot_be_written_is_named(shell: Shell, body: Path) -> None:
    done = shell.run("generate", "site_record", body, "-o", "没有此夹/x.docx", code=6)
    assert "没有此夹" in done.stderr
    assert "cannot be written" in done.stderr


def test_check_finds_nothing_against_what_is_shipped(shell: Shell) -> None:
    done = shell.run("check", "--no-pdf")
    assert all(f"✓ {title}" in done.stdout for title in TITLES)
    assert "仿宋" in done.stdout


@pytest.mark.libreoffice
def test_check_says_what_isolation_is_in_force(shell: Shell) -> None:
    said = shell.call("check", "--no-templates").output
    assert "PDF" in said
    assert "LibreOffice" in said


@pytest.fixture
def own_tree(shell: Shell, shipped: Callable[[str], Path]) -> Shell:
    """A terminal whose definition folders are copies that may be damaged."""
    for name in ("schemas", "doc_templates"):
        shutil.copytree(shipped(name), shell.folder / name)
    shell.env = {
        "FORMSERVER_SCHEMAS_DIR": str(shell.folder / "schemas"),
        "FORMSERVER_TEMPLATES_DIR": str(shell.folder / "doc_templates"),
    }
    return shell


def unpublish(tree: Shell) -> None:
    """As if nothing had been published yet: what a maintainer works on."""
    (tree.folder / "schemas/published.json").write_text('{"published": {}}', encoding="utf-8")


def test_check_names_a_published_template_that_was_changed(own_tree: Shell) -> None:
    (own_tree.folder / "doc_templates/site_record/v1.docx").write_bytes(b"PK\x03\x04 not a Word file")
    done = own_tree.run("check", "--no-pdf", code=1)
    assert "template/site_record/v1：已发布的文件被改动" in done.stderr


def test_check_names_a_damaged_template(own_tree: Shell) -> None:
    unpublish(own_tree)
    (own_tree.folder / "doc_templates/site_record/v1.docx").write_bytes(b"PK\x03\x04 not a Word file")
    done = own_tree.run("check", "--no-pdf", code=1)
    assert "✗ 现场监察笔录" in done.stdout
    assert "✓ 送达回证" in done.stdout
    assert "✗ 现场监察笔录：这不是 .docx 文件" in done.stderr


def test_check_names_a_damaged_schema_and_a_missing_template(own_tree: Shell) -> None:
    path = own_tree.folder / "schemas/documents/service_receipt/v1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["recipient"]["x-widgit"] = "text"
    path.write_text(json.dumps(schema), encoding="utf-8")
    (own_tree.folder / "doc_templates/site_record/v1.docx").unlink()
    done = own_tree.call("check", "--no-pdf", code=1)
    assert "x-widgit" in done.output
    assert "service_receipt" in done.output
    assert "缺少 Word 模板 site_record/v1.docx" in done.output


def test_check_names_a_field_that_no_template_prints(own_tree: Shell) -> None:
    unpublish(own_tree)
    path = own_tree.folder / "schemas/documents/service_receipt/v1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    section = schema["x-document"]["sections"][0]["key"]
    schema["properties"]["postscript"] = {"type": "string", "title": "附记", "x-section": section}
    path.write_text(json.dumps(schema), encoding="utf-8")
    done = own_tree.call("check", "--no-pdf", code=1)
    assert "✗ 送达回证（" in done.output
    assert "附记" in done.output
    assert "✓ 授权委托书（" in done.output


def test_the_demonstration_on_paper_bears_every_hard_character(shell: Shell) -> None:
    done = shell.run("demo", "-o", "示范", "--no-pdf")
    papers = {path.stem.partition("-")[2]: path for path in (shell.folder / "示范").glob("*.docx")}
    assert set(papers) == {*TITLES}
    assert all(title in done.stdout for title in TITLES)
    assert not shell.storage.exists(), "papers in a folder need no database"
    record = document_text(papers["现场监察笔录"])
    for hard in (
        "𠮷永强",
        "䶮工",
        "1050℃ < 1100℃",
        "-30Pa & 二次风温",
        "m³/h",
        "O₂",
        "“{{ 备注 }}”",
        "“{% 说明 %}”",
    ):
        assert hard in record, hard
    for title in ("现场监察笔录", "节能监察现场核查表"):
        body = json.loads(papers[title].with_suffix(".json").read_text(encoding="utf-8"))
        said = document_text(papers[title])
        assert len(body["equipment"]) == 40
        assert all(row["serial_no"] in said for row in body["equipment"] if "serial_no" in row)
    for title, path in papers.items():
        said = document_text(path)
        assert "{{" not in said.replace("“{{ 备注 }}”", ""), title
        for text in strings(json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))):
            if any(ord(c) > 0xFFFF or c in "䶮℃³₂<&" for c in text):
                assert text in said, (title, text[:60])


def strings(value: object) -> list[str]:
    """Every text anywhere in ``value``."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in strings(item)]


@pytest.mark.libreoffice
@pytest.mark.slow
def test_the_demonstration_on_paper_can_be_printed(shell: Shell) -> None:
    done = shell.run("demo", "-o", "示范")
    assert len(list((shell.folder / "示范").glob("*.pdf"))) == len(TITLES)
    assert done.stdout.count("PDF ") == len(TITLES)
