"""English by catalogue: the program's own Chinese texts are found and replaced; what people wrote never is.

Pages, scripts and services are written in Chinese. One gettext catalogue (``translations/en.po``, msgid = the
Chinese text) gives English for the fixed parts: texts of templates when a template is compiled, strings of scripts
when a script is served, and sentences a service has put together (``已取号：{}。``) when a page says them with the
filter ``t``. A text without a translation stays Chinese. Decision 0010 says why there is no ``gettext()`` in the code.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

CATALOGUE: Final = Path(__file__).parent / "translations" / "en.po"
CHINESE: Final = re.compile(r"[㐀-鿿]")
_RUN: Final = re.compile(r'[^<>"\n]+')
_HOLE: Final = re.compile(r"\{(\d*)\}")
_ONLY_MARKS: Final = re.compile(r"\s*[。，；：（）、]+\s*")
_MARKS: Final = str.maketrans(
    {"。": ". ", "，": ", ", "；": "; ", "：": ": ", "（": " (", "）": ")", "、": ", "}
)
_APART: Final = re.compile("[，。；：《》]")
"""What never stands in a name, a number or a state: a hole that would hold it belongs to another sentence."""
_OPENING: Final = ("“", "‘", "《", "「", "：", "（")
"""Before a hole: in it stands what people wrote, or a sentence of its own; never a word to translate."""
_MOST_TRIED: Final = 400
"""Characters a sentence of the program may have; longer texts are not compared with the patterns."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with holes, ready to be recognised: ``已取号：{}。``

    ``pieces`` stand around the holes; ``quoted`` are the holes in quotation marks: what somebody wrote or named.
    """

    pieces: tuple[str, ...]
    quoted: frozenset[int]
    english: str

    def parts(self, text: str) -> list[str] | None:
        """What fills the holes of ``text``, each as short as it can be; None: another sentence. In linear time."""
        first, last = self.pieces[0], self.pieces[-1]
        if not text.startswith(first) or not text.endswith(last):
            return None
        at, end = len(first), len(text) - len(last)
        found = []
        for piece in self.pieces[1:-1]:
            place = text.find(piece, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        return [*found, text[at:end]] if at <= end else None

    def swallows(self, parts: list[str]) -> bool:
        """Whether a hole outside quotation marks would hold half a sentence."""
        return any(n not in self.quoted and _APART.search(part) for n, part in enumerate(parts))


class Catalogue:
    """The translations of one language."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._fixed = {key: value for key, value in entries.items() if value and not _HOLE.search(key)}
        self._holed = {key: value for key, value in entries.items() if value and _HOLE.search(key)}
        made = [_pattern(key, value) for key, value in self._holed.items()]
        # the longest fixed text first: 第{}版已由{}保存 before 第{}版
        self._patterns = sorted(made, key=lambda p: -sum(map(len, p.pieces)))

    @property
    def entries(self) -> Mapping[str, str]:
        """Every translated text, holes as ``{}``."""
        return {**self._fixed, **self._holed}

    def with_sentences(self, pairs: Iterable[tuple[str, str]]) -> Catalogue:
        """This catalogue and sentences whose holes have names, as error messages have: (Chinese, English)."""
        more = {}
        for chinese, english in pairs:
            places = {name: str(place) for place, name in enumerate(re.findall(r"\{(\w+)\}", chinese))}
            numbered = english
            for name in set(re.findall(r"\{(\w+)\}", english)):
                numbered = numbered.replace(
                    "{" + name + "}", "{" + places[name] + "}" if name in places else ""
                )
            more[re.sub(r"\{\w+\}", "{}", chinese)] = numbered
        return Catalogue({**more, **self.entries})

    def fixed(self, text: str) -> str:
        """A text without holes, blanks around it kept; itself where it has no translation."""
        stripped = text.strip()
        found = self._fixed.get(stripped)
        return text if found is None else text.replace(stripped, found)

    def html(self, markup: str) -> str:
        """The texts and attribute values of a piece of a template."""
        return _RUN.sub(lambda m: self.piece(m.group()), markup)

    def piece(self, text: str) -> str:
        """A text of a template: translated, or marks of punctuation between values, written as in English."""
        if CHINESE.search(text):
            return self.fixed(text)
        return text.translate(_MARKS) if _ONLY_MARKS.fullmatch(text) else text

    def say(self, text: str) -> str:
        """A sentence the program made: fixed, or one whose holes hold what a person wrote, which stays as it is."""
        if not text or len(text) > _MOST_TRIED or not CHINESE.search(text):
            return text
        found = self.fixed(text)
        return self.sentence(text) if found is text else found

    def sentence(self, text: str) -> str:
        """A text with holes, recognised; itself if it is none, even where it is a fixed text."""
        if len(text) > _MOST_TRIED or not CHINESE.search(text):
            return text
        for pattern in self._patterns:
            parts = pattern.parts(text)
            if parts is not None and not pattern.swallows(parts):
                said = [part if n in pattern.quoted else self.fixed(part) for n, part in enumerate(parts)]
                return filled(pattern.english, said)
        return self._about_a_paper(text)

    def _about_a_paper(self, text: str) -> str:
        """``《…》已取号，文号 …``: the title as it is, then each half of the sentence."""
        title, mark, rest = text.partition("》")
        if not mark or not title.startswith("《") or rest.startswith("《"):
            return text
        head, comma, tail = rest.partition("，")
        said = self.say(rest)
        if said == rest and comma:
            said = self.say(head) + self.say(comma + tail)
        return text if said == rest else f"{title}》 {said}"

    def holed(self, key: str) -> str | None:
        """The translation of a sentence given with its holes, or None."""
        return self._holed.get(key) or self._fixed.get(key)


