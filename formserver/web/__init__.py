"""The kit the slices share: schema-to-form codec, components, errors, permissions, static files."""
