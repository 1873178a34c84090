"""Files that arrive in pieces and may be interrupted: the tus protocol, the pieces on disk, and who may take them."""
