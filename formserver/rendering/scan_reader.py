"""Joins what was uploaded as one signed paper: several photos or PDFs become one PDF, the originals stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from formserver.core.errors import Kind, Problem, Severity, error_code
from formserver.core.service_kit import CheckedScan
from formserver.rendering.scan_check import (
    MAX_TOTAL_PIXELS,
    SCAN_REFUSED,
    ScanKind,
    check_scan,
    glance_at_scan,
)
from formserver.rendering.scan_pdf import images_to_pdf

NO_SCAN = error_code(
    "NO_SCAN",
    Kind.INVALID,
    zh="没有选择签字件。请选择扫描得到的 PDF、JPEG、HEIC、PNG 或 TIFF 文件后再上传。",
    en="No signed scan was chosen.",
)
SIGNED_PDF_ALONE = error_code(
    "SIGNED_PDF_ALONE",
    Kind.INVALID,
    zh="“{name}”带有电子签名，合并会使签名失效。请单独上传这一个文件。",
    en="{name} carries an electronic signature; upload it alone.",
)
_MEDIA = ((b"%PDF", "application/pdf"), (b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"))


class SignedScanReader:
    """Implements :class:`formserver.core.service_kit.ScanReader`."""

    def read(self, files: Sequence[tuple[str, bytes]]) -> CheckedScan:
        """Check every file by content and join them in the order given. Raises NO_SCAN, SCAN_REFUSED."""
        if not files:
            raise NO_SCAN()
        left = MAX_TOTAL_PIXELS
        for name, data in files:  # by the heads of the files, before anything is decoded
            left -= glance_at_scan(data, name).pixels
            if left < 0:
                raise SCAN_REFUSED(
                    name=name, reason="这一批图片合计太大。请用 200–300 dpi 重新扫描，或分几批上传。"
                )
        checked = [(name, data, check_scan(data, name)) for name, data in files]
        originals = tuple((name, media_type_of_scan(data), data) for name, data, _ in checked)
        pages = sum(scan.pages for _, _, scan in checked)
        signed = [name for name, _, scan in checked if scan.signed]
        if len(checked) == 1 and checked[0][2].kind is ScanKind.PDF:
            return CheckedScan(files[0][1], pages, originals, _notes(signed))
        if signed:
            raise SIGNED_PDF_ALONE(name=signed[0])
        from formserver.rendering.stamp import Part, merge_pdfs  # heavy, and most uploads are one file

        parts = [
            Part(name, data if scan.kind is ScanKind.PDF else images_to_pdf([data], [name]))
            for name, data, scan in checked
        ]
        joined = parts[0].pdf if len(parts) == 1 else merge_pdfs(parts)
        return CheckedScan(joined, pages, originals)


def media_type_of_scan(data: bytes) -> str:
    """The media type of a file that passed :func:`check_scan`."""
    if data[4:8] == b"ftyp":
        return "image/heic"
    return next((media for magic, media in _MEDIA if magic in data[:1024]), "image/tiff")


def _notes(signed: Sequence[str]) -> tuple[Problem, ...]:
    text = "PDF 带有电子签名，已原样保存；平台不改写它，签名是否有效请用签名软件核验。"
    return tuple(Problem("SIGNED_PDF", text, label=name, severity=Severity.HINT) for name in signed)
