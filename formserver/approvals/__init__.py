"""Approval (审批): who decides on a paper, in which order, on whose behalf, and what they marked on it."""