def filled(english: str, parts: list[str]) -> str:
    """``english`` with its holes filled: ``{0}`` by number, ``{}`` in order."""
    order = iter(range(len(parts)))

    def part(match: re.Match[str]) -> str:
        index = int(match.group(1)) if match.group(1) else next(order, -1)
        return parts[index] if 0 <= index < len(parts) else ""

    return _HOLE.sub(part, english)


def _pattern(key: str, english: str) -> Pattern:
    pieces = tuple(_HOLE.split(key)[::2])
    quoted = frozenset(n for n, piece in enumerate(pieces[:-1]) if piece.endswith(_OPENING))
    return Pattern(pieces, quoted, english)


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read a ``.po`` file; entries marked fuzzy are not used."""
    with path.open("rb") as file:
        found = read_po(file, locale="en")
    return Catalogue({str(m.id): str(m.string) for m in found if m.id and m.string and not m.fuzzy})


class Translated(Extension):
    """Replaces the Chinese texts of a template while it is compiled; costs nothing when a page is drawn.

    Strings that are compared, looked up or handed to ``url_for`` are values of the program and stay.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Called by Jinja for every template source."""
        return translated_tokens(list(stream), self.environment.fs_catalogue)  # type: ignore[attr-defined]


def translated_tokens(tokens: list[Token], catalogue: Catalogue) -> Iterator[Token]:
    """``tokens`` with texts for people replaced."""
    tokens = _version_in_front(tokens)
    for index, token in enumerate(tokens):
        if token.type == "data":
            yield Token(token.lineno, "data", catalogue.html(token.value))
        elif token.type == "string" and index in _said(tokens, index):
            said = catalogue.say(token.value) if CHINESE.search(token.value) else catalogue.piece(token.value)
            yield Token(token.lineno, "string", said)
        else:
            yield token


_BEFORE_VERSION: Final = re.compile(r'(^|[>"\n·])\s*第$')
_AFTER_VERSION: Final = re.compile(r'版(?=$|[<"\n])')


def _version_in_front(tokens: list[Token]) -> list[Token]:
    """``第{{ no }}版`` as ``Version {{ no }}``: the one text split by a value whose halves make no English."""
    made = list(tokens)
    places = [index for index, token in enumerate(made) if token.type == "data"]
    for first, second in itertools.pairwise(places):
        before, after = made[first], made[second]
        around_one = made[first + 1].type == "variable_begin" and made[second - 1].type == "variable_end"
        if around_one and _BEFORE_VERSION.search(before.value) and _AFTER_VERSION.match(after.value):
            made[first] = Token(before.lineno, "data", before.value[:-1] + "Version ")
            made[second] = Token(after.lineno, "data", after.value[1:])
    return made


def said_strings(tokens: list[Token]) -> Iterator[str]:
    """The Chinese string literals of a template that people read; for the tool that collects texts."""
    for index, token in enumerate(tokens):
        if token.type == "string" and CHINESE.search(token.value) and index in _said(tokens, index):
            yield token.value


_WORDS_OF_JINJA: Final = frozenset({"and", "else", "if", "in", "is", "not", "or"})
_COMPARES: Final = frozenset({"eq", "ne"})


def _said(tokens: list[Token], index: int) -> tuple[int, ...]:
    """``(index,)`` if the string at ``index`` is for people, ``()`` if the program works with it."""
    before, after = tokens[index - 1], tokens[index + 1]
    if before.type in _COMPARES or after.type in _COMPARES or after.type == "colon":
        return ()
    if before.type == "name" and before.value in ("in", "import", "extends", "include"):
        return ()
    depth = 0
    for place in range(index - 1, -1, -1):  # what opened the brackets around it
        token = tokens[place]
        if token.type in ("block_begin", "variable_begin", "data"):
            break
        if token.type in ("rparen", "rbracket", "rbrace"):
            depth += 1
        elif token.type in ("lparen", "lbracket", "lbrace"):
            if depth:
                depth -= 1
                continue
            opener = tokens[place - 1]
            if opener.type == "name" and opener.value == "url_for":
                return ()
            if opener.type == "name" and opener.value == "in" and not _of_loop(tokens, place - 1):
                return ()
            looked_in = opener.type in ("rparen", "rbracket") or (
                opener.type == "name" and opener.value not in _WORDS_OF_JINJA
            )
            if token.type == "lbracket" and looked_in:
                return ()  # a look-up
    return (index,)


def _of_loop(tokens: list[Token], place: int) -> bool:
    """Whether the ``in`` at ``place`` is that of ``{% for … in … %}``: what is walked through may be shown."""
    for index in range(place - 1, -1, -1):
        token = tokens[index]
        if token.type == "name" and token.value == "for":
            return tokens[index - 1].type == "block_begin"
        if token.type not in ("name", "comma", "lparen", "rparen"):
            return False
    return False


_LITERAL: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`", re.DOTALL
)
_COMPARED_BEFORE: Final = re.compile(r"(?:[=!]==?|case|includes\(|has\(|get\()\s*$")
_COMPARED_AFTER: Final = re.compile(r"\s*(?:[=!]==?|:(?!\s*\?))")


def script_texts(source: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, text with holes) of every Chinese string of a script; comments and compared values are left out."""
    for match in _LITERAL.finditer(source):
        literal = match.group()
        if literal[:2] in ("//", "/*") or not CHINESE.search(literal):
            continue
        if _COMPARED_BEFORE.search(source[max(0, match.start() - 12) : match.start()]):
            continue
        ternary = "?" in source[source.rfind("\n", 0, match.start()) + 1 : match.start()]
        after = _COMPARED_AFTER.match(source, match.end())
        if after and not (ternary and after.group().strip() == ":"):
            continue
        text = literal[1:-1]
        yield match.start() + 1, match.end() - 1, _holes(text)[0] if literal[0] == "`" else text


def translate_script(source: str, catalogue: Catalogue) -> str:
    """A script of ours with its Chinese strings in the language of the catalogue."""
    made, at = [], 0
    for start, end, key in script_texts(source):
        english = catalogue.holed(key.strip())
        if english is None:
            continue
        quote, original = source[start - 1], source[start:end]
        parts = _holes(original)[1] if quote == "`" else []
        text = filled(_escaped(english, quote), parts)
        lead = key[: len(key) - len(key.lstrip())]
        tail = key[len(key.rstrip()) :]
        made += [source[at:start], lead, text, tail]
        at = end
    return "".join([*made, source[at:]])


def _holes(template: str) -> tuple[str, list[str]]:
    """A template literal as text with ``{}`` and the ``${…}`` that stood there."""
    text, parts, at = [], [], 0
    while (start := template.find("${", at)) >= 0:
        depth, end = 1, start + 2
        while end < len(template) and depth:
            depth += {"{": 1, "}": -1}.get(template[end], 0)
            end += 1
        text += [template[at:start], "{}"]
        parts.append(template[start:end])
        at = end
    return "".join([*text, template[at:]]), parts


def _escaped(text: str, quote: str) -> str:
    return text.replace("\\", "\\\\").replace(quote, "\\" + quote)
