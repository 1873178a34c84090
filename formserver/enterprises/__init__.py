"""The register of inspected enterprises (被监察单位)."""
