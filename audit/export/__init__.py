"""What an auditor hands on: each log as static files that prove themselves, and its events as tables."""
