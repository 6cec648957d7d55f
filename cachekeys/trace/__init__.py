"""What a real build was seen to read and write: the traced truth beside what the detectors find without running anything."""
