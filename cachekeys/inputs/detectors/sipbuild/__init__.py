"""Detectors that are only loaded for a project that sip builds."""
