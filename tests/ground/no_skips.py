"""A pytest plugin: in CI (`CI` is set) a skipped test fails the run, for skips hide faults."""

import os
from collections.abc import Iterator
from typing import Any

import pytest


def _skipped(config: pytest.Config) -> list[Any]:
    terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
    return list(terminal.stats.get("skipped", [])) if terminal else []


def _minded() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    yield
    if _minded() and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if _minded() and (skipped := _skipped(config)):
        terminalreporter.section("In CI a skipped test is a failure", red=True)
        for report in skipped:
            terminalreporter.line(report.nodeid)
    for report in terminalreporter.stats.get("xfailed", []):
        terminalreporter.line(f"expected to fail: {report.nodeid}")
