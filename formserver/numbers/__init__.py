"""The register of numbers (文号登记): the fate of each, start values, numbers set aside."""
