"""The record ``cachekeys.json``: what a wheel was built from, by content."""
