"""Fixtures that every test may ask for; each stands beside what it is for."""

pytest_plugins = ["tests.portal"]
