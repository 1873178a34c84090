"""Word generation, ours beside docxtpl, docxtemplater and Carbone, in one run on one fixture."""
