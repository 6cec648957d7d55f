"""Detectors that are only loaded for a project that sphinx-theme-builder builds."""
