"""One more document type costs no code: files put beside the shipped ones, and everything follows."""

from __future__ import annotations

import copy
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from formserver.cli.main import main
from formserver.config import load_settings
from formserver.core.definitions.source import FileDefinitionSource
from formserver.core.definitions.tree_check import check_tree
from formserver.core.models import RenditionKind, State
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.rendering.engine import TemplateEngine
from tests.integration.definitions.ninth_type import KEY, SAMPLE, SCHEMA, TITLE, add_ninth_type, write
from tests.integration.documents.test_whole_path import follow, form_with_sample, new_document, press, sign
from tests.integration.product.paper_text import document_text
from tests.support.house import photo_of_paper
from tests.support.scans import intake_form
from tests.support.website import Website, fields, texts

ROOT = Path(__file__).parents[3]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileDefinitionSource:
    """Copies of the shipped folders with the new type's files in them; the settings point there."""
    schemas, templates = tmp_path / "schemas", tmp_path / "doc_templates"
    shutil.copytree(ROOT / "schemas", schemas)
    shutil.copytree(ROOT / "doc_templates", templates)
    add_ninth_type(schemas, templates)
    monkeypatch.setenv("FORMSERVER_SCHEMAS_DIR", str(schemas))
    monkeypatch.setenv("FORMSERVER_TEMPLATES_DIR", str(templates))
    return FileDefinitionSource(schemas, templates)


@pytest.fixture
def site(tree: FileDefinitionSource, tmp_path: Path) -> Iterator[Website]:
    """The website over those folders."""
    made = Website(tmp_path / "storage")
    yield made
    made.close()


def test_the_new_files_stand_up_to_every_check(tree: FileDefinitionSource) -> None:
    assert check_tree(tree) == []
    template = (tree.templates_dir / KEY / "v1.docx").read_bytes()
    schema = json.loads((tree.schemas_dir / "documents" / KEY / "v1.schema.json").read_text(encoding="utf-8"))
    assert [p for p in TemplateEngine().check_template(template, schema) if p.severity.value == "error"] == []


def test_the_command_line_makes_the_new_paper(tree: FileDefinitionSource, tmp_path: Path) -> None:
    load_settings.cache_clear()
    try:
        assert TITLE in CliRunner().invoke(main, ["types"]).output
        sample = tree.schemas_dir / "documents" / KEY / "sample.json"
        made = CliRunner().invoke(main, ["generate", KEY, str(sample), "-o", str(tmp_path / "x.docx")])
        assert made.exit_code == 0, made.output
        said = document_text(tmp_path / "x.docx")
        assert "皮带秤 < 0.5 级 & 煤粉秤" in said
        assert "𠮷字号窑头" in said
        assert "3号皮带秤检定证书超过有效期。\n已责令当场送检。" in said
        assert "98.5%" in said
        write(tmp_path / "b.json", {k: v for k, v in SAMPLE.items() if k not in {"fault_note", "rate"}})
        refused = CliRunner().invoke(main, ["generate", KEY, str(tmp_path / "b.json"), "-o", "y.docx"])
        assert refused.exit_code == 3
        assert "不合格情况" in refused.output, "the condition asks for it"
        assert "配备率" in refused.output
    finally:
        load_settings.cache_clear()


