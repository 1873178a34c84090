"""Codes and numbers people copy from elsewhere: 统一社会信用代码, 身份证号码, 文号, 电话, 邮箱.

Everything here is soft: a finding is a hint or a warning that says what to look at, never a refusal, because real
papers carry old, foreign and mistyped numbers (a 15-digit registration, 12345, ``12-1号``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from formserver.core.errors import Severity

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5"})
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}", re.ASCII)
_BRACKETS: Final = str.maketrans(dict.fromkeys("[［【﹝〖", "〔") | dict.fromkeys("]］】﹞〗", "〕"))
_YEAR_IN_ROUND = re.compile(r"[（(]((?:19|20)[0-9]{2})[）)]", re.ASCII)
_SERIAL = re.compile(r"〔\s*((?:19|20)[0-9]{2})\s*〕\s*第?\s*0*([0-9]+(?:-[0-9]+)?)\s*号", re.ASCII)
_DOCNO = re.compile(r"[一-鿿〇（）A-Za-z0-9·]{1,30}〔(?:19|20)[0-9]{2}〕[1-9][0-9]*(?:-[0-9]+)?号", re.ASCII)
_PHONE = re.compile(
    r"(?:\+?86[- ]?)?1[3-9][0-9]{9}"
    r"|(?:\(?0[0-9]{2,3}\)?[- ]?)?[2-9][0-9]{6,7}(?:(?:-|转|\*)[0-9]{1,6})?"
    r"|[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}(?:[- ]?[0-9]{1,2})?"
    r"|1[0-9]{2,5}|9[0-9]{4,5}",
    re.ASCII,
)
_EMAIL = re.compile(r"[^@\s,;，；]+@[^@\s,;，；.]+(?:\.[^@\s,;，；.]+)+")
_SEVERAL = re.compile(r"[、;；,，/／]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at in a number: ``suggestion`` is what was probably meant, or empty."""

    code: str
    message: str
    severity: Severity = Severity.HINT
    suggestion: str = ""


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones; everything else stays."""
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in text).replace(
        "　", " "
    )


def uscc_check_digit(first17: str) -> str:
    """The 18th character by GB 32100-2015. Raises ValueError for a character outside its alphabet."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def check_uscc(text: str) -> Finding | None:
    """What is odd about a 统一社会信用代码, or None."""
    cleaned = re.sub(r"[\s-]", "", half_width(text)).upper()
    if _SCIENTIFIC.fullmatch(cleaned):
        return Finding(
            "USCC_SCIENTIFIC",
            "这是表格软件改写过的数字，后面的位数已经丢失，请对照营业执照重新填写 18 位代码。",
        )
    if re.fullmatch("[0-9]{15}", cleaned):
        return Finding("USCC_OLD", "这是 15 位的旧注册号，请对照营业执照换成 18 位统一社会信用代码。")
    if len(cleaned) != 18:
        return Finding(
            "USCC_LENGTH", f"统一社会信用代码应为 18 位，现在是 {len(cleaned)} 位，请对照营业执照核对。"
        )
    fixed = cleaned.translate(_LOOKALIKES)
    if any(c not in USCC_ALPHABET for c in fixed):
        return Finding(
            "USCC_CHARACTER", "统一社会信用代码只有数字和大写字母，且不含 I、O、Z、S、V，请对照营业执照核对。"
        )
    good = uscc_check_digit(fixed[:17]) == fixed[17]
    if fixed != cleaned:
        return Finding(
            "USCC_CHARACTER",
            f"统一社会信用代码不含字母 I、O、Z、S、V，是不是 {fixed}？请对照营业执照核对。",
            suggestion=fixed if good else "",
        )
    if not good:
        return Finding("USCC_CHECK_DIGIT", "统一社会信用代码的校验位不对，请核对营业执照。", Severity.WARNING)
    if fixed != text:
        return Finding("USCC_FORM", f"建议写成 {fixed}（大写，不留空格）。", suggestion=fixed)
    return None


def check_id_card(text: str) -> Finding | None:
    """What is odd about a resident identity number (GB 11643-1999), or None."""
    if re.fullmatch("[0-9]{17}[0-9Xx]", text, re.ASCII) is None:
        return Finding(
            "ID_CARD_FORM", "居民身份证号码应为 18 位数字（末位可以是 X），请核对证件。", Severity.WARNING
        )
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return Finding("ID_CARD_BIRTH", "身份证号码中的出生日期不存在，请核对证件。", Severity.WARNING)
    total = sum(int(c) * w for c, w in zip(text[:17], _ID_WEIGHTS, strict=True))
    if _ID_CHECKS[total % 11] != text[17].upper():
        return Finding("ID_CARD_CHECK_DIGIT", "身份证号码的校验位不对，请核对证件。", Severity.WARNING)
    return None


def birth_date_of(id_card: str) -> date | None:
    """The birth date a well-formed identity number carries, or None."""
    return (
        None if check_id_card(id_card) else date(int(id_card[6:10]), int(id_card[10:12]), int(id_card[12:14]))
    )


def normalise_docno(text: str) -> str:
    """A 文号 in the form of GB/T 9704: 〔〕 around the year, no 第, no blank, no leading zero; 川节监（安）通 stays."""
    cleaned = half_width(text).translate(_BRACKETS).replace("(", "（").replace(")", "）").strip()
    cleaned = _YEAR_IN_ROUND.sub(r"〔\1〕", cleaned)
    cleaned = _SERIAL.sub(r"〔\1〕\2号", cleaned)
    return re.sub(r"\s+(?=〔)", "", cleaned)


def check_docno(text: str) -> Finding | None:
    """What is odd about a 文号, or None; several (a joint paper) are separated by 、."""
    normal = normalise_docno(text)
    if all(_DOCNO.fullmatch(part.strip()) for part in _SEVERAL.split(normal)):
        if normal != text:
            return Finding("DOCNO_STYLE", f"文号建议写成 {normal}。", suggestion=normal)
        return None
    return Finding("DOCNO_FORM", "文号通常写成“川节监通〔2024〕12号”，请核对。")


def check_phone(text: str) -> Finding | None:
    """What is odd about a telephone number, or None; short service numbers and extensions are fine."""
    parts = [part.strip() for part in _SEVERAL.split(half_width(text))]
    if all(_PHONE.fullmatch(re.sub(r"[—–－]", "-", part)) for part in parts):
        return None
    return Finding("PHONE_FORM", "这不像常见的电话号码，请核对（区号与号码之间用“-”，分机用“转”）。")


def check_email(text: str) -> Finding | None:
    """What is odd about a mail address, or None."""
    return (
        None
        if _EMAIL.fullmatch(text)
        else Finding("EMAIL_FORM", "邮箱地址通常写成 name@example.cn，请核对。")
    )


SOFT_CHECKS: Final = {
    "uscc": check_uscc,
    "phone": check_phone,
    "docno": check_docno,
    "id-card": check_id_card,
    "email": check_email,
}
"""``x-format`` → its check."""
