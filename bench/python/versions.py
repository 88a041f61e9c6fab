"""Print the versions that the numbers depend on, as JSON."""

import json
import platform
from importlib.metadata import version

packages = ("numpy", "jupyterlab", "neuraldivergence")
print(
    json.dumps({"python": platform.python_version(), **{name: version(name) for name in packages}})
)
