import dataclasses

import numpy as np
import pytest

import neuraldivergence as nd

PICTURE = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)


@pytest.fixture
def recording():
    return nd.Recording.from_arrays(
        {"a": np.arange(12.0).reshape(4, 3), "b": np.arange(8.0).reshape(4, 2)},
        labels=[0, 1, 0, -1],
        predictions=[0, 0, 1, 1],
        class_names=["cat", "dog"],
        images=np.stack([PICTURE + i for i in range(4)]),
    )


VALUES = {"a": [1, 2, np.nan], "b": np.float64([3, 4])}


def test_a_pair_is_two_instances_that_know_each_other(recording):
    paired = recording.with_pair(
        benign=VALUES,
        attacked=VALUES,
        name="cat 46",
        label="cat",
        predictions=("cat", 1),
        confidences=(0.9, 0.5),
        images=(PICTURE, PICTURE + 1),
    ).with_pair(benign=VALUES, attacked=VALUES, name="other")
    benign, attacked, *others = paired.instances
    assert benign == nd.Instance("b0", "cat 46 benign", "benign", "p0", 0, 0, 0.9, None, 4)
    assert attacked == nd.Instance("a0", "cat 46 attacked", "attacked", "p0", 0, 1, 0.5, None, 5)
    assert [(i.id, i.pair, i.image) for i in others] == [("b1", "p1", None), ("a1", "p1", None)]
    assert np.array_equal(paired.images[5], PICTURE + 1)
    assert paired.image_samples.tolist() == [0, 1, 2, 3, -1, -1]
    assert paired.layers[0].instances.shape == (4, 3)
    assert recording.instances == ()


def test_a_sample_of_the_recording_brings_what_is_known_of_it(recording):
    instance = recording.with_instance(sample=2).instances[0]
    assert instance == nd.Instance("i0", "sample 2", "plain", None, 0, 1, None, 2, 2)
    assert recording.with_instance(sample=3).instances[0].label is None
    assert recording.with_instance(sample=2).layers[1].instances.tolist() == [[4, 5]]


def test_the_benign_one_may_be_a_sample_of_the_recording(recording):
    paired = recording.with_pair(
        sample=2,
        attacked=VALUES,
        name="x",
        predictions=(None, "dog"),
        images=(None, PICTURE),
    )
    benign, attacked = paired.instances
    assert benign == nd.Instance("b0", "x benign", "benign", "p0", 0, 1, None, 2, 2)
    assert attacked == nd.Instance("a0", "x attacked", "attacked", "p0", 0, 1, None, None, 4)
    assert paired.layers[1].instances.tolist() == [[4, 5], [3, 4]]
    given = recording.with_pair(
        sample=2, benign=VALUES, attacked=VALUES, name="x", label="dog", predictions=("cat", None)
    )
    benign, attacked = given.instances
    assert (benign.sample, benign.label, benign.prediction, benign.image) == (2, 1, 0, 2)
    assert (attacked.sample, attacked.label, attacked.image) == (None, 1, None)
    assert given.layers[1].instances.tolist() == [[3, 4], [3, 4]]


REFUSED = {
    "a pair of nothing": (
        lambda r: r.with_pair(sample=0, attacked=None, name="x"),
        TypeError,
        "give attacked values",
    ),
    "a pair without the benign one": (
        lambda r: r.with_pair(attacked=VALUES, name="x"),
        TypeError,
        "nothing to add",
    ),
    "a pair of an unknown sample": (
        lambda r: r.with_pair(sample=4, attacked=VALUES, name="x"),
        ValueError,
        "unknown sample: 4",
    ),
    "nothing": (lambda r: r.with_instance(), TypeError, "nothing to add"),
    "no name": (lambda r: r.with_instance(VALUES), TypeError, "invalid name"),
    "a missing layer": (
        lambda r: r.with_instance({"a": [1, 2, 3]}, name="x"),
        ValueError,
        "missing layer: 'b'",
    ),
    "a wrong shape": (
        lambda r: r.with_instance({**VALUES, "b": [1]}, name="x"),
        ValueError,
        r"layer 'b' of the instance: shape \(1,\); give \[2\]",
    ),
    "an unknown class": (
        lambda r: r.with_instance(VALUES, name="x", label="cow"),
        ValueError,
        "unknown class: 'cow'",
    ),
    "an unknown label": (
        lambda r: r.with_instance(VALUES, name="x", prediction=2),
        ValueError,
        "unknown class: 2",
    ),
    "an unknown role": (
        lambda r: r.with_instance(VALUES, name="x", role="evil"),
        ValueError,
        "unknown role: 'evil'",
    ),
    "an unknown sample": (lambda r: r.with_instance(sample=4), ValueError, "unknown sample: 4"),
    "a model input": (
        lambda r: r.with_pair(benign=PICTURE, attacked=PICTURE, name="x"),
        TypeError,
        "no model to run it",
    ),
    "another picture size": (
        lambda r: r.with_instance(VALUES, name="x", image=PICTURE[:1]),
        ValueError,
        r"shape \(1, 2, 3\), but the recording's are \(2, 2, 3\)",
    ),
    "a float picture": (
        lambda r: r.with_instance(VALUES, name="x", image=PICTURE / 255),
        TypeError,
        "255",
    ),
    "a confidence that is NaN": (
        lambda r: r.with_instance(VALUES, name="x", confidence=np.nan),
        ValueError,
        "invalid confidence",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_the_reason(case, recording):
    act, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        act(recording)


def test_model_inputs_run_through_the_recorded_model(recording):
    def runner(x):
        return {"a": np.full(3, x.mean(), np.float32), "b": np.zeros(2, np.float32)}, 1, 0.75

    live = dataclasses.replace(recording, _runner=runner)
    assert live == recording
    instance = live.with_instance(PICTURE[None], name="x")
    assert instance.instances[0].prediction == 1
    assert instance.instances[0].confidence == 0.75
    assert np.array_equal(instance.images[instance.instances[0].image], PICTURE)
    assert instance.layers[0].instances.tolist() == [[5.5] * 3]
    row = live.with_pair(sample=2, benign=PICTURE[None], attacked=PICTURE, name="z").instances[0]
    assert (row.sample, row.label, row.prediction, row.image) == (2, 0, 1, 2)
    floats = live.with_instance(PICTURE / 255, name="y", prediction="cat")
    assert floats.instances[0].image is None
    assert floats.instances[0].prediction == 0
