"""Detectors that are only loaded for a project that scikit-build-core builds."""