def test_the_new_type_goes_its_whole_way_on_the_web(tree: FileDefinitionSource, site: Website) -> None:
    client = site.client("chen")
    assert TITLE in client.get("/documents/new").text
    paper = new_document(site, KEY)
    page = client.get(f"/documents/{paper}/edit")
    assert "川西水泥有限公司" in page.text, "prefilled from the register"
    assert "陈志远" in page.text, "prefilled from the account"
    assert "来自企业档案" in page.text
    assert "不合格情况" in page.text

    form_with_sample(site, paper)
    page = client.get(f"/documents/{paper}/edit")
    saved = follow(
        client,
        client.post(f"/documents/{paper}/edit", data=fields(page.text, "//form[@id='doc-form']", do="save")),
    )
    assert "已保存为第1版" in saved.text
    assert "已定稿" in follow(client, press(site, paper, "finalise")).text

    (docx,) = site.context.service(Papers).renditions(site.actor("chen"), paper)
    assert docx.kind is RenditionKind.DOCX
    got = client.get(f"/documents/{paper}/files/{docx.id}", buffered=True)
    said = document_text(got.data)
    assert "皮带秤 < 0.5 级 & 煤粉秤" in said
    assert "☑部分不合格" in said

    unsigned = sign(site, paper, ("签字件.jpg", photo_of_paper()))
    assert "企业意见" in unsigned.text, "the field for the pen is asked for when the paper comes back"
    assert site.head(paper).state is State.FINAL
    page = client.get(f"/documents/{paper}/scans")
    name = next(n for n in intake_form(page.text) if "opinion" in n)
    done = follow(client, sign(site, paper, ("签字件.jpg", photo_of_paper()), **{name: "无异议"}))
    assert "签字件已登记" in done.text
    assert site.head(paper).state is State.SIGNED

    assert site.head(paper).title == "川西水泥有限公司计量器具抽查单"
    assert texts(client.get(f"/documents?type={KEY}"), "//tbody//a") == [site.head(paper).title]
    assert site.head(paper).title in client.get("/search?q=皮带秤").text
    head = site.head(paper)
    with site.context.store.uow() as u:
        version = u.documents.version(paper, head.head_version, SYSTEM_SCOPE)
    assert version.body["opinion"] == "无异议"
    assert measures(site, paper) == [("meter_rate", "98.5", "%")]


def measures(site: Website, document_id: str) -> list[tuple[str, str, str]]:
    """What statistics will find: straight from the table, no page shows it yet."""
    connection = sqlite3.connect(site.storage / "formserver.sqlite3")
    found = connection.execute(
        "SELECT key, value_text, unit FROM measure WHERE document_id = ?", (document_id,)
    ).fetchall()
    connection.close()
    return found


def broken(**words: Any) -> dict[str, Any]:
    """The properties of the schema with one of them changed."""
    properties = copy.deepcopy(SCHEMA["properties"])
    for key, change in words.items():
        properties[key] = {k: v for k, v in {**properties.get(key, {}), **change}.items() if v is not None}
    return properties


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"properties": broken(rate={"x-mesure": "x"})}, "不认识的词：x-mesure"),
        (
            {"properties": broken(rate={"x-measure": "no_such"})},
            "指标 no_such 没有在 schemas/measures.json 中登记",
        ),
        (
            {"properties": broken(fault_note={"x-show-when": {"at": "/resultt", "is": "x"}})},
            "/resultt 不是本文书的字段",
        ),
        ({"properties": broken(ent_name={"title": None})}, "缺少中文标题 title"),
        ({"properties": broken(checker={"x-source": "moon.phase"})}, "moon.phase"),
        ({"properties": broken(checker={"x-section": "nowhere"})}, "nowhere"),
        ({"required": ["ent_name", "seal"]}, "required 中的 seal 没有定义"),
        ({"$id": "documents/other/v1"}, "$id 应为 documents/meter_check/v1"),
        ({"additionalProperties": True}, "这里只能是 False"),
        ({"x-document": {**SCHEMA["x-document"], "lifecycle": "inward"}}, "“inward”不在可选的值中"),
    ],
)
def test_a_broken_variant_is_refused_with_the_place_and_the_reason(
    tree: FileDefinitionSource, changes: dict[str, Any], said: str
) -> None:
    path = tree.schemas_dir / "documents" / KEY / "v1.schema.json"
    write(path, {**json.loads(path.read_text(encoding="utf-8")), **changes})
    load_settings.cache_clear()
    try:
        done = CliRunner().invoke(main, ["check", "--no-pdf", "--no-templates"])
    finally:
        load_settings.cache_clear()
    assert done.exit_code == 1
    assert said in done.output
    assert f"document/{KEY}/v1" in done.output


def test_a_template_that_forgets_a_field_is_refused_by_the_fields_name(tree: FileDefinitionSource) -> None:
    from docx import Document

    path = tree.templates_dir / KEY / "v1.docx"
    paper = Document(io.BytesIO(path.read_bytes()))
    for paragraph in list(paper.paragraphs):
        if "{{ rate" in paragraph.text:
            paragraph._element.getparent().remove(paragraph._element)
    paper.save(str(path))
    schema = json.loads((tree.schemas_dir / "documents" / KEY / "v1.schema.json").read_text(encoding="utf-8"))
    found = TemplateEngine().check_template(path.read_bytes(), schema)
    assert any("配备率" in problem.message for problem in found)
    assert any("抽查结果" in problem.message for problem in found)
