"""From a body and a Word template to docx, and from docx to PDF. No Flask, no SQL."""
