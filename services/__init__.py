"""The four services. They never import each other; what they share of a request's way in is ``entrypoint``."""
