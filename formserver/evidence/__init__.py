"""证据库: files that prove something, numbered per case, with where they come from and which row of a paper cites them."""
