"""Signed papers on their way back: intake of scans, recognition of pages, what to look at, binding."""
