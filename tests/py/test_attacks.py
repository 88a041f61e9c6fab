"""Attacks: what each of them may change, and what success means."""

import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")

import neuraldivergence as nd
from neuraldivergence.attacks import steps_of
from neuraldivergence.attacks.base import Goal
from neuraldivergence.attacks.gradient import along_gradient
from neuraldivergence.attacks.search import differential_evolution, exhaustive

pytest.importorskip("scipy", minversion="1.15")

SHAPE = (8, 6, 3)
SCALE = nd.Preprocess(scale=1 / 255, mean=0.5, std=0.25)
PICTURES = np.random.default_rng(5).integers(0, 256, (30, *SHAPE)).astype(np.uint8)


def torch_model():
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(6 * 6 * 4, 4)
    )


def keras_model():
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(2)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Conv2D(6, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(4, activation="softmax"),
        ]
    )


@pytest.fixture(scope="module", params=["torch", "keras"])
def held(request):
    model = {"torch": torch_model, "keras": keras_model}[request.param]()
    return nd.record(
        model, PICTURES, images=PICTURES, preprocess=SCALE, labels=np.arange(30) % 4,
        class_names=["ape", "bee", "cow", "dog"], progress=False,
    ).with_model(model, export=False)  # fmt: skip


ATTACKS = {
    "one pixel": lambda held, picture, **more: nd.attacks.pixels(
        held, picture, population=20, generations=8, progress=False, **more
    ),
    "three pixels": lambda held, picture, **more: nd.attacks.pixels(
        held, picture, count=3, population=20, generations=8, progress=False, **more
    ),
    "exhaustive": lambda held, picture, **more: nd.attacks.exhaustive(
        held, picture, levels=3, progress=False, **more
    ),
    "fgsm": lambda held, picture, **more: nd.attacks.fgsm(held, picture, strength=6, **more),
    "pgd": lambda held, picture, **more: nd.attacks.pgd(
        held, picture, strength=6, steps=5, step_size=0.4, progress=False, **more
    ),
}
MOST_PIXELS = {"one pixel": 1, "three pixels": 3, "exhaustive": 1}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_stays_within_its_bound_and_success_is_a_change_of_class(held, name):
    seen = set()
    for sample in range(8):
        attack = ATTACKS[name](held, sample)
        np.testing.assert_array_equal(attack.benign, PICTURES[sample])
        assert attack.attacked.dtype == np.uint8
        assert attack.attacked.shape == SHAPE
        if name in MOST_PIXELS:
            assert len(attack.changed) <= MOST_PIXELS[name]
        else:
            assert attack.strength <= 6
        before, after = held._probe.probabilities(np.stack([attack.benign, attack.attacked]))
        assert attack.label == held.predictions[sample] == before.argmax()
        assert attack.prediction == after.argmax()
        assert attack.success == (attack.prediction != attack.label)
        assert attack.ended == ("goal" if attack.success else "all")
        assert attack.confidences == pytest.approx((before.max(), after.max()), abs=1e-6)
        # The best that was found is no worse than nothing, but where rounding is all there is.
        if name in MOST_PIXELS:
            assert attack.success or after[attack.label] <= before[attack.label]
        seen.add(attack.success)
    assert True in seen


@pytest.mark.parametrize("name", ATTACKS)
def test_a_target_is_reached_or_not(held, name):
    seen = set()
    for sample in range(8):
        target = (int(held.predictions[sample]) + 1) % 4
        attack = ATTACKS[name](held, sample, target=target)
        assert attack.success == (attack.prediction == target)
        seen.add(attack.success)
    assert seen == {True, False} or name in ("pgd", "three pixels", "fgsm")


