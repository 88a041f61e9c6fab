import base64
import gzip
import json

DATA = "application/vnd.neuraldivergence.v1.data"


def unpacked(content):
    """A bundle with its data unpacked: the packed bytes depend on the zlib at hand."""
    bundle = json.loads(content)
    del bundle["text/plain"]  # names the packed size
    return {**bundle, DATA: gzip.decompress(base64.b64decode(bundle[DATA]))}


def test_the_script_reproduces_the_committed_fixtures(fixtures):
    from make import fixtures as made

    files = made()
    for path, content in files.items():
        committed = (fixtures / path).read_bytes()
        if path == "tiny.bundle.json":
            assert unpacked(committed) == unpacked(content)
        else:
            assert committed == content, path
    extra = {
        str(path.relative_to(fixtures)) for path in fixtures.rglob("*.*") if path.suffix != ".pyc"
    } - set(files)
    assert extra == {
        "README.md",
        *(
            f"{name}.py"
            for name in ("figures", "golden", "hostile", "make", "recordings", "reference")
        ),
    }


def test_the_fixtures_are_small(fixtures):
    files = [path for path in fixtures.rglob("*") if path.suffix in (".ndiv", ".json", ".bin")]
    assert sum(path.stat().st_size for path in files) < 1.5e6
