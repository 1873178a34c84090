"""Jinja's syntax errors in Chinese, for the person who wrote the template in Word."""

from __future__ import annotations

import re

_WORDS = (
    (r"No filter named '(.+?)'", "没有「{}」这个格式，请查模板语言的格式表"),
    (r"No test named '(.+?)'", "没有「{}」这个判断"),
    (r"Encountered unknown tag '(.+?)'", "不认识的标签「{}」"),
    (
        r"Unexpected end of template.*?innermost block that needs to be closed is '(.+?)'",
        "「{}」没有结束标签",
    ),
    (r"unexpected end of template", "占位符没有写完"),
    (r"unexpected '(.+?)'", "多了「{}」"),
    (r"expected token '(.+?)', got '(.+?)'", "此处应为「{}」，却是「{}」"),
    (r"Expected an expression, got '(.+?)'", "占位符里没有内容（遇到「{}」）"),
    (r"tag name expected", "标签里没有内容"),
    (r"unexpected char (.+?) at", "不认识的字符 {}"),
    (r"Missing end of comment tag", "注释没有用 #}} 结束"),
)
_TOKENS = {"end of print statement": "}}", "end of statement block": "%}", "name": "名称"}


def syntax_words(message: str) -> str:
    """``message`` in Chinese; what has no translation is quoted as it is."""
    for pattern, words in _WORDS:
        match = re.search(pattern, message, re.IGNORECASE | re.DOTALL)
        if match is not None:
            return words.format(*(_TOKENS.get(group, group) for group in match.groups()))
    return f"语法错误（{message}）"
