"""The peer's own environment: Django and what it needs, apart from ours, made when it is first wanted."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks import postgres

ROOT = Path(__file__).parent.parent
PEER = ROOT / "benchmarks" / "peer_django"
_ENVIRONMENT = ROOT / ".peer-venv"


def peer_python() -> str:
    """The peer's Python, with its requirements installed."""
    python, stamp = _ENVIRONMENT / "bin" / "python", _ENVIRONMENT / "installed"
    wanted = (PEER / "requirements.txt").read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print("making the peer's environment")
        subprocess.run([sys.executable, "-m", "venv", _ENVIRONMENT], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", PEER / "requirements.txt"], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def peer_environment(database: str) -> dict[str, str]:
    """The variables with which the peer's processes start."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join((str(PEER), str(ROOT))),
        "DJANGO_SETTINGS_MODULE": "settings",
        "PEER_SECRET_KEY": "only-for-measuring-on-this-machine",
        "PEER_DATABASE": database,
        "PEER_DATABASE_HOST": postgres.socket_folder(),
    }
