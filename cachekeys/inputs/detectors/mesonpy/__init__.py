"""Detectors that are only loaded for a project that meson-python builds."""
