"""The product's own source files, as git would commit them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def files(*endings: str) -> list[Path]:
    """Every file that is committed or about to be, with one of the endings; paths from the root."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(name) for name in listed if name.endswith(endings) and (ROOT / name).exists()]
