#!/usr/bin/env python3
"""Set up, build, check, test and try NeuralDivergence, with Python's standard library alone.

::

    python dev.py lab                 JupyterLab with the extension, on the first example
    python dev.py test                everything: linters, types, all tests
    python dev.py test --fast         without the browser and without slow tests
    python dev.py test jest pytest    these suites alone
    python dev.py check               linters and types
    python dev.py build               build the extension and install it into .venv
    python dev.py bench               measure the goals of docs/performance.md (bench/README.md)

What is installed goes into `.venv`, `node_modules` and `ui-tests/node_modules` of this checkout.
What is up to date already is left alone.

On Linux the tests want PyTorch's CPU build; `PIP_EXTRA_INDEX_URL` may name an index that has it.
`CHROMIUM_PATH` may name the browser.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
UI = ROOT / "ui-tests"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
REPORTS = UI / ".work" / "reports"
QUICKSTART = "examples/01_quickstart.ipynb"

NODE_MAJOR = 20
OLDEST = VENV.with_name(".venv-oldest")
OLDEST_LAB = ("jupyterlab==4.6.2", "ipykernel>=7")
"""The oldest JupyterLab that is supported; README.md says so."""
OLDEST_TAG = "@oldest"
"""Tests in a browser that are run in it, too."""
TORCH = ("torch==2.13.0+cpu", "torch")
BUILT_FROM = (
    *("src", "style", "schema", "scripts", "assembly", "neuraldivergence"),
    *("package.json", "package-lock.json", "tsconfig.json", "pyproject.toml", "install.json"),
    *("README.md", "LICENSE"),
)
NOT_A_SOURCE = re.compile(r"labextension|__pycache__|_version\.py$|page\.html$|\.spec\.ts$")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Stop(Exception):
    """The message says what is missing and what to do."""


# ------------------------------------------------------------------------------- running


def say(text: str) -> None:
    """Announce a step."""
    print(f"\n\033[1m▸ {text}\033[0m" if sys.stdout.isatty() else f"\n> {text}", flush=True)


def environment() -> dict[str, str]:
    """Return the environment of every command: `.venv` comes first."""
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONHOME"},
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
        "VIRTUAL_ENV": str(VENV),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def succeeds(command: list[str | Path], *, cwd: Path = ROOT, **variables: str) -> bool:
    """Run a command, its output on the terminal, and tell whether it succeeded."""
    program = shutil.which(str(command[0]), path=environment()["PATH"])
    if program is None:
        raise Stop(f"{command[0]} not found")
    arguments = [program, *map(str, command[1:])]
    return subprocess.run(arguments, cwd=cwd, env={**environment(), **variables}).returncode == 0


def must(command: list[str | Path], *, cwd: Path = ROOT, **variables: str) -> None:
    """Run a command and stop where it fails."""
    if not succeeds(command, cwd=cwd, **variables):
        raise Stop("failed: " + " ".join(map(str, command)))


def node_tool(name: str, folder: Path = ROOT) -> Path:
    """Return a program that npm installed."""
    return folder / "node_modules" / ".bin" / (f"{name}.cmd" if os.name == "nt" else name)


# ---------------------------------------------------------------------------- installing


def check_node() -> None:
    """Stop unless Node and npm are here and new enough."""
    wanted = f"Node.js {NODE_MAJOR} or newer, with npm, is needed to build the extension"
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise Stop(f"{wanted}. See https://nodejs.org/")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0] or 0) < NODE_MAJOR:
        raise Stop(f"{wanted}; this is {version}. See https://nodejs.org/")


def install_node_packages(folder: Path = ROOT) -> None:
    """Make `node_modules` what the lock file says."""
    check_node()
    if not has_locked_packages(folder):
        say(f"npm ci in {folder.relative_to(ROOT.parent)}")
        must(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)


def has_locked_packages(folder: Path) -> bool:
    """Compare the lock file with the copy that npm keeps of what it installed."""
    installed = folder / "node_modules" / ".package-lock.json"
    if not installed.exists():
        return False
    wanted = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    present = json.loads(installed.read_text("utf-8"))["packages"]
    return all(
        present.get(path, {}).get("version") == package.get("version")
        for path, package in wanted.items()
        if path and not package.get("optional")
    )


def install_python_packages(*extras: str, torch: bool = False) -> None:
    """Install into `.venv` what the package, its build and these extras require."""
    if not PYTHON.exists():
        say("python -m venv .venv")
        if subprocess.run([sys.executable, "-m", "venv", VENV]).returncode != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            raise Stop("no virtual environment; on Debian and Ubuntu: apt install python3-venv")
    settings = pyproject()
    requirements = {*settings["build-system"]["requires"], *settings["project"]["dependencies"]}
    for extra in extras:
        requirements.update(settings["project"]["optional-dependencies"][extra])
    stamp = VENV / "neuraldivergence-requirements.json"
    done = set(json.loads(stamp.read_text("utf-8"))) if stamp.exists() else set()
    if requirements - done:
        say(f"pip install the requirements of {', '.join(['the package', *extras])}")
        must([PYTHON, "-m", "pip", "install", "--quiet", *sorted(requirements)])
    if torch and "torch" not in done:
        say("pip install torch")
        if not any(succeeds([PYTHON, "-m", "pip", "install", "--quiet", name]) for name in TORCH):
            raise Stop("PyTorch could not be installed")
        requirements.add("torch")
    stamp.write_text(json.dumps(sorted(done | requirements)), "utf-8")


def pyproject() -> dict[str, Any]:
    """Read pyproject.toml; Python 3.10 has no reader of its own but pip's."""
    try:
        import tomllib
    except ModuleNotFoundError:
        from pip._vendor import tomli as tomllib  # type: ignore[no-redef]
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


