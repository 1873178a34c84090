"""The paper states the basis its total of energy rests on, and adds up nothing that rests on two."""

from __future__ import annotations

import io

from docx import Document

from tests.integration.calculators.test_in_documents import BASE, drafting
from tests.support.website import Website

POWER = {"_k": "bbbbbbb1", "carrier": "电力", "amount": "100", "unit": "万kWh"}
PRIMARY = {**POWER, "basis": "等价值", "coefficient": "0.3", "coefficient_unit": "kgce/kWh"}


def total_on_paper(site: Website, *lines) -> str:
    """What stands beside 综合能源消费量 when every line is a calculation of its own."""
    document = site.started("chen", "benchmark_sheet")
    draft = drafting(site).open(site.actor("chen"), document.id).draft
    rows = [
        {"_k": f"aaaaaaa{n}", "product": "cement.clinker", "energy": [line]} for n, line in enumerate(lines)
    ]
    values = {**BASE, "calculations": rows}
    changes = [{"op": "set", "at": f"/{key}", "value": value} for key, value in values.items()]
    drafting(site).patch(site.actor("chen"), document.id, seq=draft.seq, changes=changes)
    paper = site.client("chen").get(f"/documents/{document.id}/preview.docx")
    cells = [cell.text for cell in Document(io.BytesIO(paper.data)).tables[0]._cells]
    return cells[cells.index("综合能源消费量") + 1]


def test_the_basis_that_was_used_is_printed(site: Website):
    assert total_on_paper(site, POWER) == "122.9 tce（当量值）"
    assert total_on_paper(site, PRIMARY) == "300 tce（等价值）；当量值 122.9 tce，等价值 300 tce"


def test_two_bases_are_not_added_up_on_paper(site: Website):
    said = total_on_paper(site, POWER, {**PRIMARY, "_k": "bbbbbbb2"})
    assert "不能相加" in said
    assert "tce（" not in said
