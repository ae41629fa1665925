"""What is held and what leaves: records, agreements, the release engine, the one way in, the one way out.

Not here: who is asking (auth), and how the portal is reached (portal).
"""
