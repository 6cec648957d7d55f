"""Detectors that are only loaded for a project that py-build-cmake builds."""
