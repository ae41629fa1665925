"""A mail server in the test's own process, which keeps what it is handed."""

import asyncio
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from tests.journeys.server import free_port


class Sink:
    """Keeps what it is handed; answers a recipient with `refusal` if it has one."""

    def __init__(self):
        self.envelopes, self.refusal, self.logins = [], None, []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - its name there
        await asyncio.sleep(0)
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - its name there
        await asyncio.sleep(0)
        self.envelopes.append(envelope)
        return "250 taken"

    def messages(self):
        return [message_from_bytes(each.content, policy=default) for each in self.envelopes]


@pytest.fixture
def sink():
    made = Sink()
    made.port = free_port()
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()
