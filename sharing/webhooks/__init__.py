"""Telling programs of agencies that something waits for them: ids only, signed, decided again when sent.

Not here: what is told and when (sharing.announcements), or the way to a host (foundation.outbound).
"""
