"""Where the lines of a chart's axis stand, at round numbers."""

#: Lines above zero, at most.
_LINES = 5


def ticks(most: int) -> tuple[int, ...]:
    """From 0 to a round number not below `most`, in steps of 1, 2 or 5 times a power of ten."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * _LINES >= most:
                return tuple(range(0, max(most, 1) + step, step))[: -(-max(most, 1) // step) + 1]
        size *= 10
