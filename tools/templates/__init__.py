"""Makes the first form of the Word templates; afterwards a maintainer edits the docx files themselves."""
