"""What programs can do, one module per kind of thing."""
