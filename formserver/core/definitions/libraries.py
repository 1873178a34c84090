"""Clause libraries and the law register: texts an expert keeps, chosen by key, by topic and by date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from formserver.core.definitions.formats import half_width
from formserver.core.pinyin import initials

_GLUED: Final = re.compile(r"([a-z\u4e00-\u9fff])(第?[0-9]+条?)(?![0-9.])")
"""``jnf12``, ``节能法第12条``: a name with an article behind it, without a blank."""
_CHINESE_DIGITS: Final = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class ClauseLibrary:
    """One edition of a library. ``items`` are as written in the file."""

    name: str
    edition: str
    title: str
    kind: str
    sha256: str
    confidence: str
    items: tuple[Mapping[str, Any], ...] = field(repr=False)

    def select(
        self, *, key: str = "", topic: str = "", chosen: Sequence[Any] = ()
    ) -> tuple[Mapping[str, Any], ...]:
        """The item of that key, or the items whose list ``topic`` shares a value with ``chosen``.

        An item without such a list always stays; without a topic every item stays.
        """
        if key:
            return tuple(item for item in self.items if item["key"] == key)
        if not topic:
            return self.items
        return tuple(
            i for i in self.items if not isinstance(i.get(topic), list) or set(i[topic]) & set(chosen)
        )

    @staticmethod
    def text_of(items: Iterable[Mapping[str, Any]]) -> str:
        """The items' texts, one per line."""
        return "\n".join(str(item["text"]) for item in items if "text" in item)

    def reference(self) -> dict[str, str]:
        """What a version records: library, edition, hash."""
        return {"library": self.name, "edition": self.edition, "sha256": self.sha256}


def library_from_json(data: Mapping[str, Any], sha256: str) -> ClauseLibrary:
    """A library file as an object. Raises KeyError for a file that would not pass its meta-schema."""
    _, name, edition = data["$id"].split("/")
    return ClauseLibrary(
        name, edition, data["title"], data["kind"], sha256, data["confidence"], tuple(data["items"])
    )


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one edition; ``summary`` is our own wording, never the official text."""

    number: str
    title: str
    summary: str
    topics: tuple[str, ...]
    confidence: str
    paragraphs: int = 0


@dataclass(frozen=True, slots=True)
class LawEdition:
    """One text of a law: ``valid_from``/``valid_to`` are the days it was in force (inclusive)."""

    version_date: date
    valid_from: date
    valid_to: date | None
    number: str
    last_article: int
    confidence: str
    articles: tuple[Article, ...] = field(repr=False)

    def in_force(self, on: date) -> bool:
        """Whether the text was in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def article(self, number: str) -> Article | None:
        """The article of that number, if the register summarises it."""
        return next((a for a in self.articles if a.number == number), None)


@dataclass(frozen=True)
class Law:
    """A law with all its editions, newest last. ``names`` are title, short name and aliases."""

    key: str
    title: str
    short: str
    kind: str
    names: tuple[str, ...]
    given_initials: str
    editions: tuple[LawEdition, ...]
    sets: Mapping[str, tuple[Mapping[str, Any], ...]] = field(repr=False)

    @cached_property
    def initials(self) -> tuple[str, ...]:
        """Pinyin initials of every name, or those the file gives (for a character with several readings)."""
        return tuple(
            dict.fromkeys(
                [self.given_initials]
                if self.given_initials
                else (letters for name in self.names for letters in initials(name))
            )
        )

    def edition_on(self, on: date) -> LawEdition | None:
        """The text in force on a day (CFF 37: the text of the day of the conduct), the latest if two overlap."""
        return next((e for e in reversed(self.editions) if e.in_force(on)), None)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a check of a citation found. ``ok`` is false when the law, the article or the day does not fit."""

    ok: bool
    message: str = ""
    version_date: date | None = None
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One suggestion of the law picker; ``article`` is None for the law as a whole."""

    law: Law
    edition: LawEdition
    article: Article | None


