"""The picture for places without the extension: its colours, words and bytes."""

import base64
import dataclasses
import io
import json
import sys
import warnings

import numpy as np
import pytest
from PIL import Image

import neuraldivergence as nd
from neuraldivergence.display import DATA_MIME, mime_bundle, output
from neuraldivergence.picture import picture_of
from neuraldivergence.picture.canvas import Canvas
from neuraldivergence.picture.distribution import distributions
from neuraldivergence.picture.extent import Columns
from neuraldivergence.picture.fonts import fit, font_for
from neuraldivergence.picture.paint import ticks_with_room
from neuraldivergence.picture.palette import blend, class_color
from neuraldivergence.picture.words import fixed_format, tick_texts, what_instance
from neuraldivergence.summary import summarised
from neuraldivergence.text import clean
from neuraldivergence.view import view_state


def shown(recording, **options):
    return dataclasses.replace(recording, view=view_state(recording, **options))


# ------------------------------------------------------------------------------ the colours


def test_one_class_keeps_its_hue_and_white_stays_white():
    color = class_color(3, None)
    assert color == (0xDF, 0x79, 0)
    shades = blend([color], np.array([[0.0, 0.5, 1.0]]), 255)
    assert shades.tolist() == [[255] * 3, [239, 188, 128], list(color)]
    assert class_color(10, None) == (156, 101, 196)
    assert class_color(0, "#0102fe") == (1, 2, 254)
    assert len({class_color(index, None) for index in range(40)}) == 40


def test_the_mixture_does_not_depend_on_the_order():
    colors = [class_color(index, None) for index in (2, 5)]
    opacities = np.random.default_rng(0).random((2, 50))
    a, b = blend(colors, opacities, 246), blend(colors[::-1], opacities[::-1], 246)
    assert np.abs(a.astype(int) - b.astype(int)).max() <= 1


def test_bars_keep_their_colours_beside_the_pixels_of_pictures():
    rng = np.random.default_rng(0)
    canvas = Canvas(200, 100)
    canvas.thumbnail(0, 0, 40, rng.integers(0, 256, (40, 40, 3)).astype(np.uint8))
    colors = [class_color(index, None) for index in range(3)]
    shades = np.concatenate([blend([one], np.linspace(0, 1, 50)[None], 246) for one in colors])
    canvas.stripe(0, 50, 150, 20, shades)
    reduced = np.asarray(opened(canvas.png()).convert("RGB")).astype(int)
    drawn = np.asarray(canvas.image).astype(int)
    assert np.abs(reduced - drawn)[100:].max() <= 8


# ------------------------------------------------------------------------------ the words


def test_names_are_cut_and_cleaned():
    assert clean("a\n\tb\x00c\u202ed\ud800 " + "\u0301" * 10**5) == "a b\ufffdcd\ufffd " + (
        "\u0301" * 191 + "…"
    )
    assert clean("猫 ☃") == "猫 ☃"


def test_sort_values_share_their_decimals():
    text = fixed_format(np.array([10.94, 0.5, np.nan]), "value")
    assert [text(v) for v in (10.94, 0.5, -0.5, np.nan)] == ["10.94", "0.50", "−0.50", "–"]
    assert fixed_format(np.array([0.0312]), "difference")(0.0312) == "+0.0312"
    assert fixed_format(np.array([1e9]), "value")(1e9) == "1.0e+9"
    assert fixed_format(np.array([3.0]), "index")(3.0) == ""
    assert fixed_format(np.array([0.125]), "value")(0.125) == "0.125"


@pytest.mark.parametrize(
    ("low", "high", "wanted", "texts"),
    [
        (0, 5, 5, ["0", "1", "2", "3", "4", "5"]),
        (-4.25, 4.25, 4, ["−4", "−2", "0", "2", "4"]),
        (0, 0.031, 3, ["0.00", "0.01", "0.02", "0.03"]),
        (0, 22000, 4, ["0", "5,000", "10,000", "15,000", "20,000"]),
        (1, 1, 4, []),
        (-2.6e-9, 2.2e-9, 5, ["−2e−9", "−1e−9", "0", "1e−9", "2e−9"]),
        (0, 1.1e-7, 2, ["0", "5.0e−8", "1.0e−7"]),
        (1e8, 1e8 + 72, 2, ["100,000,000", "100,000,050"]),
        (-3e12, 2e12, 3, ["−2e+12", "0", "2e+12"]),
    ],
)
def test_ticks_are_round_numbers(low, high, wanted, texts):
    assert tick_texts(low, high, wanted)[1] == texts


