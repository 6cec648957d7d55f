"""Detectors that are only loaded for a project that whool builds."""
