"""Document types as forms: drawing and reading a body section by section, without losing anything typed."""
