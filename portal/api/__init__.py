"""The JSON door, `/api/v1`: the same use cases as portal.web, with schemas instead of forms.

Not here: any rule or label of its own.
"""
