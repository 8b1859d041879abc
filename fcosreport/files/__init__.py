"""Disk and servers: bytes, paths and URLs, listings, ranges, files written whole, git.
In: paths and URLs.
Out: bytes and names; `Refused` and errors with what to do.
"""
