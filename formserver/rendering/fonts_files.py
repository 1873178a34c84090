"""The font files of this machine: which families they hold and which characters they can draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_COLLECTIONS = {".ttc", ".otc"}
_REGULAR = 400


@dataclass(frozen=True, slots=True)
class FontFace:
    """One face in one file. ``families`` are all its family names in any language, ``weight`` is 1–1000."""

    path: Path
    index: int
    families: tuple[str, ...]
    weight: int
    italic: bool
    modified_ns: int

    @property
    def family(self) -> str:
        """The name fontconfig and LibreOffice know it by."""
        return self.families[0]

    @property
    def number(self) -> int:
        """``index`` as fontTools wants it: -1 for a file that is no collection."""
        return self.index if self.path.suffix.lower() in _COLLECTIONS else -1


class FontLibrary:
    """The faces below some folders; earlier folders win over later ones."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folder.absolute() for folder in folders)
        self.faces: list[FontFace] = []
        self.unreadable: list[Path] = []
        for path in _font_files(self.folders):
            try:
                self.faces += faces_of(path, path.stat().st_mtime_ns)
            except (TTLibError, OSError, KeyError, AssertionError, ValueError):
                self.unreadable.append(path)  # reported by name; a broken font must not stop the printing
        self._by_family: dict[str, list[FontFace]] = {}
        for face in self.faces:
            for family in face.families:
                self._by_family.setdefault(family.casefold(), []).append(face)

    def find(self, family: str, weight: int = _REGULAR) -> FontFace | None:
        """The upright face of ``family`` nearest to ``weight``, from the first folder that has any."""
        known = [face for face in self._by_family.get(family.casefold(), ()) if not face.italic]
        if not known:
            return None
        folder = self._rank(known[0])
        return min((f for f in known if self._rank(f) == folder), key=lambda face: abs(face.weight - weight))

    def _rank(self, face: FontFace) -> int:
        return next((i for i, folder in enumerate(self.folders) if face.path.is_relative_to(folder)), 99)


@lru_cache(maxsize=4096)
def faces_of(path: Path, modified_ns: int) -> tuple[FontFace, ...]:
    """The faces in a file. ``modified_ns`` keys the cache. Raises TTLibError for what is no font."""
    with path.open("rb") as stream:  # ours to close: fontTools forgets the file when it is no font
        collection = path.suffix.lower() in _COLLECTIONS
        fonts = TTCollection(stream, lazy=True).fonts if collection else [TTFont(stream, lazy=True)]
        return tuple(_face(path, index, font, modified_ns) for index, font in enumerate(fonts))


@lru_cache(maxsize=64)
def coverage(face: FontFace) -> frozenset[int]:
    """The code points ``face`` has glyphs for."""
    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _font_files(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (p for p in sorted(folder.rglob("*")) if p.suffix.lower() in _SUFFIXES and p.is_file())


def _face(path: Path, index: int, font: TTFont, modified_ns: int) -> FontFace:
    names = font["name"]
    families = list(dict.fromkeys(filter(None, (names.getDebugName(16), names.getDebugName(1)))))
    for record in names.names:
        if record.nameID in (1, 16):
            text = record.toUnicode(errors="replace").strip()
            if text and text not in families:
                families.append(text)
    os2 = font.get("OS/2")
    weight = int(os2.usWeightClass) if os2 is not None else _REGULAR
    italic = bool(os2 is not None and os2.fsSelection & 1)
    return FontFace(path, index, tuple(families) or (path.stem,), weight, italic, modified_ns)
