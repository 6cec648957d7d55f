"""Detectors that are only loaded for a project that setuptools, or a back end that wraps it builds."""
