"""The policy as a private fontconfig file for LibreOffice.

Fontconfig decides, not LibreOffice's replacement table: the table changes the name only, while a fontconfig rule also
sets the weight (小标宋 becomes the *bold* of Noto Serif) and says where missing glyphs come from. Without a fixed order
of fallbacks one warm LibreOffice drew the same rare character from different fonts in different jobs.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from formserver.rendering.fonts import FACES, FontPolicy, Standing

_HEAD = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'

#: A bold run in a font that has no bold is thickened (仿宋 and 楷体 have none). ``weight`` is fontconfig's scale.
_SYNTHETIC_BOLD = """<match target="font">
  <test name="weight" compare="less_eq"><const>medium</const></test>
  <test target="pattern" name="weight" compare="more_eq"><const>bold</const></test>
  <edit name="embolden" mode="assign"><bool>true</bool></edit>
  <edit name="weight" mode="assign"><const>bold</const></edit>
</match>
"""


def fontconfig_xml(policy: FontPolicy, cache: Path, folders: tuple[Path, ...] | None = None) -> str:
    """The whole fonts.conf. ``folders`` replaces the policy's where the office must read copies of them."""
    lines = [f"<dir>{escape(str(folder))}</dir>\n" for folder in folders or policy.library.folders]
    lines += [f"<cachedir>{escape(str(c))}</cachedir>\n" for c in (cache, Path("/var/cache/fontconfig"))]
    for official in FACES:
        for name in official.names:
            resolved = policy.resolve(name)
            if resolved.face is None or policy.library.find(name) is not None:
                continue  # nothing to offer, or the document's own face is here
            weight = resolved.face.weight if resolved.standing is Standing.SUBSTITUTE else None
            lines.append(_rule(name, resolved.face.family, weight))
    lines += [_append_last(face.family) for face in policy.last_resorts[:2]]
    lines.append(_SYNTHETIC_BOLD)
    return _HEAD + "".join(lines) + "</fontconfig>\n"


def _rule(name: str, family: str, weight: int | None) -> str:
    edits = (
        f'<edit name="family" mode="assign_replace" binding="strong"><string>{escape(family)}</string></edit>'
    )
    if weight is not None and weight != 400:
        edits += f'<edit name="weight" mode="assign_replace" binding="strong"><const>{_const(weight)}</const></edit>'
    test = f'<test qual="any" name="family" compare="eq"><string>{escape(name)}</string></test>'
    return f'<match target="pattern">{test}{edits}</match>\n'


def _append_last(family: str) -> str:
    edit = f'<edit name="family" mode="append_last" binding="strong"><string>{escape(family)}</string></edit>'
    return f'<match target="pattern">{edit}</match>\n'


def _const(weight: int) -> str:
    scale = ((350, "light"), (450, "regular"), (550, "medium"), (650, "demibold"), (750, "bold"))
    return next((name for limit, name in scale if weight < limit), "black")