# ------------------------------------------------------------------------------ building


def build() -> None:
    """Build the extension and install the package with it into `.venv`, if a source changed."""
    install_node_packages()
    install_python_packages("lab")
    stamp = VENV / "neuraldivergence-build.sha256"
    digest = sources_digest()
    extension = VENV / "share" / "jupyter" / "labextensions" / "neuraldivergence" / "package.json"
    if extension.exists() and stamp.exists() and stamp.read_text("utf-8") == digest:
        return
    say("build the extension")
    must(["npm", "run", "--silent", "build:prod"])
    say("install the package into .venv")
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall"]
    must([*install, "--no-build-isolation", "."], HATCH_JUPYTER_BUILDER_SKIP_NPM="1")
    stamp.write_text(digest, "utf-8")


def sources_digest() -> str:
    """Return a digest of the names and contents of all that goes into the package."""
    digest = hashlib.sha256()
    for path in source_files():
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def source_files() -> Iterator[Path]:
    """List the files that the package is made from, in a stable order."""
    for name in BUILT_FROM:
        place = ROOT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and not NOT_A_SOURCE.search(path.relative_to(ROOT).as_posix()):
                yield path


# --------------------------------------------------------------------------------- suites


@dataclass(frozen=True)
class Suite:
    """A named step; `counts` reads how many of its tests passed and failed."""

    run: Callable[[bool], bool]
    needs: frozenset[str]
    counts: Callable[[], tuple[int, int]] | None = None


def tool(*commands: list[str | Path]) -> Callable[[bool], bool]:
    """Return a step that runs all of these commands and succeeds when each does."""
    return lambda fast: all([succeeds(command) for command in commands])


def run_jest(fast: bool) -> bool:
    """Run the TypeScript specs."""
    return succeeds([node_tool("jest"), "--json", f"--outputFile={fresh('jest.json')}"])


def run_pytest(fast: bool) -> bool:
    """Run the Python tests, the example notebooks among them."""
    selection = ["-m", "not slow"] if fast else []
    return succeeds([PYTHON, "-m", "pytest", f"--junitxml={fresh('pytest.xml')}", *selection])


def run_ui(fast: bool) -> bool:
    """Run the tests in a browser against a real server and real kernels."""
    return playwright(PYTHON, "ui.json")


def run_oldest(fast: bool) -> bool:
    """Run some of the tests in a browser against the oldest JupyterLab that is supported."""
    python = OLDEST / PYTHON.relative_to(VENV)
    if not python.exists():
        must([sys.executable, "-m", "venv", OLDEST])
    requirements = [*OLDEST_LAB, *pyproject()["project"]["dependencies"]]
    must([python, "-m", "pip", "install", "--quiet", *requirements])
    shutil.rmtree(wheels(), ignore_errors=True)
    must([PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
          "--wheel-dir", wheels(), "."], HATCH_JUPYTER_BUILDER_SKIP_NPM="1")  # fmt: skip
    must([python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall",
          *wheels().glob("*.whl")])  # fmt: skip
    return playwright(python, "oldest.json", "--grep", OLDEST_TAG)


