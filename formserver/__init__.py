"""A document-generation-centric form server for industrial energy-conservation inspection (工业节能监察)."""