@pytest.mark.parametrize("name", ["one pixel", "three pixels", "pgd"])
def test_the_same_seed_gives_the_same_attack(held, name):
    first, again, other = (ATTACKS[name](held, 2, seed=seed, target=1) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_evolution_gets_better_and_stops_at_the_first_change(held):
    hard = [ATTACKS["one pixel"](held, sample) for sample in range(12)]
    # The benign one, the first members, then generations.
    assert all((attack.evaluations - 1) % 20 == 0 for attack in hard)
    assert {attack.evaluations == 1 + 20 * 9 for attack in hard} == {True, False}
    assert all(attack.success or attack.evaluations == 1 + 20 * 9 for attack in hard)


def test_the_paper_s_settings_are_the_defaults():
    defaults = nd.attacks.pixels.__kwdefaults__
    settings = [defaults[name] for name in ("count", "population", "generations")]
    assert settings == [1, 400, 75]


def linear(weights):
    """Two classes of grey pictures: the sum of weights · values above 0, or not."""

    def classify(pictures):
        score = (pictures[..., 0].astype(np.float64) * weights).sum(axis=(1, 2)) / 1000
        first = 1 / (1 + np.exp(-score))
        return np.stack([first, 1 - first], axis=1).astype(np.float32)

    return classify


def finished(steps, stop_after=None):
    told = []
    try:
        told.append(next(steps))
        while True:
            told.append(steps.send(len(told) == stop_after or None))
    except StopIteration as ended:
        return told, ended.value


GREY = np.full((4, 5, 1), 100, np.uint8)


def test_failing_everywhere_is_proof_that_there_is_none():
    weights = np.full((4, 5), 1.0)
    told, outcome = finished(exhaustive(linear(weights), GREY, Goal(0), levels=256))
    assert outcome.certificate == 256
    assert outcome.evaluations == 1 + 20 * 255
    assert told[-1].step == told[-1].of == 20
    tried = np.concatenate([one.tried_pixels for one in told])
    np.testing.assert_array_equal(np.bincount(tried), np.full(20, 255))
    # Black anywhere is the best there is.
    assert not outcome.success[0]
    changed = np.argwhere(outcome.pictures[0] != GREY)
    assert outcome.pictures[0].min() == 0
    assert len(changed) == 1


def test_the_one_pixel_that_there_is_is_found():
    weights = np.full((4, 5), 1.0)
    weights[2, 3] = -10.0  # 255 there: 1900 − 2550 < 0, and no other changes the sign
    for steps in (
        exhaustive(linear(weights), GREY, Goal(0), levels=256),
        differential_evolution(
            linear(weights), GREY, Goal(0), count=1, population=40, generations=75, seed=1
        ),
    ):
        _, outcome = finished(steps)
        assert outcome.success[0]
        assert outcome.ended == "goal"
        assert outcome.certificate is None
        assert np.argwhere(outcome.pictures[0, ..., 0] != 100).tolist() == [[2, 3]]


def test_opacity_is_never_changed():
    picture = np.full((4, 5, 4), 100, np.uint8)

    def gradient(pictures, label):
        return np.ones_like(pictures)

    def classify(pictures):
        return linear(np.ones((4, 5)))(pictures[..., :1])

    goal = Goal(0)
    for steps in (
        differential_evolution(
            classify, picture, goal, count=3, population=9, generations=3, seed=0
        ),
        exhaustive(classify, picture, goal, levels=3),
        along_gradient(classify, gradient, picture, goal, strengths=[30], seed=3),
    ):
        told, outcome = finished(steps)
        assert (outcome.pictures[..., 3] == 100).all()
        assert all((one.picture[..., 3] == 100).all() for one in told)
        assert (outcome.pictures[..., :3] != 100).any()


@pytest.mark.parametrize("strengths", [[0], [0.4, 3.7], [255, 1, 8]])
def test_every_strength_gives_a_picture_within_it(strengths):
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (4, 5, 1)).astype(np.uint8)
    steps = along_gradient(
        linear(rng.normal(size=(4, 5))),
        lambda pictures, label: rng.normal(size=pictures.shape).astype(np.float32),
        picture,
        Goal(0),
        strengths=strengths,
        steps=4,
        step_size=0.5,
        seed=0,
    )
    _, outcome = finished(steps)
    apart = np.abs(outcome.pictures.astype(int) - picture).max(axis=(1, 2, 3))
    assert (apart <= np.floor(strengths)).all()
    assert len(outcome.success) == len(outcome.probabilities) == len(strengths)


def test_an_attack_ends_with_what_it_has_when_it_is_told():
    steps = differential_evolution(
        linear(np.ones((4, 5))), GREY, Goal(0), count=1, population=10, generations=75, seed=0
    )
    told, outcome = finished(steps, stop_after=3)
    assert len(told) == 3
    assert outcome.ended == "aborted"
    np.testing.assert_array_equal(outcome.pictures[0], told[-1].picture)
    steps = exhaustive(
        linear(np.ones((40, 50))), np.full((40, 50, 1), 100, np.uint8), Goal(0), levels=256
    )
    _, outcome = finished(steps, stop_after=2)
    assert outcome.ended == "aborted"
    assert outcome.certificate is None


def test_a_pair_is_ready_for_the_recording(held):
    attack = next(
        attack for sample in range(20) if (attack := ATTACKS["pgd"](held, sample)).success
    )
    added = attack.add_to(held)
    benign, attacked = added.instances
    name = f"{held.classes[attack.label].name} {attack.sample}"
    assert (benign.name, attacked.name) == (f"{name} benign", f"{name} attacked")
    assert (benign.role, attacked.role) == ("benign", "attacked")
    assert benign.pair == attacked.pair
    assert benign.sample == attack.sample
    assert benign.label == attacked.label == held.labels[attack.sample]
    assert (benign.prediction, attacked.prediction) == (attack.label, attack.prediction)
    np.testing.assert_array_equal(added.images[benign.image], attack.benign)
    np.testing.assert_array_equal(added.images[attacked.image], attack.attacked)
    # As recording them would.
    both = np.stack([attack.benign, attack.attacked])
    again = nd.record(
        held._runner.live.model, both, preprocess=SCALE, progress=False,
        layers=[layer.name for layer in held.layers],
    )  # fmt: skip
    for layer, expected in zip(added.layers, again.layers, strict=True):
        np.testing.assert_allclose(layer.instances, expected.activations, atol=1e-5)
    twice = ATTACKS["fgsm"](held, 3).add_to(added, "other", label="cow")
    assert [one.name for one in twice.instances[2:]] == ["other benign", "other attacked"]


