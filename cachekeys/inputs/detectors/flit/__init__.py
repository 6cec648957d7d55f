"""Detectors that are only loaded for a project that flit builds."""
