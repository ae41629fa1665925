"""People of an agency: brought in by an invitation, given roles, ended everywhere at once when they leave.

It stands here and not in auth because roles are compiled into the policy, and because leaving reaches what
waits for somebody. Not here: how somebody proves who they are (auth), or what a role may do (auth.roles).
"""
