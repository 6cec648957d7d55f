"""The parts behind :mod:`cachekeys.tomlfile`: where things stand, the TOML 1.1 dialect, and values as text."""
