"""The font policy on this machine's fonts and on an agency's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from formserver.core.errors import Severity
from formserver.rendering.fonts import FACES, FontPolicy, Standing, font_report
from formserver.rendering.fonts_config import fontconfig_xml
from formserver.rendering.fonts_files import SYSTEM_FOLDERS, FontLibrary
from formserver.rendering.fonts_glyphs import glyph_problems, missing_glyphs, replaced_glyphs

if FontLibrary(SYSTEM_FOLDERS).find("Noto Serif CJK SC") is None:
    pytest.skip("Noto CJK fonts are not installed", allow_module_level=True)

FONTS = Path(__file__).parents[3] / "storage" / "fonts"


@pytest.fixture(scope="module")
def policy() -> FontPolicy:
    return FontPolicy([FONTS])


def _renamed(policy: FontPolicy, family: str, target: Path) -> None:
    """A copy of a real font under another family name, as a licensed font would be."""
    face = policy.library.find("Liberation Serif") or policy.library.find("DejaVu Serif")
    assert face is not None
    with TTFont(face.path) as font:
        font["name"].names = []
        for name_id, text in ((1, family), (2, "Regular"), (4, family), (6, "Licensed")):
            font["name"].setName(text, name_id, 3, 1, 0x804)
        font.save(target)


def test_every_official_face_has_a_real_file_behind_it(policy: FontPolicy) -> None:
    for resolved in policy.report():
        assert resolved.standing in (Standing.OFFICIAL, Standing.SUBSTITUTE), resolved.requested
        assert resolved.face is not None
        assert resolved.face.path.is_file()


def test_the_report_is_plain_data_in_the_order_of_the_policy() -> None:
    report = [entry.as_dict() for entry in font_report(FONTS)]
    assert [entry["requested"] for entry in report] == [face.name for face in FACES]
    assert all(isinstance(value, str) for entry in report for value in entry.values())


def test_a_title_face_is_replaced_by_the_bold_of_a_serif(policy: FontPolicy) -> None:
    face = policy.resolve("方正小标宋简体").face
    assert face is not None
    assert face.family == "Noto Serif CJK SC"
    assert face.weight == 700


def test_all_spellings_of_a_face_resolve_to_one_file(policy: FontPolicy) -> None:
    for official in FACES:
        found = {(r.face.path, r.face.index) for r in map(policy.resolve, official.names) if r.face}
        assert len(found) == 1, official.name


def test_an_unknown_face_falls_back_to_a_chinese_serif_not_to_whatever_comes_first(
    policy: FontPolicy,
) -> None:
    resolved = policy.resolve("不存在的字体")
    assert resolved.standing is Standing.LAST_RESORT
    assert resolved.face is not None
    assert resolved.face.family == "Noto Serif CJK SC"


def test_a_licensed_font_in_the_folder_serves_every_spelling_of_its_face(
    tmp_path: Path, policy: FontPolicy
) -> None:
    _renamed(policy, "仿宋_GB2312", tmp_path / "simfang.ttf")
    licensed = FontPolicy([tmp_path])
    for name in ("仿宋_GB2312", "仿宋", "FangSong"):
        resolved = licensed.resolve(name)
        assert resolved.standing is Standing.OFFICIAL
        assert resolved.face is not None
        assert resolved.face.path.parent == tmp_path


def test_a_machine_without_fonts_says_missing_and_does_not_fail(tmp_path: Path) -> None:
    bare = FontPolicy([], system=[tmp_path])
    assert {resolved.standing for resolved in bare.report()} == {Standing.MISSING}
    assert missing_glyphs("字", "宋体", bare) == ["字"]
    ElementTree.fromstring(fontconfig_xml(bare, tmp_path))


def test_a_broken_font_file_is_reported_and_skipped(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font at all")
    library = FontLibrary([tmp_path])
    assert library.faces == []
    assert library.unreadable == [tmp_path / "broken.ttf"]


@pytest.mark.skipif(shutil.which("fc-match") is None, reason="fontconfig tools are not installed")
def test_fontconfig_chooses_what_the_policy_says_for_every_spelling(
    tmp_path: Path, policy: FontPolicy
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(fontconfig_xml(policy, tmp_path / "cache"), encoding="utf-8")
    for official in FACES:
        for name in official.names:
            face = policy.resolve(name).face
            assert face is not None
            answer = subprocess.run(
                ["fc-match", "-f", "%{file}|%{index}", name.replace("-", r"\-")],
                env={**os.environ, "FONTCONFIG_FILE": str(config)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert answer == f"{face.path}|{face.index}", name


def test_common_office_characters_can_be_drawn_in_every_face(policy: FontPolicy) -> None:
    for official in FACES:
        assert missing_glyphs("𠮷䶮镕喆℃m³①㎡〔2026〕×÷≤≥½", official.name, policy) == []


def test_a_borrowed_ideograph_in_a_name_is_a_hint_that_names_field_character_and_font(
    policy: FontPolicy,
) -> None:
    face = policy.resolve("楷体_GB2312").face
    assert face is not None
    (problem,) = glyph_problems(
        "吉林𠮷水泥³", "楷体_GB2312", label="企业名称", pointer="/enterprise/name", policy=policy
    )
    assert problem.severity is Severity.HINT
    assert problem.pointer == "/enterprise/name"
    assert "企业名称中的“𠮷”（U+20BB7）" in problem.message
    assert face.family in problem.message
    assert "将由 Noto Serif CJK SC 代替" in problem.message


def test_a_character_nobody_can_draw_is_a_warning(policy: FontPolicy) -> None:
    absent = next(c for c in map(chr, range(0x30000, 0x30100)) if policy.glyph_source(c, "宋体") is None)
    (problem,) = glyph_problems(f"张{absent}三", "宋体", label="姓名", policy=policy)
    assert problem.severity is Severity.WARNING
    assert f"姓名中的“{absent}”" in problem.message
    assert "无法显示" in problem.message


def test_spaces_and_invisible_characters_need_no_glyph(policy: FontPolicy) -> None:
    text = "一 二\u3000三\n\t\u200b\u00a0"
    assert missing_glyphs(text, "宋体", policy) == []
    assert replaced_glyphs(text, "宋体", policy) == []
