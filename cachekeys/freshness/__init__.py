"""Is what is installed still what uv, or the content of the files, asks for? Say so, and repair it where that is right."""
