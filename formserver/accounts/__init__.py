"""Who signs in: users, sessions, passwords."""
