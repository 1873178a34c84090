"""Equipment lists as people keep them, read into stated rows; pure, no web, no SQL."""
