"""The font policy: which real font stands for each face an official paper names.

GB/T 9704 papers name faces that cannot be shipped (仿宋_GB2312, 方正小标宋简体 ...). Where an agency has licensed them they
are used from ``FONTS_DIR``; elsewhere each has a documented open substitute of the same kind, so that a 仿宋 body, a 楷体
signature block and a 小标宋 title stay distinguishable. With nothing declared LibreOffice makes one sans face of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from formserver.rendering.fonts_files import SYSTEM_FOLDERS, FontFace, FontLibrary, coverage

_REGULAR, _SEMIBOLD, _BOLD = 400, 600, 700


@dataclass(frozen=True, slots=True)
class Substitute:
    """An open font to use instead, in the weight that comes nearest to the official face."""

    family: str
    weight: int = _REGULAR


@dataclass(frozen=True, slots=True)
class OfficialFace:
    """A face as documents name it: ``names`` are its spellings, ``substitutes`` in order of preference."""

    names: tuple[str, ...]
    substitutes: tuple[Substitute, ...]

    @property
    def name(self) -> str:
        """The name shown to people."""
        return self.names[0]


_SERIF, _SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"

FACES: tuple[OfficialFace, ...] = (
    OfficialFace(
        (
            "仿宋_GB2312",
            "仿宋",
            "FangSong_GB2312",
            "FangSong",
            "方正仿宋_GBK",
            "方正仿宋简体",
            "华文仿宋",
            "STFangsong",
        ),
        (Substitute("FandolFang"), Substitute(_SERIF, 300), Substitute("FandolSong")),
    ),
    OfficialFace(
        (
            "楷体_GB2312",
            "楷体",
            "KaiTi_GB2312",
            "KaiTi",
            "方正楷体_GBK",
            "方正楷体简体",
            "华文楷体",
            "STKaiti",
        ),
        (
            Substitute("AR PL KaitiM GB"),
            Substitute("FandolKai"),
            Substitute("AR PL UKai CN"),
            Substitute(_SERIF),
        ),
    ),
    OfficialFace(
        ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "小标宋"),
        (Substitute(_SERIF, _BOLD), Substitute("FandolSong", _BOLD)),
    ),
    OfficialFace(
        ("华文中宋", "STZhongsong"), (Substitute(_SERIF, _SEMIBOLD), Substitute("FandolSong", _BOLD))
    ),
    OfficialFace(
        ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体", "华文黑体", "STHeiti"),
        (Substitute(_SANS, _BOLD), Substitute("FandolHei", _BOLD)),
    ),
    OfficialFace(
        ("宋体", "SimSun", "新宋体", "NSimSun", "方正书宋_GBK", "方正书宋简体", "华文宋体", "STSong"),
        (Substitute(_SERIF), Substitute("FandolSong")),
    ),
    OfficialFace(
        ("微软雅黑", "Microsoft YaHei", "等线", "DengXian"), (Substitute(_SANS), Substitute("FandolHei"))
    ),
    OfficialFace(("Times New Roman",), (Substitute("Liberation Serif"), Substitute("DejaVu Serif"))),
    OfficialFace(("Arial",), (Substitute("Liberation Sans"), Substitute("DejaVu Sans"))),
    OfficialFace(("Courier New",), (Substitute("Liberation Mono"), Substitute("DejaVu Sans Mono"))),
    OfficialFace(("Calibri",), (Substitute("Carlito"), Substitute("Liberation Sans"))),
    OfficialFace(("Cambria",), (Substitute("Caladea"), Substitute("Liberation Serif"))),
)

#: Drawn from, in this order, when a face has no glyph (Fandol and AR PL KaitiM cover little more than GB 2312).
LAST_RESORTS = (
    _SERIF,
    _SANS,
    "Source Han Serif SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "AR PL UMing CN",
    "Droid Sans Fallback",
)


class Standing(StrEnum):
    """How well a requested face is served."""

    OFFICIAL = "official"
    SUBSTITUTE = "substitute"
    LAST_RESORT = "last_resort"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a requested face becomes on this machine; ``fallbacks`` draw what ``face`` cannot."""

    requested: str
    standing: Standing
    face: FontFace | None
    fallbacks: tuple[FontFace, ...]

    def as_dict(self) -> dict[str, str]:
        """Plain data for ``formserver check``."""
        return {
            "requested": self.requested,
            "standing": self.standing.value,
            "family": self.face.family if self.face else "",
            "weight": str(self.face.weight) if self.face else "",
            "file": str(self.face.path) if self.face else "",
        }


class FontPolicy:
    """The policy applied to the fonts that are really there: ``folders`` first, then the system's."""

    def __init__(self, folders: Sequence[Path] = (), system: Sequence[Path] = SYSTEM_FOLDERS) -> None:
        self.library = FontLibrary([*folders, *system])
        self.last_resorts = tuple(
            face for family in LAST_RESORTS if (face := self.library.find(family)) is not None
        )
        self._by_name = {name.casefold(): official for official in FACES for name in official.names}
        #: every font once: LibreOffice asks them all before it draws an empty box
        self._uprights = tuple(
            {face.path: face for face in reversed(self.library.faces) if not face.italic}.values()
        )
        self._resolved: dict[str, Resolved] = {}
        self._sources: dict[tuple[str, str], FontFace | None] = {}

    def resolve(self, name: str) -> Resolved:
        """The real face for ``name`` (any face a document may name, official or not)."""
        if name not in self._resolved:
            standing, face = self._choose(name)
            others = tuple(f for f in self.last_resorts if face is None or f.family != face.family)
            self._resolved[name] = Resolved(name, standing, face, others)
        return self._resolved[name]

    def report(self) -> tuple[Resolved, ...]:
        """One entry per official face, in the order of the policy."""
        return tuple(self.resolve(official.name) for official in FACES)

    def glyph_source(self, character: str, name: str) -> FontFace | None:
        """Which face draws ``character`` in a run set in ``name``; None when no font here can."""
        key = (character, name)
        if key not in self._sources:
            resolved = self.resolve(name)
            own = (resolved.face,) if resolved.face else ()
            chain = (*own, *resolved.fallbacks, *self._uprights)
            self._sources[key] = next((face for face in chain if ord(character) in coverage(face)), None)
        return self._sources[key]

    def _choose(self, name: str) -> tuple[Standing, FontFace | None]:
        own = self.library.find(name)
        if own is not None:
            return Standing.OFFICIAL, own
        official = self._by_name.get(name.casefold())
        if official is not None:
            for spelling in official.names:
                if (face := self.library.find(spelling)) is not None:
                    return Standing.OFFICIAL, face
            for wanted in official.substitutes:
                if (face := self.library.find(wanted.family, wanted.weight)) is not None:
                    return Standing.SUBSTITUTE, face
        if self.last_resorts:
            return Standing.LAST_RESORT, self.last_resorts[0]
        return Standing.MISSING, None


@lru_cache(maxsize=8)
def font_policy(*folders: Path) -> FontPolicy:
    """The policy over ``folders``, read once per process."""
    return FontPolicy(folders)


def font_report(*folders: Path) -> tuple[Resolved, ...]:
    """Which real file each official face maps to now, for ``formserver check`` (folders are read anew)."""
    return FontPolicy(folders).report()
