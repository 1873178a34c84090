"""The one linear history of the database schema, for the store and all slices."""
