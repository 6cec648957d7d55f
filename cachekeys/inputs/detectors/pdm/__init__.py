"""Detectors that are only loaded for a project that pdm-backend builds."""
