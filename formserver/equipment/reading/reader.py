"""Equipment lists as files: opened and judged, laid out by a plan a person may change, read row by row.

Three steps, in one process or in several::

    opened = open_list(data, "设备清单.xls")      # raises LIST_UNREADABLE with the way out
    plan = read_list(opened)                      # a proposal; plan_to_json / plan_from_json keep and change it
    rows = read_rows(opened, plan, as_of)         # iterate once; rows.tally is complete afterwards
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from formserver.equipment.reading.model import OpenedList, ReadPlan, ReadTally, StatedRow


def open_list(data: bytes, name: str) -> OpenedList:
    """The tables of an xlsx, xls, csv or txt, judged by content first and never by name.

    Raises LIST_UNREADABLE (what the file is, what to do) for anything else, for files over 20 MB and for tables over
    100,000 rows or 200 columns. Nothing is run, nothing fetched.
    """
    raise NotImplementedError


def read_list(opened: OpenedList, remembered: ReadPlan | None = None) -> ReadPlan:
    """How each sheet is to be read: its head row, what each column means, which sheets hold no equipment and why.

    A ``remembered`` plan decides where its sheet is laid out alike (same signature of headings).
    """
    raise NotImplementedError


def read_rows(opened: OpenedList, plan: ReadPlan, as_of: date) -> RowReader:
    """The rows of every sheet the plan does not skip. Raises LIST_PLAN_UNFIT when plan and file do not belong together.

    ``as_of`` is the day no date of manufacture may be later than.
    """
    raise NotImplementedError


class RowReader:
    """Iterate once. ``tally`` counts what was read and what was passed over."""

    tally: ReadTally

    def __iter__(self) -> Iterator[StatedRow]:
        raise NotImplementedError