class LawRegister:
    """All laws. Immutable; shared by threads."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self.laws = tuple(sorted(laws, key=lambda law: law.key))
        self._by_name = {_plain(name): law for law in self.laws for name in law.names}

    def find(self, name: str) -> Law | None:
        """The law of that title, short name, alias or key; 《》, blanks and (修订) marks do not matter."""
        return self._by_name.get(_plain(name)) or next((x for x in self.laws if x.key == name), None)

    def law_articles(self, law: str, article: str, on: date) -> tuple[LawEdition, Article | None] | None:
        """The edition of ``law`` in force on ``on`` and its summary of ``article``; None when nothing was in force."""
        found = self.find(law)
        edition = found.edition_on(on) if found else None
        return None if edition is None else (edition, edition.article(article_number(article)))

    def check(self, law: str, article: str, on: date) -> Citation:
        """Whether a cited article exists and was in force on ``on``. A law we do not keep is not judged (ok)."""
        found = self.find(law)
        if found is None:
            return Citation(True, f"法规库中没有《{law}》，请自行核对条文和版本。")
        edition = found.edition_on(on)
        if edition is None:
            first = found.editions[0].valid_from
            return Citation(
                False, f"《{found.title}》在 {on} 没有施行中的文本（首个文本自 {first} 起施行），请核对。"
            )
        number = article_number(article) if article else ""
        if number and edition.article(number) is None and edition.last_article:
            head = re.match("[0-9]+", number)
            if head is None or int(head[0]) > edition.last_article:
                text = f"《{found.title}》{edition.version_date} 文本共 {edition.last_article} 条，没有第 {article} 条"
                return Citation(False, text + "，请核对。", edition.version_date)
        return Citation(True, "", edition.version_date, edition.confidence)

    def law_set(self, name: str, on: date) -> list[dict[str, str]]:
        """The rows of ``laws(<name>)``: every law's entries of that set in force on ``on``, by their order."""
        rows: list[tuple[int, str, dict[str, str]]] = []
        for law in self.laws:
            edition = law.edition_on(on)
            for entry in law.sets.get(name, ()) if edition else ():
                row = {"law": law.title} | {
                    k: entry[k] for k in ("article", "paragraph", "item") if k in entry
                }
                if edition is not None:
                    row["version_date"] = edition.version_date.isoformat()
                rows.append((entry.get("order", 1000), law.key, row))
        return [row for _, _, row in sorted(rows, key=lambda item: item[:2])]

    def search(self, query: str, on: date, limit: int = 20) -> list[Hit]:
        """Suggestions for the law picker: words of title, article, topic; pinyin initials (``jnf``, ``jnf12``); 第12条.

        A law that is named with an article the register does not summarise is offered with that article all the same.
        """
        plain = half_width(query).lower()
        return self._search(plain.split(), on, limit) or self._search(
            _GLUED.sub(r"\1 \2", plain).split(), on, limit
        )

    def _search(self, words: list[str], on: date, limit: int) -> list[Hit]:
        hits: list[tuple[int, Hit]] = []
        for law in self.laws:
            edition = law.edition_on(on)
            if edition is None:
                continue
            rest = [word for word in words if not _names(law, word)]
            if not rest:
                hits.append((0 if words else 2, Hit(law, edition, None)))
            named = len(rest) < len(words)
            rank = 1 if named and rest else 2 if rest else 3
            hits.extend(
                (rank, Hit(law, edition, article))
                for article in edition.articles
                if words and all(_article_has(article, word) for word in rest)
            )
            if named and len(rest) == 1 and (unknown := _bare_article(edition, rest[0])) is not None:
                hits.append((1, Hit(law, edition, unknown)))
        numbers = {article_number(word) for word in words}
        hits.sort(key=lambda hit: (hit[0], not (hit[1].article and hit[1].article.number in numbers)))
        return [hit for _, hit in hits[:limit]]


def _bare_article(edition: LawEdition, word: str) -> Article | None:
    """An article the text has and the register says nothing about."""
    number = article_number(word)
    if not number.isascii() or not number.isdigit() or edition.article(number) is not None:
        return None
    return Article(number, "", "", (), edition.confidence) if int(number) <= edition.last_article else None


def _names(law: Law, word: str) -> bool:
    return (
        any(word in name.lower() for name in law.names)
        or any(letters.startswith(word) for letters in law.initials)
        or any(_abbreviates(full, word) for full in (*law.names, *law.initials))
    )


def _abbreviates(full: str, word: str) -> bool:
    """Whether ``word`` is ``full`` with characters left out, as people shorten laws: 节能法 and jnf for 节约能源法."""
    if len(word) < 3 or word[0] != full[:1] or word[-1] != full[-1:]:
        return False
    rest = iter(full)
    return all(char in rest for char in word)


def _article_has(article: Article, word: str) -> bool:
    if article_number(word) == article.number:
        return True
    return any(word in text.lower() for text in (article.title, article.summary, *article.topics) if text)


def _plain(name: str) -> str:
    return re.sub(r"[《》\s]|[（(][^）)]*修[订正][^）)]*[）)]", "", name)


def article_number(text: str) -> str:
    """``第十二条``, ``第12条``, ``12`` as ``12``; ``5.2`` and anything unknown stay as they are."""
    inner = re.fullmatch(r"第?([0-9一二三四五六七八九十百零〇]+)条?", half_width(text).strip())
    if inner is None:
        return text.strip()
    return inner[1].lstrip("0") if inner[1].isascii() else str(chinese_number(inner[1]))


def chinese_number(text: str) -> int:
    """``一百零二`` as 102 (up to 999, as laws count their articles)."""
    total = digit = 0
    for char in text.replace("零", "〇"):
        if char in "百十":
            total += (digit or 1) * (100 if char == "百" else 10)
            digit = 0
        else:
            digit = _CHINESE_DIGITS.index(char)
    return total + digit


def law_from_json(data: Mapping[str, Any]) -> Law:
    """A law file as an object, editions sorted. Raises KeyError for a file that would not pass its meta-schema."""
    names = tuple(dict.fromkeys((data["title"], data.get("short", data["title"]), *data.get("aliases", ()))))
    editions = [
        LawEdition(
            date.fromisoformat(e["version_date"]),
            date.fromisoformat(e["valid_from"]),
            date.fromisoformat(e["valid_to"]) if "valid_to" in e else None,
            e.get("number", ""),
            e.get("last_article", 0),
            e["confidence"],
            tuple(
                Article(
                    a["article"],
                    a.get("title", ""),
                    a["summary"],
                    tuple(a.get("topics", ())),
                    a["confidence"],
                    a.get("paragraphs", 0),
                )
                for a in e.get("articles", ())
            ),
        )
        for e in data["editions"]
    ]
    return Law(
        key=data["$id"].removeprefix("laws/"),
        title=data["title"],
        short=data.get("short", data["title"]),
        kind=data["kind"],
        names=names,
        given_initials=data.get("initials", ""),
        editions=tuple(sorted(editions, key=lambda e: e.valid_from)),
        sets={name: tuple(entries) for name, entries in data.get("sets", {}).items()},
    )
