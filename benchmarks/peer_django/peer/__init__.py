"""The peer application: incidents, who may see them, and what was looked at."""
