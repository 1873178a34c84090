"""Python's collector of garbage, told what a server is: a large program that stays, and requests that come and go.

A full collection walks every object of the program, 100 to 200 ms in which nobody is served, and one in about twenty
requests for a large form set one off. What is there once the program stands is therefore taken out of its sight.
"""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 10_000
"""Objects before the youngest are looked through: a large form makes tens of thousands and drops them at once."""


def settle() -> None:
    """To be called when the application stands. What comes later is still collected, cycles too."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
