"""The Hatch plugin of cachekeys: glue only, the core knows no backend."""
