"""SQL, blobs and search behind the ports of the core; the memory twin; migrations."""
