"""Measures the portal against its floor and a peer: see `docs/performance.md`."""
