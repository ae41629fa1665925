"""wapiti against a running portal with the demonstration, signed in as people of different roles.

`python -m tests.scan WAPITI FOLDER [SECONDS]`: the program, where its reports go, and for how long it looks
around and then tries each module. It ends with 1 if anything of medium severity or higher was found.
"""

import json
import re
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.journeys.server import Server
from tests.partnership import EXCLUDING, ROBBERY
from tests.scenario.life import RUNNING

#: Who is signed in, and for what.
PEOPLE = {"Dan Osei": ROBBERY, "Priya Nair": EXCLUDING, "Ruth Okafor": RUNNING, "Tessa Lyle": RUNNING}
#: Those that need nothing from the internet.
MODULES = (
    "sql", "timesql", "xss", "permanentxss", "exec", "file", "crlf", "csrf", "csp", "cookieflags",
    "http_headers", "redirect", "ssrf", "upload", "xxe", "methods", "htaccess", "backup",
)  # fmt: skip
#: wapiti's levels are 0 (information) to 4 (critical).
MEDIUM = 2


def signed_in(server: Server, person: str, purpose: str) -> str:
    """The cookie of a session of an invented person, opened by the pages as a browser does."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    page = _get(browser, f"{server.address}/sign-in")
    found = re.search(rf'name="user" value="([^"]+)">(?:(?!name="user").)*? as {person}<', page, re.DOTALL)
    if found is None:
        raise SystemExit(f"The sign-in page does not offer {person}.")
    _post(browser, f"{server.address}/sign-in/demonstration", page, user=found[1])
    _post(browser, f"{server.address}/purpose", _get(browser, f"{server.address}/purpose"), purpose=purpose)
    (cookie,) = [each for each in jar if each.name == "concordat"]
    return f"concordat={cookie.value}"


def _get(browser: OpenerDirector, address: str) -> str:
    with browser.open(address) as answer:
        return str(answer.read().decode())


def _post(browser: OpenerDirector, address: str, page: str, **fields: str) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = urlencode({"csrf_token": token[1] if token else "", **fields}).encode()
    browser.open(Request(address, sent, {"Sec-Fetch-Site": "same-origin"})).close()  # noqa: S310 - loopback


def scan(wapiti: str, server: Server, cookie: str, report: Path, seconds: int) -> list[str]:
    """Run it once; gives a line for everything of medium severity or higher."""
    command = [
        wapiti, "--url", f"{server.address}/", "--scope", "domain", "--module", ",".join(MODULES),
        "--cookie-value", cookie, "--drop-set-cookie", "--exclude", f"{server.address}/sign-out",
        "--exclude", f"{server.address}/purpose",
        "--max-scan-time", str(seconds), "--max-attack-time", str(max(5, seconds // 6)),
        "--flush-session", "--no-bugreport", "--format", "json", "--output", str(report),
    ]  # fmt: skip
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode or not report.exists():
        raise SystemExit(f"wapiti ended with {done.returncode}.")
    told = json.loads(report.read_text(encoding="utf-8"))
    sys.stdout.write(f"{report.stem}: {told['infos']['crawled_pages_nbr']} pages\n")
    return [
        f"{kind} ({each['level']}): {each['method']} {each['path']} {each['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, found in told[part].items()
        for each in found
        if each["level"] >= MEDIUM
    ]


def main(wapiti: str, folder: Path, seconds: int) -> int:
    """Scan once for each person; 0 if nothing of medium severity or higher was found."""
    folder.mkdir(parents=True, exist_ok=True)
    bad = []
    with TemporaryDirectory() as data:
        server = Server(Path(data))
        server.load_demonstration()
        server.start()
        try:
            for person, purpose in PEOPLE.items():
                cookie = signed_in(server, person, purpose)
                report = folder / f"{person.replace(' ', '-').lower()}.json"
                bad += [f"{person}: {line}" for line in scan(wapiti, server, cookie, report, seconds)]
        finally:
            server.stop()
    sys.stdout.write("\n".join(bad or ["Nothing of medium severity or higher."]) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int((sys.argv[3:] or ["600"])[0])))
