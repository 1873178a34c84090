"""How a paper to be signed on a screen, its marks and the seals look to programs."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.signatures.models import MarkKind, SealImage
from formserver.signatures.service import Place, SigningPage

_NUMBER: Final = {"type": "number"}
MARK: Final = shape(
    "Mark",
    "签名或印章",
    {
        "id": titled(TEXT, "标识"),
        "kind": {"type": "string", "enum": [kind.value for kind in MarkKind], "title": "种类"},
        "signer": titled(TEXT, "签名人，或印章名称"),
        "by": titled(TEXT, "经办人"),
        "at": titled(INSTANT, "时间"),
    },
)
SEAL: Final = shape(
    "Seal",
    "印章",
    {
        "id": titled(TEXT, "标识"),
        "title": titled(TEXT, "名称"),
        "width_mm": titled(WHOLE, "实际宽度（毫米）"),
        "added_by": titled(TEXT, "添加人"),
        "added_at": titled(INSTANT, "添加时间"),
        "retired_at": {"type": ["string", "null"], "format": "date-time", "title": "停用时间"},
    },
)
SIGNING: Final = shape(
    "SigningPage",
    "待签的纸面",
    {
        "printed_version": titled(WHOLE, "定稿打印的版本"),
        "rendition_id": titled(TEXT, "纸面的 PDF"),
        "signed": titled(WHOLE, "已签几处"),
        "places": {
            "type": "array",
            "title": "各处",
            "items": shape(
                "SigningPlace",
                "一处",
                {
                    "key": titled(TEXT, "代码", description="签名时写进 place。"),
                    "label": titled(TEXT, "名称"),
                    "kind": titled(TEXT, "signature 签名，seal 印章"),
                    "page": titled(WHOLE, "第几页"),
                    "box": {
                        "type": "array",
                        "items": _NUMBER,
                        "minItems": 4,
                        "maxItems": 4,
                        "title": "位置（点）",
                    },
                    "mark": {"oneOf": [MARK, {"type": "null"}], "title": "已有的；没有时为空"},
                },
            ),
        },
        "seals": {"type": "array", "items": SEAL, "title": "可以使用的印章"},
    },
)


def seal(item: SealImage) -> dict[str, Any]:
    """A seal without its picture."""
    times = {"added_at": instant(item.created_at), "retired_at": instant(item.retired_at)}
    facts = {"id": item.id, "title": item.title, "width_mm": item.width_mm, "added_by": item.created_name}
    return {**facts, **times}


def _place(item: Place) -> dict[str, Any]:
    area, mark = item.area, item.mark
    made = mark and {
        "id": mark.id,
        "kind": mark.kind.value,
        "signer": mark.signer,
        "by": mark.by_name,
        "at": instant(mark.at),
    }
    box = [area.x0, area.y0, area.x1, area.y1]
    facts = {"key": item.key, "label": area.label, "kind": area.kind, "page": area.page}
    return {**facts, "box": box, "mark": made}


def signing_page(seen: SigningPage) -> dict[str, Any]:
    """A printed paper with its places."""
    return {
        "printed_version": seen.document.printed_version,
        "rendition_id": seen.pdf.id,
        "signed": seen.signed,
        "places": [_place(place) for place in seen.places],
        "seals": [seal(one) for one in seen.seals],
    }
