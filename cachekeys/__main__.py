"""``python -m cachekeys``."""

from __future__ import annotations

import os
import sys

if not getattr(sys.flags, "safe_path", False) and sys.path and sys.path[0] in ("", os.getcwd()):
    # ``-m`` puts the working directory first, which is the project to look at: a ``git.py`` or ``rich.py`` in it would be run.
    del sys.path[0]

from cachekeys.cli import main

if __name__ == "__main__":
    sys.exit(main())
