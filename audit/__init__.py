"""The auditor's tool. It needs a copy of the logs and nothing else: no server, no broker, no trust in either."""
