"""The document core: what a document is, how it changes, who may change it. No Flask, no SQL."""