def run_bench(fast: bool) -> bool:
    """Hold what the benchmarks' goals allow, in a short run of them."""
    program = ["node", ROOT / "bench" / "run.mjs", "--short", "--json", fresh("bench.json")]
    return succeeds(program, CHROMIUM_PATH=browser())


def wheels() -> Path:
    """Return the folder that the wheel is built into."""
    return UI / ".work" / "wheels"


def playwright(python: Path, report: str, *options: str) -> bool:
    """Run tests in a browser, all or those that options choose, with a Python's JupyterLab.

    One that fails is repeated once, and named as flaky when it passes then.
    """
    return succeeds(
        [node_tool("playwright", UI), "test", "--retries=1", *options],
        cwd=UI,
        CHROMIUM_PATH=browser(),
        ND_PYTHON=str(python),
        ND_PORT=str(free_port()),
        ND_REPORT=str(fresh(report)),
    )


def browser() -> str:
    """Return the path of a Chromium."""
    found = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise Stop("no Chromium found: install one, or name it in CHROMIUM_PATH")
    return found


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fresh(name: str) -> Path:
    """Return the path of a report, without the report of an earlier run."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / name).unlink(missing_ok=True)
    return REPORTS / name


def count_jest() -> tuple[int, int]:
    """Read jest's report; a file that does not load counts as one failure."""
    report = json.loads((REPORTS / "jest.json").read_text("utf-8"))
    failed = report["numFailedTests"] + report["numRuntimeErrorTestSuites"]
    return report["numPassedTests"], failed


