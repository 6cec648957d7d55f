"""Times as people read them."""

from __future__ import annotations

__all__ = ["shown_time"]

_NANO = 1_000_000_000


def shown_time(nanoseconds: int) -> str:
    """Return a time, given in nanoseconds since 1970, as local ISO 8601, to the millisecond."""
    from time import localtime, strftime  # few commands show times

    seconds, rest = divmod(nanoseconds, _NANO)
    try:
        return f"{strftime('%Y-%m-%d %H:%M:%S', localtime(seconds))}.{rest // 1_000_000:03d}"
    except (OverflowError, OSError, ValueError):  # a file may claim to be from the year 10^11
        return f"{seconds} s after 1970"
