"""``python -m benchmarks.pdf [--rounds N] [--json]``: our pool against LibreOffice's own warm conversion time.

Both convert the same three-page document with the same export options, in turns in one run, so that a busy machine
slows both. The overhead of the pool (checks, files, pipes, field refresh, page count) should stay within 10 %.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.pdf.fixture import three_pages
from formserver.rendering import office_bridge
from formserver.rendering.pdf_home import PoolHome
from formserver.rendering.pdf_office import find_office
from formserver.rendering.pdf_pool import EXPORT, LibreOfficePool
from formserver.rendering.pdf_profile import write_profile
from formserver.rendering.pdf_worker import WorkerLimits

_ROUND = 10


class Yardstick:
    """A LibreOffice in a bare loop."""

    def __init__(self, home: PoolHome, number: int, docx: bytes) -> None:
        office, folder = find_office(), home.worker(number)
        write_profile(folder / "profile")
        (folder / "tmp").mkdir()
        source = folder / "bench.docx"
        source.write_bytes(docx)
        limits = WorkerLimits()
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "TMPDIR": str(folder / "tmp"),
            "LANG": "C.UTF-8",
            "FONTCONFIG_FILE": str(home.fontconfig),
            "SAL_USE_VCLPLUGIN": "svp",
        }
        config = {
            "environment": environment,
            "soffice": str(office.binary),
            "profile_url": (folder / "profile").as_uri(),
            "work_dir": str(folder),
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.file_bytes,
            "start_timeout": limits.start_seconds,
        }
        script = Path(__file__).with_name("uno_loop.py")
        target = (folder / "bench.pdf").as_uri()
        self._process = subprocess.Popen(
            [
                str(office.python),
                str(script),
                office_bridge.__file__,
                json.dumps(config),
                source.as_uri(),
                target,
                json.dumps(dict(EXPORT)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def run(self, count: int) -> list[float]:
        """Seconds of each of ``count`` conversions."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        durations: list[float] = json.loads(self._process.stdout.readline())
        return durations

    def stop(self) -> None:
        """End it."""
        self._process.communicate()


def measure(rounds: int) -> dict[str, float]:
    """Medians in seconds per document, and documents per second with two workers."""
    docx = three_pages()
    home = PoolHome(())
    sticks = [Yardstick(home, number, docx) for number in range(2)]
    one: list[float] = []
    ours: list[float] = []
    pace_theirs: list[float] = []
    pace_ours: list[float] = []
    with LibreOfficePool(2) as pool, ThreadPoolExecutor(2) as threads:
        pool.warm()
        pages = pool.convert(docx).pages
        list(threads.map(lambda stick: stick.run(_ROUND), sticks))
        list(threads.map(lambda _: pool.convert(docx), range(2 * _ROUND)))
        for _ in range(rounds):
            for _ in range(_ROUND):  # in turns, document by document: a busy machine slows both alike
                one += sticks[0].run(1)
                started = time.perf_counter()
                pool.convert(docx)
                ours.append(time.perf_counter() - started)
            started = time.perf_counter()
            list(threads.map(lambda stick: stick.run(_ROUND), sticks))
            pace_theirs.append(2 * _ROUND / (time.perf_counter() - started))
            started = time.perf_counter()
            list(threads.map(lambda _: pool.convert(docx), range(2 * _ROUND)))
            pace_ours.append(2 * _ROUND / (time.perf_counter() - started))
    for stick in sticks:
        stick.stop()
    home.remove()
    theirs, mine = statistics.median(one), statistics.median(ours)
    return {
        "pages": pages,
        "libreoffice_seconds": theirs,
        "pool_seconds": mine,
        "overhead_percent": (mine / theirs - 1) * 100,
        "libreoffice_two_per_second": statistics.median(pace_theirs),
        "pool_two_per_second": statistics.median(pace_ours),
    }


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pdf", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help=f"rounds of {_ROUND} documents (default 5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    result = measure(chosen.rounds)
    if chosen.json:
        json.dump(result, sys.stdout, indent=1)
        return
    print(f"{result['pages']:.0f} pages, median of {chosen.rounds * _ROUND} conversions")
    print(f"LibreOffice, bare warm loop   {result['libreoffice_seconds'] * 1000:7.1f} ms")
    print(
        f"pool, docx in, checked PDF out{result['pool_seconds'] * 1000:7.1f} ms   {result['overhead_percent']:+.1f} %"
    )
    print(f"two bare loops                {result['libreoffice_two_per_second']:7.1f} PDF/s")
    print(f"pool with two workers         {result['pool_two_per_second']:7.1f} PDF/s")


if __name__ == "__main__":
    main()
