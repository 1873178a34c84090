"""What the core asks of whoever turns a body into paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from formserver.core.errors import Problem


class RenderMode(StrEnum):
    """``record``: complete bodies only, may become a rendition. ``preview``: unfinished bodies, watermarked."""

    RECORD = "record"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One document to print.

    ``template`` is the docx file (``template_sha256`` its hash, the cache key); ``schema`` the document type's
    JSON Schema; ``body`` what people state; ``envelope`` what the server states, read by templates as ``doc.*``;
    ``hidden`` the JSON pointers of the body that a false ``x-show-when`` takes off the paper; ``images`` PNG or
    JPEG bytes by name (``qr``, a signature slot, a seal).
    """

    template: bytes
    template_sha256: str
    schema: Mapping[str, Any]
    body: Mapping[str, Any]
    envelope: Mapping[str, Any]
    hidden: frozenset[str] = frozenset()
    images: Mapping[str, bytes] = field(default_factory=dict)
    mode: RenderMode = RenderMode.RECORD


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A docx and the proof that it says what the body says.

    ``manifest`` is JSON-able: template hash, engine and library versions, sha256 per part, emitted pointers,
    pointers allowed to be absent, warnings.
    """

    docx: bytes
    manifest: Mapping[str, Any]


class DocumentRenderer(Protocol):
    """Prints documents and judges templates."""

    def render(self, request: RenderRequest) -> RenderedDocument:
        """Raises Invalid errors that name the field's label or the place in the template."""
        ...

    def check_template(self, template: bytes, schema: Mapping[str, Any]) -> Sequence[Problem]:
        """Everything that stands against publishing ``template`` for ``schema``."""
        ...


@dataclass(frozen=True, slots=True)
class PdfResult:
    """A converted document: the bytes, the page count and what a person must know before printing."""

    pdf: bytes
    pages: int
    seconds: float
    warnings: tuple[Problem, ...] = ()


class PdfConverter(Protocol):
    """Turns docx into the PDF that is the printing master."""

    def convert(self, docx: bytes, *, timeout: float = 60.0) -> PdfResult:
        """Raises Unavailable when no office program is installed, Invalid when it cannot open the file."""
        ...


@dataclass(frozen=True, slots=True)
class PageCode:
    """Where the code of a page stands: lower left corner and side in points, origin at the page's lower left."""

    page: int
    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True)
class StampedPdf:
    """A PDF whose pages carry their codes; ``name`` says which way of stamping made it."""

    pdf: bytes
    name: str
    codes: tuple[PageCode, ...]


class PageStamper(Protocol):
    """Puts on every page of a printed paper a code that says document, version and page."""

    def stamp(self, pdf: bytes, *, check_url: str, check_code: str, version: int) -> StampedPdf:
        """The text of the paper stays as it is."""
        ...
