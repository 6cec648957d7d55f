"""The room that answers what a build reads: detectors, and the analysers that they use."""
