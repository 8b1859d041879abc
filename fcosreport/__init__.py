"""Reads what detection experiments leave behind, and tells what is true in it."""

__version__ = "0.1.0"
