"""Detectors that are only loaded for a project that uv_build builds."""
