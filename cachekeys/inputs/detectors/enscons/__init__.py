"""Detectors that are only loaded for a project that enscons builds."""
