"""``python -m benchmarks.docx``: one table of ratios, one JSON file, on the published fixtures.

Ours is timed with everything on: check for well-formedness, proof of order and of completeness, manifest. Every
engine must put the same text into the document, or the run fails. Options: ``--seconds N`` per engine and fixture,
``--no-peers`` without Node, ``--endurance`` for 10,000 renders.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import platform
import re
import resource
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from benchmarks.docx.fixture import FIXTURES, RECORD, Fixture, data, schema
from formserver.core.rendering_port import RenderRequest
from formserver.rendering.compile import compile_template
from formserver.rendering.engine import TemplateEngine

HERE = Path(__file__).parent
TURNS = 3
RESULTS = HERE.parents[1] / "build" / "benchmarks" / "docx.json"


def request(fixture: Fixture) -> RenderRequest:
    """The fixture as the server would ask for it."""
    template = fixture.file("docxtpl").read_bytes()
    return RenderRequest(
        template=template,
        template_sha256=hashlib.sha256(template).hexdigest(),
        schema=schema(fixture),
        body=data(fixture),
        envelope={"number": "川节监通〔2024〕12号"},
    )


def ours(fixture: Fixture) -> Callable[[], bytes]:
    """Our engine, warm."""
    engine, asked = TemplateEngine(), request(fixture)
    return lambda: engine.render(asked).docx


def docxtpl(fixture: Fixture) -> Callable[[], bytes]:
    """Stock docxtpl as its documentation uses it, from bytes in memory, with autoescape."""
    template, values = fixture.file("docxtpl").read_bytes(), data(fixture)

    def render() -> bytes:
        document = DocxTemplate(io.BytesIO(template))
        document.render(values, autoescape=True)
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    return render


def measure(render: Callable[[], bytes], seconds: float) -> dict[str, Any]:
    """Median and 95th percentile of warm renders, in milliseconds."""
    for _ in range(5):
        output = render()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 10 or time.perf_counter() < end:
        start = time.perf_counter()
        render()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {
        "median_ms": times[len(times) // 2],
        "p95_ms": times[int(len(times) * 0.95)],
        "runs": len(times),
        "output": base64.b64encode(output).decode(),
    }


def peers(seconds: float) -> dict[str, Any]:
    """The Node engines in one process, or nothing when they are not installed."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        print("peers missing: run `npm ci` in benchmarks/docx", file=sys.stderr)
        return {}
    fixtures = [
        {
            "name": fixture.name,
            "data": data(fixture),
            **{name: str(fixture.file(name)) for name in ("docxtemplater", "carbone")},
        }
        for fixture in FIXTURES
    ]
    job = json.dumps({"fixtures": fixtures, "seconds": seconds})
    done = subprocess.run(
        [node, str(HERE / "peers.js")], input=job, capture_output=True, text=True, check=True, cwd=HERE
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def text_of(encoded: str) -> str:
    """All text of the main part, headers and footers."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(encoded))) as archive:
        names = sorted(n for n in archive.namelist() if re.match(r"word/(document|header|footer)\d*\.xml", n))
        parts = [archive.read(name).decode() for name in names]
    texts = (text for part in parts for text in re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", part))
    joined = "".join(texts)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        joined = joined.replace(entity, character)
    return joined


def compare(seconds: float, with_peers: bool) -> dict[str, Any]:
    """Measure every engine on every fixture in turns, keeping each one's best turn: other work on the machine then
    falls on all alike. Refuses to compare engines that print different texts."""
    results: dict[str, Any] = {fixture.name: {} for fixture in FIXTURES}
    for _ in range(TURNS):
        others = peers(seconds / TURNS) if with_peers else {}
        results["versions"] = others.get("versions", {})
        for fixture in FIXTURES:
            engines = {
                "ours": measure(ours(fixture), seconds / TURNS),
                "docxtpl": measure(docxtpl(fixture), seconds / TURNS),
                **others.get(fixture.name, {}),
            }
            expected = text_of(engines["ours"]["output"])
            for name, result in engines.items():
                if text_of(result.pop("output")) != expected:
                    raise SystemExit(f"{name} prints another text than we do on {fixture.name}")
                best = results[fixture.name].get(name)
                if best is None or result["median_ms"] < best["median_ms"]:
                    results[fixture.name][name] = result
    for fixture in FIXTURES:
        engines = results[fixture.name]
        for result in engines.values():
            result["ratio"] = result["median_ms"] / engines["ours"]["median_ms"]
    return results


def linear() -> dict[str, float]:
    """Milliseconds for growing loops and growing numbers of placeholders: doubling must double."""
    fixture = RECORD
    engine = TemplateEngine()
    asked = request(fixture)
    row = asked.body["rows"][0]
    found: dict[str, float] = {}
    for rows in (500, 1000, 2000):
        larger = RenderRequest(
            asked.template, asked.template_sha256, asked.schema, {**asked.body, "rows": [row] * rows}, {}
        )
        found[f"{rows} rows"] = _best(lambda larger=larger: engine.render(larger))
    for count in (2000, 4000, 8000):
        template = compile_template(many_placeholders(count))
        values = {f"v{index}": f"值{index}" for index in range(count)}
        found[f"{count} variables"] = _best(lambda template=template, values=values: template.render(values))
    return found


def many_placeholders(count: int) -> bytes:
    """A template with ``count`` placeholders, one per paragraph."""
    base = RECORD.file("docxtpl").read_bytes()
    paragraphs = "".join(f"<w:p><w:r><w:t>{{{{ v{index} }}}}</w:t></w:r></w:p>" for index in range(count))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8") if name.endswith(".xml") else source.read(name)
            if isinstance(content, str):
                if name.startswith(("word/header", "word/footer")):
                    content = content.replace("{{", "").replace("}}", "")
                if name == "word/document.xml":
                    content = re.sub(
                        r"<w:body>.*<w:sectPr", f"<w:body>{paragraphs}<w:sectPr", content, flags=re.S
                    )
            target.writestr(name, content)
    return stream.getvalue()


def _best(run: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def endurance(renders: int = 10_000) -> dict[str, float]:
    """Memory after a warm-up and after ``renders`` more, in megabytes."""
    render = ours(RECORD)
    for _ in range(500):
        render()
    before = _resident()
    start = time.perf_counter()
    for _ in range(renders):
        render()
    seconds = time.perf_counter() - start
    return {"renders": renders, "before_mb": before, "after_mb": _resident(), "per_second": renders / seconds}


def _resident() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1024 / 1024


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.docx", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--endurance", action="store_true")
    options = parser.parse_args()
    results = compare(options.seconds, not options.no_peers)
    results["python"] = platform.python_version()
    for fixture in FIXTURES:
        size = fixture.file("docxtpl").stat().st_size
        print(f"{fixture.name}: {size / 1000:.0f} kB template, {fixture.fields} fields, {fixture.rows} rows")
        for name, result in results[fixture.name].items():
            print(
                f"  {name:14} {result['median_ms']:8.2f} ms   p95 {result['p95_ms']:8.2f}   ×{result['ratio']:.1f}"
            )
    results["linear"] = linear()
    print("linear: " + ", ".join(f"{name} {value:.1f} ms" for name, value in results["linear"].items()))
    if options.endurance:
        results["endurance"] = endurance()
        print(
            "endurance: {renders} renders, {before_mb:.1f} → {after_mb:.1f} MB, {per_second:.0f}/s".format_map(
                results["endurance"]
            )
        )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")


if __name__ == "__main__":
    main()
