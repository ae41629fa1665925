"""What every request passes first: identity, default deny, limits and headers.

Not here: pages (portal.web) or JSON (portal.api).
"""
