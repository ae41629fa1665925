"""Recalls: an owner takes back or corrects what was shared; those who were shown it are told and answer.

Here: who was shown what, whose released form changes, notices and their acknowledgement. Not here: releases
and amendments themselves, which are sharing.contribution, and who has looked, which is sharing.receipts.
"""
