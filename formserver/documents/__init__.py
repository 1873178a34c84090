"""Pages and commands to fill, check, number, print, sign and find documents (文书)."""
