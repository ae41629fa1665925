"""What every request passes first, in this order: limits, identity, admission, origin; and headers last.

Not here: pages (portal.web) or JSON (portal.api).
"""
