"""Terms tried out before anybody signs: sample records as each audience sees them today, and would see them.

Not here: any rule of release. Both sides are answers of sharing.release about frozen facts; nothing is kept.
"""
