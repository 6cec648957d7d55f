"""Detectors that are only loaded for a project that hatchling builds."""