def test_of_the_numbers_on_an_axis_as_many_are_written_as_have_room():
    canvas = Canvas(10, 10)
    few = ticks_with_room(canvas, Columns(10, 10**6, 9), 300)
    assert len(few) < len(ticks_with_room(canvas, Columns(0, 0, 9), 300))
    step_px = 300 * (few[1][0] - few[0][0]) / (9 * 2**10)
    assert max(canvas.text_width(text) for _, text in few) < step_px


def test_names_of_neurons_are_cut_in_the_middle():
    name, font = "neuron with a long name 17", font_for("", 20)
    assert fit(name, font, 150).startswith("neuron w")
    cut = fit(name, font, 150, cut_at="middle")
    assert cut.startswith("neur")
    assert cut.endswith("17")
    assert font.getlength(cut) <= 150


def test_long_class_names_leave_room_for_the_prediction():
    recording = nd.Recording.from_arrays(
        {"a": np.eye(2)}, labels=[0, 1], class_names=["x" * 100, "y" * 100]
    ).with_instance(sample=0, prediction=1, confidence=0.5)
    words = what_instance(recording, recording.instances[0], 6)
    assert words == "xxxxx… → yyyyy… · 50 %"


# ----------------------------------------------------------------------------- the picture


def opened(png):
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def test_an_output_has_a_picture_with_words_in_its_place(relu):
    bundle, metadata = relu._repr_mimebundle_()
    image = opened(base64.b64decode(bundle["image/png"], validate=True))
    facts = metadata["image/png"]
    assert image.size == (2 * facts["width"], 2 * facts["height"])
    assert facts["alt"] == (
        "NeuralDivergence: Net, 400 samples. Layers a and b, classes class 0 and class 2, "
        "sorted by x attacked, largest first. Instances x benign (class 0 → class 0) and "
        "x attacked (class 0 → class 2)."
    )
    assert json.loads(json.dumps([bundle, metadata])) == [bundle, metadata]
    assert "image/png" not in mime_bundle(relu)


def test_a_picture_is_small_and_the_same_again(relu):
    picture = picture_of(relu)
    assert picture == picture_of(dataclasses.replace(relu))
    assert len(picture.png) < 120_000
    image = opened(picture.png)
    assert image.mode == "P"
    colors = {color for _, color in image.convert("RGB").getcolors(256)}
    assert {(255, 255, 255), (0, 0, 0), (217, 38, 38)} <= colors


def test_the_picture_is_of_what_is_shown(relu):
    pictures = [
        picture_of(shown(relu, **options)).png
        for options in ({}, {"classes": [1]}, {"bins": 8}, {"mark": {"a": [1]}}, {"layers": []})
    ]
    assert len(set(pictures)) == len(pictures)


def test_layers_stand_in_the_order_of_the_recording(relu):
    picture = picture_of(shown(relu, layers=["b", "a"]))
    assert picture == picture_of(shown(relu, layers=["a", "b"]))
    assert "Layers a and b" in picture.alternative


def hostile():
    names = ["<img src=x onerror=1>" * 30, "層\u202e\ud800\x00\n名前", "", "\u0301" * 10**5]
    return nd.Recording.from_arrays(
        {name: np.full((3, 2), np.nan) for name in names},
        labels=[0, 0, 0],
        class_names=["д" * 10**4, ""],
        name="\x00</script>\ud83d" * 300,
        neuron_names={names[0]: ["", "x" * 10**5]},
    )


EXTREME = {
    "one value": lambda: nd.Recording.from_arrays({"a": [[1.5]]}),
    "not finite": lambda: nd.Recording.from_arrays({"a": [[np.nan, np.inf], [-np.inf, 0]]}),
    "constant": lambda: nd.Recording.from_arrays({"a": np.full((9, 3), 1e8)}),
    "the largest float": lambda: nd.Recording.from_arrays({"a": [[-3.4e38, 0], [3.4e38, 1e-45]]}),
    "an empty class": lambda: nd.Recording.from_arrays(
        {"a": np.eye(3)}, labels=[0, 0, -1], class_names=["x", "y"]
    ),
    "float16": lambda: nd.Recording.from_arrays({"a": np.eye(3, dtype=np.float16)}),
    "hostile names": hostile,
    "one bin": lambda: shown(nd.Recording.from_arrays({"a": np.eye(3) - 0.5}), bins=1),
    "one bin a neuron": lambda: shown(
        nd.Recording.from_arrays({"a": np.eye(3) - 0.5}), bins=1, axis="neuron", extent="full"
    ),
    "no layer": lambda: shown(hostile(), layers=[], classes=[]),
    "no row": lambda: shown(nd.Recording.from_arrays({"a": np.eye(3)}), marked_only=True),
    "pictures with alpha": lambda: nd.Recording.from_arrays(
        {"a": np.eye(3)}, images=np.zeros((3, 90, 5, 4), np.uint8)
    ).with_instance(sample=1),
    "forty classes": lambda: nd.Recording.from_arrays({"a": np.eye(40)}, labels=np.arange(40)),
}


