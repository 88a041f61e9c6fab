import base64
import gzip
import json

import numpy as np

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
    extra -= {"detector.json", "divergences.json", "divergences.bin", "findings.json"}
    extra -= {"model.keras.ndiv", "model.torch.ndiv"}
    assert extra == {
        "README.md",
        *(
            f"{name}.py"
            for name in (
                *("detector", "divergences", "figures", "findings", "golden", "hostile"),
                *("make", "models", "neurons", "recordings", "reference"),
            )
        ),
    }


def test_the_script_reproduces_the_committed_divergences(fixtures):
    """Every 20th: SciPy takes its time. Its last bits depend on its version."""
    from divergences import COLUMNS, divergence_case, expected_divergences

    described = json.loads((fixtures / "divergences.json").read_text("utf-8"))
    content = (fixtures / "divergences.bin").read_bytes()
    sizes = np.array(described["sizes"])
    ends = np.cumsum(sizes.sum(axis=1) + 1)
    expected = np.frombuffer(content, "<f8", len(sizes) * len(COLUMNS)).reshape(len(sizes), -1)
    values = np.frombuffer(content, "<f4", offset=expected.nbytes)
    assert described["columns"] == COLUMNS
    assert len(values) == ends[-1]
    for index in range(7, len(sizes), 20):
        a, b, x = divergence_case(index)
        assert [len(a), len(b)] == sizes[index].tolist()
        committed = values[ends[index] - len(a) - len(b) - 1 : ends[index]]
        np.testing.assert_array_equal(committed, [*a, *b, x])
        numbers = expected_divergences(a, b, x)
        np.testing.assert_allclose(numbers, expected[index], rtol=1e-11, atol=1e-15)


def test_the_script_reproduces_the_committed_findings(fixtures):
    from findings import findings_fixture
    from recordings import tiny

    committed = json.loads((fixtures / "findings.json").read_text("utf-8"))
    assert_close(json.loads(json.dumps(findings_fixture(tiny()))), committed)


def test_the_script_reproduces_the_committed_detector(fixtures):
    from detector import detector_fixture
    from recordings import tiny_pairs

    committed = json.loads((fixtures / "detector.json").read_text("utf-8"))
    assert_close(json.loads(json.dumps(detector_fixture(tiny_pairs()))), committed)


def test_the_detector_finds_the_committed_numbers(fixtures):
    """What TypeScript is held against holds for Python."""
    from recordings import tiny_pairs

    committed = json.loads((fixtures / "detector.json").read_text("utf-8"))
    found = tiny_pairs().detector(resamples=0)
    expected = [committed["doubt"], *(score for layer in committed["layers"] for score in layer)]
    for score, told in zip((found.baseline, *found.scores), expected, strict=True):
        kinds = (score.attacked, score.benign, score.misclassified, score.correct)
        for numbers, committed_numbers in zip(kinds, told["numbers"], strict=True):
            golden = [float(number) for number in committed_numbers]
            np.testing.assert_allclose(numbers, golden, rtol=1e-9, err_msg=score.name)
        areas = [told[name] for name in ("above", "benign", "correct", "misclassified", "natural")]
        np.testing.assert_allclose([one.value for one in score.estimates], areas, rtol=1e-9)


def assert_close(found, expected):
    """As far as digits do not depend on the version of SciPy."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        assert_close(list(found.values()), list(expected.values()))
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other)
    elif isinstance(expected, float):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15)
    else:
        assert found == expected


def test_the_area_under_the_curve_is_that_of_scikit_learn(fixtures):
    from divergences import divergence_case, expected_divergences
    from sklearn.metrics import roc_auc_score

    for index in range(0, 300, 11):
        a, b, x = divergence_case(index)
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        score = roc_auc_score([0] * len(a) + [1] * len(b), [*a, *b])
        assert np.isclose(expected_divergences(a, b, x)[0], score, rtol=1e-12)


def test_the_fixtures_are_small(fixtures):
    files = [path for path in fixtures.rglob("*") if path.suffix in (".ndiv", ".json", ".bin")]
    assert sum(path.stat().st_size for path in files) < 3e6
