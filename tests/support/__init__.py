"""What tests share: project trees, the real uv as an oracle, real builds."""
