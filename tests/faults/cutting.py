"""A line between a client and a server that breaks off after so many bytes of an answer, a few times."""

import contextlib
import socket
import threading


class CuttingLine:
    """Passes everything on; each of the first connections that answer much is cut in the middle of it."""

    def __init__(self, port: int, cuts: int, after: int) -> None:
        self._target, self._left, self._after = port, cuts, after
        self.cut = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._pass(client)

    def _pass(self, client: socket.socket) -> None:
        """One connection, of one question and its answer."""
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            back = threading.Thread(target=self._answer, args=(server, client))
            back.start()
            with contextlib.suppress(OSError):
                while data := client.recv(65536):
                    server.sendall(data)
            back.join()

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self._left and passed + len(data) > self._after:
                    client.sendall(data[: self._after - passed])
                    self._left -= 1
                    self.cut += 1
                    break
                client.sendall(data)
                passed += len(data)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
