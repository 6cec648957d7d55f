"""The rules: one file each, found by listing this folder, with the documentation page in the docstring."""
