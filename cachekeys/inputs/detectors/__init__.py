"""One file per source of build inputs.

Every module here is a plugin and registers through the same hook as third-party ones: it defines
``cachekeys_detect_inputs`` with ``@hookimpl``. Dropping a file here is all it takes to add a detector; its
docstring is its page in the documentation, its name is the detector's. Names that begin with ``_`` are helpers.

A folder bears the name of a build back end (the first part of ``build-system.build-backend``): what it holds is only
loaded for projects which that back end builds, also through an in-tree wrapper. Importing thirty modules costs more than
running the few that matter.
"""
