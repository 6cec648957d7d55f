"""One file per source of build inputs.

Every module here is a plugin and registers through the same hook as third-party ones: it defines
``cachekeys_detect_inputs`` with ``@hookimpl``. Dropping a file here is all it takes to add a detector; its
docstring is its page in the documentation. Names that begin with ``_`` are helpers.
"""
