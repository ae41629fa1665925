"""How a moment is kept as text: in UTC and of one width, so that text and time sort alike."""

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
