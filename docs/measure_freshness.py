"""Write the table in ``docs/freshness.md``: what the real uv says in every situation, and what we say.

Run it from the repository with ``python docs/measure_freshness.py``. It takes about a minute; an integration test holds every row
to what it measures itself.
"""  # noqa: INP001 - a program beside the page that it writes, no package

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "freshness.md"
BEGIN, END = "<!-- matrix:begin -->\n", "<!-- matrix:end -->"
HEAD = """\
| installed by | what happened | `uv sync` says | we say | `uv pip install -r` says | we say | reason |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Measure, and replace the table."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.uv_rebuilds import uv_binary  # importable only now
    from support.verdict_cases import CASES, row

    asked = subprocess.run([uv_binary(), "--version"], capture_output=True, text=True, check=True)
    version = asked.stdout.split()[1]
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for number, case in enumerate(CASES):
            rows.append(row(case, Path(place, str(number))))
            os.write(2, b".")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    date = dt.datetime.now(dt.timezone.utc).date().isoformat()
    measured = f"Measured with uv {version} on {date}: {len(rows)} situations, {len(rows)} times the same answer.\n\n"
    PAGE.write_text(
        f"{before}{BEGIN}{measured}{HEAD}{chr(10).join(rows)}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
