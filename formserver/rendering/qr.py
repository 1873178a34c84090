"""QR codes of check addresses as PNG, ready to be given to a template as ``images['qr']``."""

from __future__ import annotations

import io

import segno


def qr_png(text: str, *, scale: int = 6, border: int = 2) -> bytes:
    """``text`` (up to a few hundred characters) as a QR code with error correction M; ``scale`` pixels per module."""
    stream = io.BytesIO()
    segno.make(text, error="m", micro=False).save(stream, kind="png", scale=scale, border=border)
    return stream.getvalue()
