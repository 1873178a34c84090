"""The yardstick: LibreOffice converting the same file again and again with nothing around it.

Run by the interpreter that can ``import uno``. The office is started like ours (same profile, fonts and limits), but the
loop is the bare minimum: load, store, close. Reads "N" lines, writes a JSON list of N durations in seconds.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from typing import Any


def main() -> None:
    """``uno_loop.py BRIDGE CONFIG SOURCE_URL TARGET_URL EXPORT``"""
    bridge_path, config, source, target, export = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("office_bridge", bridge_path)
    assert spec is not None
    assert spec.loader is not None
    bridge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bridge)
    office: Any = bridge.Office(json.loads(config))
    hidden = office._values(Hidden=True, FilterName="MS Word 2007 XML")
    data = office._uno.Any("[]com.sun.star.beans.PropertyValue", office._values(**json.loads(export)))
    stored = office._values(FilterName="writer_pdf_Export", FilterData=data)
    for line in sys.stdin:
        durations = []
        for _ in range(int(line)):
            started = time.perf_counter()
            document = office._desktop.loadComponentFromURL(source, "_blank", 0, hidden)
            document.storeToURL(target, stored)
            document.close(True)
            durations.append(time.perf_counter() - started)
        print(json.dumps(durations), flush=True)
    office.stop()


if __name__ == "__main__":
    main()