def test_any_picture_of_the_size_can_be_attacked(held):
    picture = np.random.default_rng(8).integers(0, 256, SHAPE).astype(np.uint8)
    attack = ATTACKS["fgsm"](held, picture)
    assert attack.sample is None
    added = attack.add_to(held, label=1)
    assert [one.label for one in added.instances] == [1, 1]
    np.testing.assert_array_equal(added.images[added.instances[0].image], picture)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda held: nd.attacks.pixels(held, 99), "unknown sample: 99; there are 0 … 29"),
        (
            lambda held: nd.attacks.pixels(held, PICTURES[0, :3]),
            r"invalid picture: uint8 \(3, 6, 3",
        ),
        (lambda held: nd.attacks.pixels(held, PICTURES[0] / 255), "invalid picture: float64"),
        (lambda held: nd.attacks.pixels(held, 1, count=0), "invalid count: 0"),
        (lambda held: nd.attacks.pixels(held, 1, population=2), "invalid population: 2"),
        (lambda held: nd.attacks.pixels(held, 1, target="ant"), "unknown class: 'ant'"),
        (
            lambda held: nd.attacks.pixels(held, 1, target=int(held.predictions[1])),
            "invalid target",
        ),
        (lambda held: nd.attacks.fgsm(held, 1, strength=-1), "invalid strength"),
        (lambda held: nd.attacks.fgsm(held, 1, strength=float("nan")), "invalid strength"),
        (lambda held: nd.attacks.pgd(held, 1, steps=0), "invalid steps: 0"),
        (lambda held: nd.attacks.pgd(held, 1, step_size=2), "invalid steps: 20 of 2"),
        (lambda held: nd.attacks.exhaustive(held, 1), r"invalid levels: 256 for 3 channels"),
        (lambda held: nd.attacks.exhaustive(held, 1, levels=1), "invalid levels: 1"),
    ],
)
def test_what_cannot_be_is_one_clear_error(held, call, message):
    with pytest.raises(ValueError, match=message):
        call(held)


def test_a_model_without_an_output_a_class_is_no_classifier(held):
    alone = nd.Recording.from_arrays(
        {layer.name: layer.activations for layer in held.layers},
        images=PICTURES,
        class_names=["one", "two"],
        labels=np.arange(30) % 2,
        reductions={layer.name: layer.reduction for layer in held.layers},
    ).with_model(held._runner.live.model, preprocess=SCALE, export=False)
    with pytest.raises(ValueError, match="not one output for each of the 2 classes"):
        nd.attacks.pixels(alone, 1)


ORDER = {"kind": "pgd", "label": 0, "target": None, "strengths": [8], "steps": 2, "stepSize": 0.5}


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"kind": "pixels"},
        {"kind": ["pixels"], "label": 0},
        {"kind": "pixels", "label": 4, "count": 1, "population": 9, "generations": 1, "seed": 0},
        {"kind": "pixels", "label": True, "count": 1, "population": 9, "generations": 1, "seed": 0},
        {
            "kind": "pixels",
            "label": 0,
            "count": 10**9,
            "population": 9,
            "generations": 1,
            "seed": 0,
        },
        {"kind": "pixels", "label": 0, "count": 1, "population": 1e3, "generations": 1, "seed": 0},
        {"kind": "pixels", "label": 0, "count": 1, "population": 9, "generations": -1, "seed": 0},
        {"kind": "exhaustive", "label": 0, "target": "1", "levels": 3},
        {"kind": "exhaustive", "label": 0, "levels": 0},
        {"kind": "fgsm", "label": 0, "strengths": "8"},
        {"kind": "fgsm", "label": 0, "strengths": [float("nan")]},
        {"kind": "fgsm", "label": 0, "strengths": [8] * 1000},
        {**ORDER, "seed": -1},
        {**ORDER, "seed": 0, "stepSize": None},
        {**ORDER, "seed": 0, "steps": 2**40},
    ],
)
def test_an_order_that_is_none_is_a_value_error(held, order):
    with pytest.raises(ValueError, match=r"^(invalid|unknown) "):
        next(steps_of(held._probe, PICTURES[0], order))


def test_an_order_is_the_attack_that_python_gives(held):
    label = int(held.predictions[4])
    order = {
        "kind": "pixels", "label": label, "target": None, "count": 1, "population": 20,
        "generations": 8, "seed": 3,
    }  # fmt: skip
    _, outcome = finished(steps_of(held._probe, PICTURES[4], order))
    attack = ATTACKS["one pixel"](held, 4, seed=3)
    np.testing.assert_array_equal(outcome.pictures[0], attack.attacked)
    assert outcome.evaluations == attack.evaluations