def count_pytest() -> tuple[int, int]:
    """Read pytest's report."""
    passed = failed = 0
    for suite in ElementTree.parse(REPORTS / "pytest.xml").iter("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        failed += bad
        passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    return passed, failed


def count_ui(name: str) -> Callable[[], tuple[int, int]]:
    """Return a reader of Playwright's report; a test that passed when repeated counts as passed."""

    def count() -> tuple[int, int]:
        report = json.loads((REPORTS / name).read_text("utf-8"))
        stats = report["stats"]
        failed = stats["unexpected"] + (len(report["errors"]) if not stats["unexpected"] else 0)
        return stats["expected"] + stats["flaky"], failed

    return count


def count_bench() -> tuple[int, int]:
    """Read how many goals are held, of those that have a limit in the tests."""
    goals = json.loads((REPORTS / "bench.json").read_text("utf-8"))["goals"]
    held = [goal["isHeld"] for goal in goals if goal["limit"] is not None]
    return held.count(True), held.count(False)


NODE = frozenset({"node"})
VENV_ONLY = frozenset({"python"})
CHECKS = {
    "prettier": Suite(tool([node_tool("prettier"), "--check", "--log-level=warn", "."]), NODE),
    "eslint": Suite(tool([node_tool("eslint"), ".", "--max-warnings=0"]), NODE),
    "stylelint": Suite(tool([node_tool("stylelint"), "style/**/*.css"]), NODE),
    "types": Suite(
        tool(
            [node_tool("tsc"), "--noEmit", "-p", "tsconfig.json"],
            [node_tool("tsc"), "--noEmit", "-p", "tsconfig.core.json"],
            [node_tool("tsc"), "--noEmit", "-p", "tsconfig.test.json"],
            [node_tool("tsc"), "--noEmit", "-p", "ui-tests/tsconfig.json"],
        ),
        frozenset({"node", "ui"}),
    ),
    "ruff": Suite(
        tool(
            [PYTHON, "-m", "ruff", "check", "."],
            [PYTHON, "-m", "ruff", "format", "--check", "."],
        ),
        VENV_ONLY,
    ),
    "mypy": Suite(tool([PYTHON, "-m", "mypy"]), frozenset({"python", "build"})),
}
TESTS = {
    "jest": Suite(run_jest, NODE, count_jest),
    "pytest": Suite(run_pytest, frozenset({"python", "torch", "build"}), count_pytest),
    "ui": Suite(run_ui, frozenset({"ui", "python", "build"}), count_ui("ui.json")),
    "bench": Suite(run_bench, frozenset({"ui", "python", "build"}), count_bench),
    "oldest": Suite(run_oldest, frozenset({"ui", "python", "build"}), count_ui("oldest.json")),
}
SUITES = {**CHECKS, **TESTS}
BROWSER_SUITES = ("ui", "bench", "oldest")


def prepare(needs: set[str]) -> None:
    """Install and build what the suites need."""
    if "node" in needs:
        install_node_packages()
    if "ui" in needs:
        install_node_packages(UI)
    if "python" in needs:
        extras = ("lab", "examples", "check", "test")
        install_python_packages(*extras, torch="torch" in needs)
    if "build" in needs:
        build()


def run_suites(names: list[str], *, fast: bool) -> int:
    """Run suites one after the other, sum up, and return the exit status."""
    started = time.monotonic()
    prepare(set().union(*(SUITES[name].needs for name in names)))
    rows = [("install and build", True, time.monotonic() - started)]
    passed = failed = 0
    for name in names:
        say(name)
        started = time.monotonic()
        try:
            fine = SUITES[name].run(fast)
        except Stop as reason:
            print(reason)
            fine = False
        rows.append((name, fine, time.monotonic() - started))
        counts = SUITES[name].counts
        if counts is not None:
            counted = read_counts(counts, fine)
            passed, failed = passed + counted[0], failed + counted[1]
    say("summary")
    for name, fine, seconds in rows:
        print(f"  {name:18} {'pass' if fine else 'FAIL'} {seconds:8.1f} s")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if all(fine for _, fine, _ in rows) else 1


def read_counts(counts: Callable[[], tuple[int, int]], fine: bool) -> tuple[int, int]:
    """Read a report; a suite that failed has at least one failure, also when it left none."""
    try:
        passed, failed = counts()
    except (OSError, ValueError, KeyError, ElementTree.ParseError):
        passed, failed = 0, 0
    return passed, failed if fine else max(failed, 1)


# ------------------------------------------------------------------------------- commands


def lab(arguments: list[str]) -> int:
    """Open JupyterLab, with the extension, on the first example."""
    build()
    install_python_packages("lab", "examples")
    notebook = [QUICKSTART] if (ROOT / QUICKSTART).exists() else []
    say("jupyter lab")
    command = [PYTHON, "-m", "jupyterlab", *notebook, *arguments]
    if os.name == "nt":
        return 0 if succeeds(command) else 1
    # In place of this process, so that Ctrl-C and other signals reach JupyterLab itself.
    os.chdir(ROOT)
    os.execve(PYTHON, list(map(str, command)), environment())


def bench(arguments: list[str]) -> bool:
    """Measure how fast and how large things are."""
    prepare({"node", "ui", "python", "build"})
    if "--short" not in arguments:
        install_node_packages(ROOT / "bench")
    return succeeds(["node", ROOT / "bench" / "run.mjs", *arguments], CHROMIUM_PATH=browser())


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line; what stands after `--` belongs to JupyterLab."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    lab_parser = commands.add_parser("lab", help="JupyterLab with the extension")
    lab_parser.add_argument("--no-browser", action="store_true")
    test_parser = commands.add_parser("test", help="everything, or the named suites")
    test_parser.add_argument("--fast", action="store_true", help="no browser, no slow tests")
    test_parser.add_argument("suites", nargs="*", metavar="suite", help=", ".join(SUITES))
    commands.add_parser("check", help="linters and types")
    commands.add_parser("build", help="build and install the extension into .venv")
    commands.add_parser("bench", help="measure; what follows belongs to bench/run.mjs")
    if arguments[:1] == ["bench"]:
        return argparse.Namespace(command="bench", rest=arguments[1:])
    options = parser.parse_args(arguments[:cut])
    options.rest = arguments[cut + 1 :]
    for name in getattr(options, "suites", []):
        if name not in SUITES:
            parser.error(f"unknown suite: {name} (there are {', '.join(SUITES)})")
    return options


def main(arguments: list[str]) -> int:
    """Run a command and return the exit status."""
    options = parse(arguments)
    if options.command == "lab":
        return lab([*(["--no-browser"] if options.no_browser else []), *options.rest])
    if options.command == "build":
        build()
        return 0
    if options.command == "bench":
        return 0 if bench(options.rest) else 1
    if options.command == "check":
        return run_suites(list(CHECKS), fast=False)
    everything = [name for name in SUITES if not (options.fast and name in BROWSER_SUITES)]
    return run_suites(options.suites or everything, fast=options.fast)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as reason:
        sys.exit(f"\n{reason}")
    except KeyboardInterrupt:
        sys.exit(130)
