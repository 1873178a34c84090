"""Equipment lists as files: opened and judged, laid out by a plan a person may change, read row by row.

Three steps, in one process or in several::

    opened = open_list(data, "设备清单.xls")      # raises LIST_UNREADABLE with the way out
    plan = read_list(opened)                      # a proposal; plan_to_json / plan_from_json keep and change it
    rows = read_rows(opened, plan, as_of)         # iterate once; rows.tally is complete afterwards
"""

from __future__ import annotations

from datetime import date

from formserver.equipment.reading import opening, planning
from formserver.equipment.reading.model import OpenedList, ReadPlan
from formserver.equipment.reading.planning import headed_at
from formserver.equipment.reading.rows import RowReader

__all__ = ["RowReader", "headed_at", "open_list", "read_list", "read_rows"]


def open_list(data: bytes, name: str) -> OpenedList:
    """The tables of an xlsx, xls, csv or txt, judged by content first and never by name.

    Raises LIST_UNREADABLE (what the file is, what to do) for anything else, for files over 20 MB and for tables over
    100,000 rows or 200 columns. Nothing is run, nothing fetched.
    """
    return opening.open_list(data, name)


def read_list(opened: OpenedList, remembered: ReadPlan | None = None) -> ReadPlan:
    """How each sheet is to be read: its head row, what each column means, which sheets hold no equipment and why.

    A ``remembered`` plan decides where its sheet is laid out alike (same headings in the same places).
    """
    return planning.propose(opened, remembered)


def read_rows(opened: OpenedList, plan: ReadPlan, as_of: date) -> RowReader:
    """The rows of every sheet the plan does not skip. Raises LIST_PLAN_UNFIT when plan and file do not belong together,
    LIST_UNREADABLE while going through more than 100,000 rows.

    ``as_of`` is the day no date of manufacture may be later than.
    """
    return RowReader(opened, plan, as_of)
