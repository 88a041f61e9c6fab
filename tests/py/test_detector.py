"""The detector's numbers, by SciPy, scikit-learn and plain loops."""

import base64
import dataclasses
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from conftest import FIXTURES
from scipy import stats
from sklearn.metrics import roc_auc_score, roc_curve

import neuraldivergence as nd
from neuraldivergence import grid as dyadic
from neuraldivergence.resampling import area, share_above
from neuraldivergence.standing import standings

CLASSES = 3


def made(*, seed=0, samples=240, pairs=25, confidence=True):
    """Pairs, misclassified samples, a dead neuron and values that are not finite."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, samples)
    predictions = np.where(rng.random(samples) < 0.2, (labels + 1) % CLASSES, labels)
    layers = {
        name: np.maximum(rng.normal(labels[:, None], 1, (samples, n)), 0).astype(np.float32)
        for name, n in (("a", 7), ("b", 4))
    }
    layers["a"][:, 2] = 0
    layers["a"][5, 0], layers["b"][6, 1] = np.nan, np.inf
    recording = nd.Recording.from_arrays(
        layers, labels=labels, predictions=predictions, name="Net <b>"
    )
    if confidence:
        recording = recording.with_column("confidence", rng.uniform(0.4, 1, samples))
    correct = np.flatnonzero(labels == predictions)
    for pair, row in enumerate(rng.choice(correct, pairs, replace=False)):
        recording = recording.with_pair(
            sample=int(row),
            attacked={name: values[row] + 0.3 for name, values in layers.items()},
            name=f"pair {pair}",
            predictions=(None, int((labels[row] + 1) % CLASSES)),
            confidences=(0.9, 0.5 + pair / 100) if confidence else None,
        )
    return recording


@pytest.fixture(scope="module")
def recording():
    return made()


@pytest.fixture(scope="module")
def detection(recording):
    return recording.detector(resamples=200)


def expected_scores(recording, layer, x, label, row):
    """Mean surprisal, mean |z| and largest |z| of one image, neuron by neuron."""
    rows = np.flatnonzero(recording.labels == label)
    rows = rows[rows != row]
    grid = dyadic.fit(layer.activations, layer.instances)
    surprisals, deviations = [], []
    for neuron in range(layer.neurons):
        values = layer.activations[rows, neuron].astype(np.float64)
        values = values[np.isfinite(values)]
        exponent, origin = (int(number) for number in grid[neuron])
        first, last = origin >> 3, (origin + 255) >> 3
        edges = [np.ldexp(float(edge), exponent + 3) for edge in range(first, last + 2)]
        if len(values) == 0 or np.isnan(x[neuron]):
            continue
        counts = np.histogram(values, edges)[0]
        own = np.histogram(x[neuron : neuron + 1].astype(np.float64), edges)[0]
        count = int(counts @ own)
        surprisals.append(-np.log2((count + 0.5) / (len(values) + len(counts) / 2)))
        if np.ptp(values) > 0:
            deviations.append(abs(stats.zmap(float(x[neuron]), values)))
    return np.mean(surprisals), np.mean(deviations), np.max(deviations)


def test_scores_are_those_of_loops_over_neurons(recording, detection):
    attacked = [place for place, one in enumerate(recording.instances) if one.role == "attacked"]
    benign = [place for place, one in enumerate(recording.instances) if one.role == "benign"]
    is_right = recording.labels == recording.predictions
    for layer in recording.layers:
        scores = [score for score in detection.scores if score.layer == layer.name]
        found = {
            kind: np.array([getattr(score, kind) for score in scores]).T
            for kind in ("attacked", "benign", "misclassified", "correct")
        }
        for kind, places in (("attacked", attacked), ("benign", benign)):
            for numbers, place in zip(found[kind], places, strict=True):
                one = recording.instances[place]
                row = -1 if one.sample is None else one.sample
                x = layer.instances[place]
                expected = expected_scores(recording, layer, x, one.prediction, row)
                np.testing.assert_allclose(numbers, expected, rtol=1e-9)
        for kind, rows in (("misclassified", ~is_right), ("correct", is_right)):
            for numbers, row in zip(found[kind], np.flatnonzero(rows), strict=True):
                x, label = layer.activations[row], recording.predictions[row]
                expected = expected_scores(recording, layer, x, label, row)
                np.testing.assert_allclose(numbers, expected, rtol=1e-9)


def test_all_layers_together_are_as_one_layer(recording, detection):
    joined = nd.Recording.from_arrays(
        {"all": np.hstack([layer.activations for layer in recording.layers])},
        labels=recording.labels,
        predictions=recording.predictions,
    )
    joined = dataclasses.replace(
        joined,
        instances=recording.instances,
        layers=(
            dataclasses.replace(
                joined.layers[0],
                instances=np.hstack([layer.instances for layer in recording.layers]),
            ),
        ),
    )
    apart = [score for score in detection.scores if score.layer == "all together"]
    for one, together in zip(joined.detector(resamples=0).scores, apart, strict=True):
        for kind in ("attacked", "benign", "misclassified", "correct"):
            np.testing.assert_allclose(getattr(one, kind), getattr(together, kind), rtol=1e-12)


def capped(of, against):
    """All numbers; scikit-learn takes finite ones only."""
    return np.minimum(np.concatenate([of, against]), 1e9)


def test_areas_and_shares_are_those_of_scikit_learn_and_numpy(detection):
    for score in (detection.baseline, *detection.scores):
        sides = {
            "attacked_benign": (score.attacked, score.benign),
            "attacked_correct": (score.attacked, score.correct),
            "attacked_misclassified": (score.attacked, score.misclassified),
            "misclassified_correct": (score.misclassified, score.correct),
        }
        for name, (of, against) in sides.items():
            truth = [1] * len(of) + [0] * len(against)
            expected = roc_auc_score(truth, capped(of, against))
            estimate = getattr(score, name)
            assert estimate.value == pytest.approx(expected, rel=1e-12)
            assert (estimate.of, estimate.against) == (len(of), len(against))
            assert estimate.low <= estimate.value <= estimate.high
        share = np.mean(score.attacked > score.benign)
        assert score.diverges_more.value == pytest.approx(share)


def test_roc_curves_are_those_of_scikit_learn(detection):
    for score in (detection.baseline, *detection.scores):
        for kind in ("benign", "misclassified", "correct"):
            against = getattr(score, kind)
            truth = [1] * len(score.attacked) + [0] * len(against)
            numbers = capped(score.attacked, against)
            alarms, hits, _ = roc_curve(truth, numbers, drop_intermediate=False)
            ours = score.roc(kind)
            np.testing.assert_allclose(ours, (alarms, hits))
    with pytest.raises(ValueError, match="unknown kind of image: 'cat'"):
        detection.baseline.roc("cat")


def test_the_baseline_is_one_minus_the_confidences(recording, detection):
    is_right = recording.labels == recording.predictions
    confidence = recording.columns[0].values
    np.testing.assert_allclose(detection.baseline.correct, 1 - confidence[is_right])
    np.testing.assert_allclose(detection.baseline.misclassified, 1 - confidence[~is_right])
    np.testing.assert_allclose(detection.baseline.attacked, 0.5 - np.arange(25) / 100)
    np.testing.assert_allclose(detection.baseline.benign, 0.1)


def test_a_benign_image_that_is_a_sample_has_the_confidence_of_the_sample(recording):
    instances = tuple(dataclasses.replace(one, confidence=None) for one in recording.instances)
    found = dataclasses.replace(recording, instances=instances).detector("a", resamples=5)
    rows = [one.sample for one in instances if one.sample is not None]
    np.testing.assert_allclose(found.baseline.benign, 1 - recording.columns[0].values[rows])
    assert np.isnan(found.baseline.attacked).all()


def test_intervals_are_those_of_scipys_bootstrap():
    rng = np.random.default_rng(1)
    benign = rng.normal(size=60)
    attacked = benign + rng.normal(0.4, 0.7, 60)
    for is_paired in (True, False):
        found = area(attacked, benign, is_paired=is_paired, resamples=4000, seed=0)

        def statistic(of, against):
            return stats.mannwhitneyu(of, against).statistic / 3600

        expected = stats.bootstrap(
            (attacked, benign),
            statistic,
            paired=is_paired,
            vectorized=False,
            n_resamples=2000,
            method="percentile",
            random_state=np.random.default_rng(2),
        ).confidence_interval
        assert found.low == pytest.approx(expected.low, abs=0.01)
        assert found.high == pytest.approx(expected.high, abs=0.01)
    share = share_above(attacked, benign, resamples=4000, seed=0)
    wins = int((attacked > benign).sum())
    low, high = stats.binom.ppf([0.025, 0.975], 60, wins / 60) / 60
    assert share.low == pytest.approx(low, abs=0.02)
    assert share.high == pytest.approx(high, abs=0.02)


def test_intervals_do_not_depend_on_how_many_draws_are_made_at_a_time(monkeypatch):
    from neuraldivergence import resampling

    values = np.random.default_rng(0).normal(size=(2, 30))
    whole = area(*values, is_paired=True, resamples=500, seed=3)
    monkeypatch.setattr(resampling, "_DRAWN_VALUES", 90)
    assert area(*values, is_paired=True, resamples=500, seed=3) == whole
    assert area(*values, is_paired=True, resamples=500, seed=4) != whole


def test_ties_missing_and_infinite_numbers():
    of, against = np.array([1.0, np.inf, np.nan, 2]), np.array([1.0, 0, 5, 2])
    found = area(of, against, is_paired=True, resamples=50, seed=0)
    assert (found.of, found.against) == (3, 3)
    pairs = [(x, y) for x in (1, np.inf, 2) for y in (1, 0, 2)]
    assert found.value == np.mean([(x > y) + (x == y) / 2 for x, y in pairs])
    assert share_above(of, against, resamples=50, seed=0).value == 1 / 3
    assert area(of, np.full(4, np.nan), is_paired=False, resamples=9, seed=0) is None
    assert share_above(of, np.full(4, np.nan), resamples=9, seed=0) is None
    alone = area(of[:1], against[:1], is_paired=True, resamples=9, seed=0)
    assert alone.value == 0.5
    assert np.isnan(alone.low)


def test_an_image_that_alone_differs_from_its_class_is_left_out_of_it():
    values = np.zeros((50, 3), np.float32)
    values[7] = [5, 0.1, 0]
    values[8, 1] = 0.2
    grid = dyadic.fit(values)
    labels, rows = np.zeros(50, np.int32), np.arange(50)
    found = standings(values, labels, rows, values, labels, grid)
    # Without image 7 the first neuron is dead, as the third always is.
    assert found.deviations[7] == 1
    others = np.delete(values[:, 1].astype(np.float64), 7)
    z = abs(stats.zmap(np.float64(values[7, 1]), others))
    assert found.largest[7] == pytest.approx(z, rel=1e-9)
    assert found.deviations[0] == 2


def test_strips_do_not_change_the_numbers(recording, monkeypatch):
    from neuraldivergence import divergences

    layer = recording.layers[0]
    grid = dyadic.fit(layer.activations, layer.instances)
    given = (
        *(layer.activations, recording.predictions, np.arange(recording.count)),
        *(layer.activations, recording.labels, grid),
    )
    whole = standings(*given)
    monkeypatch.setattr(divergences, "_STRIP_VALUES", 100)
    for name, numbers in vars(standings(*given)).items():
        np.testing.assert_allclose(numbers, vars(whole)[name], rtol=1e-12)


def test_surprisal_and_z_agree_with_the_committed_numbers_of_scipy():
    """The numbers that the view is tested against, too; without a sample to leave out."""
    described = json.loads((FIXTURES / "divergences.json").read_text("utf-8"))
    content = (FIXTURES / "divergences.bin").read_bytes()
    sizes, columns = np.array(described["sizes"]), described["columns"]
    expected = np.frombuffer(content, "<f8", len(sizes) * len(columns)).reshape(len(sizes), -1)
    values = np.frombuffer(content, "<f4", offset=expected.nbytes)
    begin = 0
    for index, (of_a, of_b) in enumerate(sizes):
        a, b, x = np.split(values[begin : begin + of_a + of_b + 1, None], [of_a, of_a + of_b])
        begin += of_a + of_b + 1
        if index % 5:
            continue
        none, label = np.array([-1]), np.zeros(1, np.int32)
        found = standings(x, label, none, a, np.zeros(of_a, np.int32), dyadic.fit(a, b, x))
        surprisal, z = (expected[index, columns.index(name)] for name in ("surprisal", "z"))
        assert found.surprisals[0] == (not np.isnan(surprisal))
        assert found.surprisal[0] == pytest.approx(np.nan_to_num(surprisal), rel=1e-11)
        assert found.deviations[0] == (not np.isnan(z))
        if found.deviations[0]:
            assert found.largest[0] == pytest.approx(abs(z), rel=1e-9)


def test_what_is_not_known_is_said(recording):
    unknown = made(confidence=False).detector(resamples=20)
    assert unknown.baseline.estimates == (None,) * 5
    text = repr(unknown)
    assert "1 − max softmax is not known here: nothing says" in text
    assert "Confidences of samples: not known; give a column 'confidence'" in text
    assert "No confidence, and left out of it: 25 of 25 attacked, 25 of 25 benign" in text
    blind = dataclasses.replace(recording, predictions=None).detector(resamples=20)
    assert blind.scores[0].attacked_misclassified is None
    assert blind.scores[0].attacked_benign is not None
    assert "Misclassified samples are not known" in repr(blind)
    first, *others = recording.instances
    some = dataclasses.replace(
        recording, instances=(dataclasses.replace(first, prediction=None), *others)
    ).detector(resamples=20)
    assert some.pairs == 24
    assert "1 of 25 pairs are left out: a prediction is not known" in repr(some)


def test_a_class_without_samples_gives_no_comparison():
    recording = made(samples=60, pairs=5)
    empty = dataclasses.replace(
        recording,
        labels=np.where(recording.labels == 1, 0, recording.labels).astype(np.int32),
    )
    found = empty.detector(resamples=20)
    missing = int(np.isnan(found.scores[0].attacked).sum())
    assert missing > 0
    assert f"No comparison, and left out of it: {missing} of 5 attacked" in repr(found)
    assert found.scores[0].attacked_benign.of == 5 - missing - int(
        (np.isnan(found.scores[0].benign) & ~np.isnan(found.scores[0].attacked)).sum()
    )


def test_confidences_come_from_a_softmax_layer_a_column_or_an_array(recording):
    rng = np.random.default_rng(0)
    softmax = rng.dirichlet(np.ones(CLASSES), recording.count).astype(np.float32)
    of_instances = rng.dirichlet(np.ones(CLASSES), len(recording.instances)).astype(np.float32)
    layer = nd.Layer("probabilities", softmax, of_instances)
    bare = dataclasses.replace(
        recording,
        columns=(),
        layers=(*recording.layers, layer),
        instances=tuple(dataclasses.replace(i, confidence=None) for i in recording.instances),
    )
    is_right = recording.labels == recording.predictions
    found = bare.detector("a", resamples=20)
    np.testing.assert_allclose(found.baseline.correct, 1 - softmax.max(axis=1)[is_right])
    np.testing.assert_allclose(found.baseline.benign, 1 - of_instances.max(axis=1)[::2])
    assert "Confidences of samples: layer 'probabilities'." in repr(found)
    assert "Confidences of instances: layer 'probabilities' where not given." in repr(found)
    named = bare.with_column("p", np.full(recording.count, 0.25))
    for confidence in ("p", np.full(recording.count, 0.25)):
        found = named.detector("a", confidence=confidence, resamples=20)
        np.testing.assert_allclose(found.baseline.correct, 0.75)


BAD = {
    "layer": ({"layer": "c"}, "unknown layer: 'c'; there are"),
    "no layer": ({"layer": []}, "an empty list"),
    "confidence": ({"confidence": "c"}, "unknown confidence: 'c'"),
    "no softmax": ({"confidence": "a"}, "layer 'a' does not hold the probabilities of the 3"),
    "short": ({"confidence": [0.5]}, "invalid confidence: shape"),
    "percent": ({"confidence": np.full(240, 87.5)}, "87.5 is no probability"),
}


@pytest.mark.parametrize(("options", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_is_refused(recording, options, message):
    with pytest.raises(ValueError, match=message):
        recording.detector(**options)


def test_pairs_labels_and_activations_are_needed(recording, tiny):
    with pytest.raises(ValueError, match="no pair to look at: 0 pairs"):
        dataclasses.replace(recording, instances=()).detector()
    with pytest.raises(ValueError, match="has no labels"):
        dataclasses.replace(recording, labels=None).detector()
    summary = nd.load(FIXTURES / "tiny.summary.ndiv")
    with pytest.raises(ValueError, match="unavailable layer 'conv': the activations of single"):
        summary.detector()
    assert tiny.detector("dense_1", resamples=5).pairs == 1


def test_it_shows_itself_and_is_plain_json(detection):
    text, html = repr(detection), detection._repr_html_()
    assert text.splitlines()[0] == (
        "Detector: Net <b>: 25 pairs, "
        f"{detection.misclassified} misclassified and {detection.correct} correct samples"
    )
    assert "Net &lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("<tr>") == 1 + 1 + 9
    json_ = detection.to_dict()
    assert json.loads(json.dumps(json_, allow_nan=False)) == json_
    assert json_["scores"][0]["name"] == "1 − max softmax"
    assert [len(json_["scores"]), json_["pairs"]] == [10, 25]
    first = json_["scores"][1]["attackedBenign"]
    assert first["interval"][0] <= first["value"] <= first["interval"][1]


def test_its_curves_are_a_picture_that_untrusted_notebooks_keep(detection):
    html = detection._repr_html_()
    assert "<svg" not in html
    (content,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', html)
    drawing = base64.b64decode(content).decode()
    ElementTree.fromstring(drawing)
    assert drawing.count("<path") == 1 + 2 * 4
    for score in (detection.baseline, *detection.scores[-3:]):
        assert f": {score.attacked_benign}" in drawing
    assert set(re.findall("#[0-9a-f]+", drawing)) == {"#767676"}
    alarms, hits = detection.scores[-1].roc()
    ends = [f"M44.0 228.0L{44 + 220 * alarms[1]:.1f} {8 + 220 * (1 - hits[1]):.1f}", "264.0 8.0"]
    assert all(end in drawing for end in ends)


def test_the_better_one_is_named(detection):
    best = max(detection.scores, key=lambda score: score.attacked_benign.value)
    text = detection.notes[0]
    assert best.name in text
    is_better = detection.baseline.attacked_benign.value >= best.attacked_benign.value
    assert ("at least as well" if is_better else "better than 1 − max softmax") in text
    assert text.startswith("1 − max softmax") == is_better
    assert str(best.attacked_misclassified) in detection.notes[1]
