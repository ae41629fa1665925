"""What the JSON door takes in, as marshmallow schemas; unknown keys are refused.

Shape is checked here, meaning in sharing, once for both doors.
"""
