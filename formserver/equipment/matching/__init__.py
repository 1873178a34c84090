"""Recognising a piece of equipment from its name plate: pure, no web, no SQL, no files."""
