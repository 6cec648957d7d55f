"""The setuptools plugin of cachekeys: glue only, the core knows no backend."""
