"""The HTTP face of the four services: API, identity, pages. It holds no campaign data of its own."""
