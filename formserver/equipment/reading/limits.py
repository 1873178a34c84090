"""How much of a list is read, and the one exception for files that are not."""

from __future__ import annotations

from typing import Final

LARGEST_FILE: Final = 20 * 1024 * 1024
LARGEST_UNPACKED: Final = 400 * 1024 * 1024
MOST_CELLS: Final = 6_000_000
"""Of the rectangles around everything the sheets hold: 100,000 rows of 60 columns."""
MOST_ROWS: Final = 100_000
"""Rows of equipment over all sheets."""
MOST_LINES: Final = 110_000
"""Lines of one sheet with titles, sums and blanks."""
MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 200
MOST_PROBLEMS: Final = 1_000
"""Problems kept for showing; they are counted exactly beyond that."""


class Unreadable(ValueError):
    """Why a file cannot be read and what to do, in Chinese, without a full stop."""
