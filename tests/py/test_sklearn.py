"""scikit-learn's perceptrons, recorded and exported, against what scikit-learn itself returns."""

import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

import neuraldivergence as nd
from neuraldivergence.export.run import run

SCALED = nd.Preprocess(scale=1 / 255, mean=0.4, std=0.5)
FLAT = nd.Preprocess(scale=1 / 255, mean=0.4, std=0.5, layout="flat")


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return np.rint(found.images * 255 / 16).astype(np.uint8), found.target


def fitted(kind, pictures, targets, hidden=(12, 7), **options):
    network = kind(hidden_layer_sizes=hidden, max_iter=15, random_state=0, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return network.fit(FLAT(pictures), targets)


def added(network, pictures, **options):
    recording = nd.record(
        network, pictures, images=pictures, preprocess=SCALED, progress=False, **options
    )
    return recording.with_model(network)


def in_browser(recording, pictures, layer):
    """What the exported model puts out, by what the browser reads."""
    model = recording.model
    values = SCALED(pictures[..., None])
    weights = {weight.name: weight.values for weight in model.weights}
    return run(model.topology, weights, values, [layer])[layer]


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_a_classifier_gives_the_probabilities_of_scikit_learn(digits, activation):
    pictures, labels = digits
    network = fitted(MLPClassifier, pictures, labels, activation=activation)
    recording = added(
        network, pictures[:40], labels=labels[:40], class_names=[*map(str, range(10))]
    )
    expected = network.predict_proba(FLAT(pictures[:40]))
    found = in_browser(recording, pictures[:40], "output")
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert [layer.name for layer in recording.layers] == ["dense_1", "dense_2", "output"]
    np.testing.assert_allclose(recording.layers[2].activations, expected, atol=1e-6)
    np.testing.assert_array_equal(recording.predictions, expected.argmax(axis=1))
    assert recording.model.output.layer == "output"
    assert not recording.model.output.softmax
    assert recording.model.difference < 1e-5
    assert recording.model.recorded < 1e-5


def test_two_classes_have_two_probabilities(digits):
    pictures, labels = digits
    network = fitted(MLPClassifier, pictures, labels > 4, hidden=(5,))
    recording = added(
        network, pictures[:30], labels=(labels[:30] > 4).astype(int), class_names=["low", "high"]
    )
    expected = network.predict_proba(FLAT(pictures[:30]))
    found = in_browser(recording, pictures[:30], recording.model.output.layer)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_array_equal(recording.predictions, expected.argmax(axis=1))
    np.testing.assert_allclose(recording.layers[1].activations, expected[:, 1:], atol=1e-6)


def test_a_regressor_has_no_classes(digits):
    pictures, labels = digits
    network = fitted(MLPRegressor, pictures, np.stack([labels, labels / 2], axis=1))
    recording = added(network, pictures[:30])
    expected = network.predict(FLAT(pictures[:30]))
    np.testing.assert_allclose(in_browser(recording, pictures[:30], "output"), expected, rtol=1e-4)
    assert recording.model.output is None
    assert recording.predictions is None


def test_a_pair_is_run_and_nothing_is_left_on_the_model(digits):
    pictures, labels = digits
    network = fitted(MLPClassifier, pictures, labels)
    before = {*vars(network)}
    changed = pictures[3].copy()
    changed[2, 4] = 255
    recording = added(
        network, pictures[:40], labels=labels[:40], class_names=[*map(str, range(10))]
    ).with_pair(sample=3, attacked=changed, name="three")
    attacked = recording.instances[1]
    (expected,) = network.predict_proba(FLAT(changed[None]))
    assert attacked.prediction == expected.argmax()
    assert attacked.confidence == pytest.approx(expected.max(), abs=1e-6)
    np.testing.assert_allclose(recording.layers[2].instances[1], expected, atol=1e-6)
    assert {*vars(network)} == before


def test_what_cannot_be_recorded_or_exported_is_named(digits):
    pictures, labels = digits
    with pytest.raises(ValueError, match=r"LogisticRegression has no layers; .* MLPClassifier"):
        nd.record(LogisticRegression(), pictures)
    with pytest.raises(ValueError, match="MLPClassifier is not fitted"):
        nd.record(MLPClassifier(), pictures)
    network = fitted(MLPClassifier, pictures, labels)
    with pytest.raises(ValueError, match="63 numbers a sample; the model takes 64"):
        nd.record(network, pictures.reshape(-1, 64)[:, 1:])
    recording = nd.Recording.from_arrays({"dense_1": np.zeros((3, 12))})
    with pytest.raises(ValueError, match=r"takes 64 numbers, and pictures are \[8, 8, 3\]"):
        recording.with_model(network, input_shape=(8, 8, 3))
    network.out_activation_ = "exp"
    with pytest.raises(ValueError, match=r"layer 'output' .* the function exp"):
        recording.with_model(network, input_shape=(8, 8, 1))
