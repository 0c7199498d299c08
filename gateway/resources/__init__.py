"""The API ``/api/v1``: one module for each service; what they share is in ``conventions``."""
