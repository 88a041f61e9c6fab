import subprocess
import sys
from pathlib import Path

BLOCKED = ["torch", "keras", "jax", "jaxlib", "flax", "tensorflow", "IPython", "jupyterlab"]

SCRIPT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise AssertionError(f"imported {name}")

sys.meta_path.insert(0, Refuse())
import numpy as np
import neuraldivergence as nd
recording = nd.Recording.from_arrays({"a": np.ones((3, 2))})
recording.show()
print(sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_the_package_works_without_any_framework():
    script = f"BLOCKED = {BLOCKED}\n{SCRIPT}"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in (*BLOCKED, "scipy", "ml_dtypes", "sklearn", "PIL"):
        assert f"'{name}'" not in done.stdout


def test_record_is_a_function_whatever_was_imported_before():
    import neuraldivergence as nd
    import neuraldivergence.record

    assert callable(nd.record)
    assert callable(nd.layers)
    assert all(hasattr(nd, name) for name in nd.__all__)
