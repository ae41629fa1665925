"""Signing in at one's own agency: OpenID Connect with one identity provider for each agency.

Sources: OpenID Connect Core 1.0 and Discovery 1.0, Back-Channel Logout 1.0, RFC 7636, 9207 and 9700.
"""
