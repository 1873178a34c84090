"""Definitions an expert edits: document types, libraries, conditions, validation."""
