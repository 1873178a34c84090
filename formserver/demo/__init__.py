"""A fictional case, complete from notice to signed record: for ``make run``, screenshots, benchmarks and tests."""
