import pytest

from formserver.core.definitions.formats import (
    birth_date_of,
    check_docno,
    check_email,
    check_id_card,
    check_phone,
    check_uscc,
    half_width,
    normalise_docno,
    uscc_check_digit,
)
from formserver.core.errors import Severity


@pytest.mark.parametrize(
    "code", ["91330100799655058B", "9144030071526726XG", "91510000123456788G", "91510100MA6C00017C"]
)
def test_good_codes_pass(code):
    assert check_uscc(code) is None
    assert uscc_check_digit(code[:17]) == code[17]


@pytest.mark.parametrize(
    ("typed", "code", "suggestion"),
    [
        ("91510000123456788A", "USCC_CHECK_DIGIT", ""),
        ("9.15101E+17", "USCC_SCIENTIFIC", ""),
        ("510100000012345", "USCC_OLD", ""),
        ("9151000012345678", "USCC_LENGTH", ""),
        ("9I5I0000I23456788G", "USCC_CHARACTER", "91510000123456788G"),
        ("915IO1OOMA6COOO17C", "USCC_CHARACTER", "91510100MA6C00017C"),
        ("91510000 1234 56788g", "USCC_FORM", "91510000123456788G"),
        ("９１５１００００１２３４５６７８８Ｇ", "USCC_FORM", "91510000123456788G"),
        ("9151000012345678#G", "USCC_CHARACTER", ""),
    ],
)
def test_odd_codes_get_a_hint_and_only_a_wrong_check_digit_warns(typed, code, suggestion):
    finding = check_uscc(typed)
    assert (finding.code, finding.suggestion) == (code, suggestion)
    assert (finding.severity is Severity.WARNING) is (code == "USCC_CHECK_DIGIT")
    assert "营业执照" in finding.message or finding.suggestion


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("川节监通[2024]12号", "川节监通〔2024〕12号"),
        ("川节监通【2024】第012 号", "川节监通〔2024〕12号"),
        ("川节监通（2024）12号", "川节监通〔2024〕12号"),
        ("川节监通(2024)12号", "川节监通〔2024〕12号"),
        ("川节监通﹝2024﹞12号", "川节监通〔2024〕12号"),
        ("川节监(安)通〔2024〕1号", "川节监（安）通〔2024〕1号"),
        ("川节监通 〔２０２４〕12-1号", "川节监通〔2024〕12-1号"),
    ],
)
def test_document_numbers_are_brought_to_the_official_form(typed, normal):
    assert normalise_docno(typed) == normal
    assert normalise_docno(normal) == normal
    assert check_docno(normal) is None
    assert check_docno(typed).suggestion == normal


@pytest.mark.parametrize(
    "number",
    ["川节监（安）通〔2024〕1号", "川节监通〔2024〕12-1号", "川节监通〔2024〕1号、川经信函〔2024〕30号"],
)
def test_real_document_numbers_pass(number):
    assert check_docno(number) is None


def test_an_unusual_document_number_gets_a_hint():
    assert check_docno("文件一").severity is Severity.HINT


@pytest.mark.parametrize(
    "phone",
    [
        "21668950",
        "12345",
        "400-800-1234",
        "0769-21668950转801",
        "13560131653",
        "+86 13560131653",
        "(028)86661234",
        "02886661234、13560131653",
        "110",
    ],
)
def test_real_telephone_numbers_pass(phone):
    assert check_phone(phone) is None


@pytest.mark.parametrize("phone", ["abc", "12", "1356013165", "电话见附件"])
def test_odd_telephone_numbers_get_a_hint(phone):
    assert check_phone(phone).severity is Severity.HINT


def test_identity_numbers_are_checked_by_digit_and_birth_date():
    assert check_id_card("11010519491231002X") is None
    assert check_id_card("11010519491231002x") is None
    assert birth_date_of("11010519491231002X").isoformat() == "1949-12-31"
    assert check_id_card("110105194912310021").code == "ID_CARD_CHECK_DIGIT"
    assert check_id_card("110105194902300021").code == "ID_CARD_BIRTH"
    assert check_id_card("E12345678").code == "ID_CARD_FORM"
    assert birth_date_of("E12345678") is None


def test_mail_addresses():
    assert check_email("jiandu@example.gov.cn") is None
    assert check_email("jiandu@") is not None


def test_half_width_leaves_chinese_punctuation_words_alone():
    assert half_width("ＡＢＣ１２３，（）　甲") == "ABC123,() 甲"
