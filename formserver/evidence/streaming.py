"""Hands out stored files in parts (RFC 9110 ranges), from the disk to the connection, never through memory.

The bytes are not hashed on every request: four gigabytes cost some ten seconds. A job compares them with their hash after
they came in, ``verify`` does it for all, and both say so on the page.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from formserver.core.store_ports import BlobStore
from formserver.evidence.models import Evidence

MOST_PART: Final = 4 << 20
"""Bytes of one part while a recording plays: a paused player must not hold a thread of the server."""
_CHUNK: Final = 256 << 10
INLINE: Final = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "audio/mpeg",
        "audio/mp4",
        "audio/wav",
        "audio/ogg",
        "audio/flac",
        "audio/aac",
        "audio/x-hx-aac-adts",
        "video/mp4",
        "video/webm",
        "video/ogg",
        "video/quicktime",
    }
)
_SANDBOX: Final = "default-src 'none'; sandbox; frame-ancestors 'self'"


def file_response(blobs: BlobStore, item: Evidence, *, view: bool) -> Response:
    """The file, or the part asked for. Shown in place only where its kind cannot run anything."""
    inline = view and item.media_type in INLINE
    file = blobs.open(item.blob_sha256)
    answer = Response(
        wrap_file(request.environ, file, _CHUNK),
        mimetype=item.media_type if inline else "application/octet-stream",
        direct_passthrough=True,
    )
    answer.call_on_close(file.close)
    answer.content_length = item.size
    answer.set_etag(item.blob_sha256)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = _SANDBOX
    kind = "inline" if inline else "attachment"
    answer.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(item.filename)}"
    environ = _bounded(item.size) if inline and item.media_type.startswith(("audio/", "video/")) else None
    try:
        answer.make_conditional(environ or request.environ, accept_ranges=True, complete_length=item.size)
    except RequestedRangeNotSatisfiable:
        answer.close()
        raise
    return answer


def _bounded(size: int) -> dict[str, object]:
    """The request with its open range (``bytes=0-``) ended early; players ask for the rest when they need it."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return dict(request.environ)
    start, end = wanted.ranges[0]
    if start < 0 or start >= size:
        return dict(request.environ)
    stop = min(size, end if end is not None else size, start + MOST_PART)
    return {**request.environ, "HTTP_RANGE": f"bytes={start}-{stop - 1}"}
