"""Measures the portal against its floor and a peer; see `docs/performance.md`. Nothing here is imported by it."""
