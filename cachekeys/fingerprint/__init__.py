"""One hash over everything that a build depends on, by content: made for the keys of CI caches.

Times, inode numbers, modes, the path of the checkout, the locale and the order of directory listings are not in it.
"""