@pytest.mark.parametrize("case", EXTREME)
def test_extreme_recordings_are_drawn_without_a_warning(case):
    recording = EXTREME[case]()
    if case == "forty classes":
        recording = shown(recording, classes=list(range(40)), classes_as="lanes")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = picture_of(recording)
    assert opened(picture.png).size == (2 * picture.width_px, 2 * picture.height_px)
    assert len(picture.alternative) < 2000
    picture.alternative.encode()


def test_codes_alone_are_drawn(relu):
    from neuraldivergence import grid as dyadic
    from neuraldivergence.recording import Codes

    layer = relu.layers[0]
    grid = dyadic.fit(layer.activations, layer.instances)
    codes = Codes(dyadic.codes(layer.activations, grid), grid)
    coded = dataclasses.replace(layer, activations=None, codes=codes)
    recording = dataclasses.replace(relu, layers=(coded,))
    exact = distributions(relu, layer, [0], "label")[0]
    binned = distributions(recording, coded, [0], "label")[0]
    assert np.abs(exact.median - binned.median).max() <= 2.0 ** grid[:, 0].max()
    neurons = np.arange(40)
    assert exact.counts(neurons).tolist() == binned.counts(neurons).tolist()
    assert picture_of(recording).png


def test_of_thousands_of_classes_and_instances_the_first_are_drawn():
    recording = nd.Recording.from_arrays(
        {"a": np.eye(3)}, labels=[0, 1, 2], class_names=["x"] * 999
    )
    for row in range(3):
        recording = recording.with_instance(sample=row)
    picture = picture_of(shown(recording, classes=list(range(999)), classes_as="lanes"))
    assert picture.height_px < 1500
    assert "and 987 more" in picture.alternative


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"scale": "layer"}, {"scale": "layer", "axis": "neuron"}])
def test_four_thousand_neurons_in_ten_classes_are_a_small_picture(options):
    rng = np.random.default_rng(0)
    values = np.maximum(rng.standard_normal((1000, 4096), np.float32), 0)
    recording = shown(
        nd.Recording.from_arrays({"a": values}, labels=np.arange(1000) % 10),
        classes=list(range(10)),
        classes_as="lanes",
        order=nd.by.median(3),
        **options,
    )
    assert len(picture_of(recording).png) < 120_000


def test_a_reduced_output_shows_the_same_picture(relu):
    assert picture_of(summarised(relu)).png == picture_of(relu).png
    values = np.random.default_rng(0).random((2000, 20))
    noisy = nd.Recording.from_arrays({"a": values}, labels=np.arange(2000) % 2)
    with pytest.warns(nd.SizeWarning):
        bundle, _ = output(noisy, max_inline_bytes=len(mime_bundle(noisy)[DATA_MIME]) - 1)
    assert base64.b64decode(bundle["image/png"]) == picture_of(noisy).png


@pytest.mark.parametrize("module", ["PIL", "PIL._imagingft"])
def test_where_pillow_cannot_draw_the_output_is_without_a_picture(relu, monkeypatch, module):
    for name in [name for name in sys.modules if name.startswith("neuraldivergence.picture")]:
        monkeypatch.delitem(sys.modules, name)
    if module == "PIL":
        monkeypatch.setitem(sys.modules, module, None)
    else:
        from PIL import ImageFont

        def missing(*_, **__):
            raise ImportError("The _imagingft C module is not installed")

        monkeypatch.setattr(ImageFont, "truetype", missing)
    with pytest.warns(UserWarning, match="no picture for places without the extension"):
        bundle, metadata = output(relu)
    assert bundle == mime_bundle(relu)
    assert metadata == {}


def test_a_mistake_in_a_picture_does_not_cost_the_view(relu, monkeypatch):
    monkeypatch.setattr(sys.modules["neuraldivergence.picture"], "picture_of", lambda _: [][1])
    with pytest.warns(UserWarning, match="no picture .* IndexError: list index") as caught:
        bundle, metadata = output(relu)
    assert len(caught) == 1
    assert bundle == mime_bundle(relu)
    assert metadata == {}
