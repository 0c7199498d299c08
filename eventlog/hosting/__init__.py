"""The nameko adapter: how a nameko service hosts a log's loops, and how one process calls another's RPC methods.

The only place of the kernel that knows nameko (docs/adr/0001).
"""
