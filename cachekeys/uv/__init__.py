"""The room that answers what uv watches, exactly as uv does it.

Sources of facts: uv's ``uv-cache-info`` crate and measurements of the real binary (0.13.8 unless said otherwise).
Where this code and a real uv disagree, the real uv is right.
"""
