"""The floor: a bare Flask application under the same server, which answers without asking anything."""

from flask import Flask, Response

app = Flask(__name__)


@app.get("/hello")
def hello() -> Response:
    """A few bytes."""
    return Response(b'{"hello":"world"}', mimetype="application/json")
