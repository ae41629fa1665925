"""The committed style and the copied packages: two themes alike, nothing of GOV.UK's own."""

import json
import re
from pathlib import Path

import pytest

from portal.cli.assets import ROOT, AssetsError, copy_assets, own_style

STYLE = (ROOT / "portal" / "static" / "concordat.css").read_text()


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]+);", block))


def _block(selector: str) -> str:
    return STYLE.split(f"{selector} {{")[1].split("}")[0]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


LIGHT = _tokens(_block("\n:root"))
DARK = {**LIGHT, **_tokens(_block(':root[data-theme="dark"]'))}


def test_dark_by_choice_and_dark_by_device_are_the_same() -> None:
    by_device = _tokens(_block(':root:not([data-theme="light"])'))
    assert by_device == _tokens(_block(':root[data-theme="dark"]'))
    assert len(by_device) > 25


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "surface"),
    [("ink", "page"), ("slate", "paper"), ("slate", "page"), ("link", "paper"), ("on-brand", "brand"),
     ("on-marking", "marking"), ("ink", "stone"), ("heather", "page"), ("heather", "heather-tint"),
     ("heather", "heather-deep"), ("red", "page"), ("red-text", "red-tint"), ("on-red", "red"),
     ("amber", "page"), ("amber-text", "amber-tint"), ("green-text", "green-tint"),
     ("blue-text", "blue-tint"), ("on-focus", "focus"), ("accent", "paper"), ("link", "heather-deep")],
)  # fmt: skip
def test_text_stands_out_from_its_surface(tokens: dict[str, str], text: str, surface: str) -> None:
    assert _contrast(tokens[f"--{text}"], tokens[f"--{surface}"]) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("bar", ["control", "red", "amber-bar", "green-bar", "blue-bar", "accent"])
def test_controls_and_bars_stand_out_from_the_page(tokens: dict[str, str], bar: str) -> None:
    assert _contrast(tokens[f"--{bar}"], tokens["--page"]) >= 3


def test_lock_file_names_no_server_and_pins_exactly() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_style_of_the_package_loses_the_font_and_the_crest() -> None:
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}"
        'a{font-family:"GDS Transport",arial}b{background:url(/assets/images/govuk-crest.svg)}'
        "i{color:red}/*# sourceMappingURL=x.map */"
    )
    assert own_style(css) == "a{font-family:arial}b{background:none}i{color:red}"


def test_package_without_a_file_that_we_copy_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match=r"govuk-frontend\.min\.css is not among the packages"):
        copy_assets(tmp_path, tmp_path / "vendor")
