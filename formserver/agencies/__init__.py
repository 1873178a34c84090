"""The tree of inspection bodies (监察机构) and departments (主管部门)."""
