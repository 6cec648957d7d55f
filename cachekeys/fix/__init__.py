"""Fixes: the key list that closes the gaps. Editing pyproject.toml comes later."""
