"""Characters a face cannot draw: named before the paper is printed, not discovered on it."""

from __future__ import annotations

import unicodedata

from formserver.core.errors import Problem, Severity
from formserver.rendering.fonts import FontPolicy, font_policy

_NO_INK = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn"}


def missing_glyphs(text: str, face: str, policy: FontPolicy | None = None) -> list[str]:
    """The characters of ``text``, once each, that no font of this machine can draw in a run set in ``face``."""
    policy = policy or font_policy()
    return [c for c in _visible(text) if policy.glyph_source(c, face) is None]


def replaced_glyphs(text: str, face: str, policy: FontPolicy | None = None) -> list[tuple[str, str]]:
    """(character, family that draws it) for the characters another font than ``face``'s own must lend."""
    policy = policy or font_policy()
    own = policy.resolve(face).face
    pairs = ((c, policy.glyph_source(c, face)) for c in _visible(text))
    return [(c, source.family) for c, source in pairs if source is not None and source != own]


def glyph_problems(
    text: str, face: str, *, label: str, pointer: str = "", policy: FontPolicy | None = None
) -> list[Problem]:
    """What to tell a person about ``text`` in the field ``label`` before it is printed in ``face``.

    A warning per character that would come out as an empty box; a hint per borrowed ideograph (in a name it looks
    different from its neighbours; borrowed symbols such as ³ or ㎡ are ordinary and stay unmentioned).
    """
    policy = policy or font_policy()
    resolved = policy.resolve(face)
    family = resolved.face.family if resolved.face else face
    said = face if family == face else f"{face}（{family}）"
    problems = [
        Problem(
            "GLYPH_MISSING",
            f"{label}中的“{c}”（U+{ord(c):04X}）在{said}字体中没有字形，其他字体也没有，打印时无法显示。"
            "请安装含有该字的字体，或改用规范写法并在备注中说明。",
            pointer,
            label,
            Severity.WARNING,
        )
        for c in missing_glyphs(text, face, policy)
    ]
    problems += [
        Problem(
            "GLYPH_REPLACED",
            f"{label}中的“{c}”（U+{ord(c):04X}）在{said}字体中没有字形，将由 {other} 代替。",
            pointer,
            label,
            Severity.HINT,
        )
        for c, other in replaced_glyphs(text, face, policy)
        if unicodedata.category(c) == "Lo"
    ]
    return problems


def _visible(text: str) -> list[str]:
    """The characters that leave ink, once each, in order. Unassigned and private ones count: they need a font too."""
    return [c for c in dict.fromkeys(text) if unicodedata.category(c) not in _NO_INK]
