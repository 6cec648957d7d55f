"""Real projects, what their builds really read, and how much of that is found statically."""
