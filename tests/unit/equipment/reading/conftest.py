"""Lists as files of every kind, made with openpyxl and LibreOffice."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from formserver.equipment.reading.reader import open_list, read_list, read_rows

AS_OF = date(2026, 11, 21)


def saved(book):
    """The bytes of an openpyxl workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def book_of(*rows, title="设备表"):
    """An xlsx of one sheet."""
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(list(row))
    return saved(made)


def patched(data, member, change):
    """The package with one member changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == member else content)
    return out.getvalue()


class Read:
    """A list read by its own proposal."""

    def __init__(self, data, name="清单.xlsx", as_of=AS_OF):
        self.opened = open_list(data, name)
        self.plan = read_list(self.opened)
        reader = read_rows(self.opened, self.plan, as_of)
        self.rows = list(reader)
        self.tally = reader.tally

    def keys(self, sheet=0):
        return {h.key: h.place for h in self.plan.sheets[sheet].headings if h.key}

    def codes(self, row=0):
        return [problem.code for problem in self.rows[row].problems]


@pytest.fixture
def read():
    return Read
