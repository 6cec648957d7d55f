"""Reports: the same analysis as text for people and as JSON for programs."""
