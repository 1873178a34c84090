"""csv and txt: encodings, separators, quoted line breaks."""

from __future__ import annotations

import pytest

from tests.unit.equipment.reading.conftest import Read

TEXT = '序号,设备名称,型号,备注\n1,三相异步电动机,Y160M-4,"备用,\n已停"\n2,离心通风机,8-18,无\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_every_encoding_and_separator_gives_the_same_rows(encoding, separator):
    text = TEXT.replace('"备用,', "\0").replace(",", separator).replace("\0", '"备用,')
    read = Read(text.encode(encoding), "清单.csv")
    assert [row.values["model"] for row in read.rows] == ["Y160M-4", "8-18"]
    assert read.rows[0].cells["remark"] == "备用, 已停"
    assert read.rows[1].row == 3
    assert "编码" in read.plan.remarks[0]


def test_old_line_ends_and_wrapped_cells():
    read = Read('设备名称,型号\r\n风机,="8-18"\r\n风机,="1E3"\r\n'.encode("gb18030"), "x.csv")
    assert [row.values["model"] for row in read.rows] == ["8-18", "1E3"]


def test_a_model_that_became_a_date_before_it_was_saved_as_text():
    assert Read("设备名称,型号\n风机,8月18日\n".encode(), "x.csv").codes() == ["MODEL_DATE"]


def test_lines_of_different_lengths_lose_nothing():
    read = Read("名称,型号\n水泵,IS80,多出来的\n风机\n".encode(), "x.csv")
    assert read.rows[0].extra == {"C列": "多出来的"}
    assert read.codes(1) == ["MODEL_EMPTY"]


def test_rare_characters_of_gb18030():
    assert Read("设备名称,型号\n㮾水泵,IS80\n".encode("gb18030"), "x.csv").rows[0].values["name"] == "㮾水泵"
