"""The rendering port's implementation: compiled templates in a cache, context in, proven document out."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from formserver.core.errors import Kind, Problem, error_code
from formserver.core.rendering_port import DocumentRenderer, RenderedDocument, RenderMode, RenderRequest
from formserver.rendering.compile import (
    DOCXTPL_VERSION,
    ENGINE_VERSION,
    JINJA_VERSION,
    compile_template,
)
from formserver.rendering.compiled import CompiledTemplate, Rendering
from formserver.rendering.context import BuiltContext, build_context
from formserver.rendering.preview import with_watermark
from formserver.rendering.proof import check_complete, check_order
from formserver.rendering.publish import check_template
from formserver.rendering.schema_plan import label_path, plan_for

TEMPLATE_HASH = error_code(
    "TEMPLATE_HASH",
    Kind.CONFLICT,
    zh="模板文件与登记的摘要不符（应为 {expected}，实为 {actual}），请运行 formserver verify 检查。",
    en="The template does not match its recorded hash ({expected} against {actual}).",
)


class TemplateEngine(DocumentRenderer):
    """Prints documents and judges templates. One object serves all threads."""

    def __init__(self, cache_size: int = 64) -> None:
        self._cache: OrderedDict[tuple[str, RenderMode], tuple[bytes, CompiledTemplate]] = OrderedDict()
        self._cache_size = cache_size
        self._lock = threading.Lock()

    def render(self, request: RenderRequest) -> RenderedDocument:
        """See the port. In ``preview`` mode nothing is proven and the watermark is on every page."""
        compiled = self._compiled(request)
        plan = plan_for(request.schema)
        lenient = request.mode is RenderMode.PREVIEW

        def label(pointer: str) -> str:
            return label_path(plan, pointer) or pointer.removeprefix("doc:/")

        built = build_context(plan, request.body, request.envelope, request.hidden, lenient=lenient)
        rendering = compiled.render_tracked(built.values, images=request.images, lenient=lenient, label=label)
        printed: dict[str, None] = {}
        if not lenient:
            for done in rendering.parts:
                if done.part.on_paper:
                    check_order(done.xml, done.entries, printed, done.part.label, label)
            check_complete(built.must_print, printed, label)
        return RenderedDocument(rendering.docx, _manifest(request, compiled, rendering, built, printed))

    def check_template(self, template: bytes, schema: Mapping[str, Any]) -> Sequence[Problem]:
        """See the port: an empty list means the template may be published."""
        return check_template(template, schema)

    def _compiled(self, request: RenderRequest) -> CompiledTemplate:
        key = (request.template_sha256, request.mode)
        with self._lock:
            known = self._cache.get(key)
            if known is not None and known[0] == request.template:
                self._cache.move_to_end(key)
                return known[1]
        actual = hashlib.sha256(request.template).hexdigest()
        if actual != request.template_sha256:
            raise TEMPLATE_HASH(expected=request.template_sha256, actual=actual)
        source = request.template
        if request.mode is RenderMode.PREVIEW:
            source = with_watermark(source)
        compiled = compile_template(source)
        with self._lock:
            self._cache[key] = (request.template, compiled)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
        return compiled


def _manifest(
    request: RenderRequest,
    compiled: CompiledTemplate,
    rendering: Rendering,
    built: BuiltContext,
    printed: Iterable[str],
) -> dict[str, Any]:
    parts = dict(compiled.static_hashes)
    for done in rendering.parts:
        parts[done.part.name] = hashlib.sha256(done.data).hexdigest()
    for name, data in rendering.extra:
        parts[name] = hashlib.sha256(data).hexdigest()
    return {
        "mode": request.mode.value,
        "engine": ENGINE_VERSION,
        "docxtpl": DOCXTPL_VERSION,
        "jinja2": JINJA_VERSION,
        "template_sha256": request.template_sha256,
        "parts": parts,
        "printed": [pointer for pointer in printed if pointer[:1] == "/"],
        "not_printed": built.not_printed,
        "hidden": built.hidden,
        "warnings": [],
    }
