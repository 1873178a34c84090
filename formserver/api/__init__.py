"""The interface for programs: every operation under ``/api/v1``, described by one OpenAPI document."""
