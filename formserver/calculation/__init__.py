"""Exact arithmetic on regulated figures: Decimal, units, rounding per GB/T 8170."""
