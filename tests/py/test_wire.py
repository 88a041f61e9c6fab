import contextlib
import dataclasses
import hashlib
import json

import jsonschema
import numpy as np
import pytest
from conftest import FIXTURES, parts_of

import neuraldivergence as nd
from neuraldivergence.layout import write_block
from neuraldivergence.recording import Codes
from neuraldivergence.summary import brief, summarised
from neuraldivergence.wire import from_block, to_block, to_tensors


@pytest.fixture(scope="module")
def schema():
    text = (FIXTURES.parents[1] / "format" / "recording.schema.json").read_text()
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_a_recording_survives_the_block(tiny):
    descriptor, block = to_block(tiny)
    again = from_block(block)
    assert again == tiny
    assert to_block(again) == (descriptor, block)
    assert not again.layers[0].activations.flags.writeable


def test_a_summary_survives_the_block(tiny):
    descriptor, block = to_block(tiny, detail="summary")
    again = from_block(block)
    assert descriptor["source"] == {"kind": "inline", "reduced": "summary"}
    assert again.reduced
    assert all(layer.activations is None for layer in again.layers)
    assert to_block(again, detail="summary") == (descriptor, block)
    assert to_block(again) == (descriptor, block)


def test_a_summary_survives_byte_planes(tiny, fixtures):
    shown = brief(summarised(tiny))
    plain, planes = (
        from_block(write_block(*to_tensors(shown, for_notebook=True, in_planes=in_planes)[::-1])[1])
        for in_planes in (False, True)
    )
    assert planes == plain
    assert not planes.layers[0].summary.counts.flags.writeable
    assert planes.layers == nd.load(fixtures / "tiny.brief.ndiv").layers


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda planes: planes[:1], "expected 2 or 4 byte planes, found 1"),
        (lambda planes: planes[:, 1:], "expected shape"),
        (lambda planes: planes.T, "expected shape"),
        (lambda planes: planes.view(np.int8), "expected dtype uint16 or uint32, found int8"),
    ],
)
def test_wrong_byte_planes_are_refused(tiny, change, problem):
    descriptor, tensors = to_tensors(summarised(tiny), in_planes=True)
    tensors["layer.0.counts"] = change(tensors["layer.0.counts"])
    with pytest.raises(nd.FormatError, match=problem) as caught:
        from_block(write_block(tensors, descriptor)[1])
    assert caught.value.path == "layers[0].summary.counts"


def test_float16_stays_float16(fixtures):
    recording = nd.load(fixtures / "tiny.f16.ndiv")
    assert recording.layers[0].activations.dtype == np.float16
    assert recording.layers[0].activations[2, 0] == 2.0**-24
    assert recording.layers[1].source_dtype == "float64"


def test_codes_survive_the_block(tiny):
    from neuraldivergence import grid

    layer = tiny.layers[1]
    fitted = grid.fit(layer.activations, layer.instances)
    codes = Codes(grid.codes(layer.activations, fitted), fitted)
    coded = dataclasses.replace(
        tiny, layers=(dataclasses.replace(layer, activations=None, codes=codes),)
    )
    assert from_block(to_block(coded)[1]) == coded


def test_the_notebook_gets_only_the_pictures_of_instances(tiny):
    _, block = to_block(tiny, for_notebook=True)
    again = from_block(block)
    assert len(again.images) == 3
    assert again.image_samples.tolist() == [46, -1, -1]
    for ours, theirs in zip(tiny.instances, again.instances, strict=True):
        assert np.array_equal(tiny.images[ours.image], again.images[theirs.image])
    assert again.layers == tiny.layers


def test_the_id_is_the_hash_of_the_data(tiny):
    descriptor, block = to_block(tiny)
    data = block[8 + int.from_bytes(block[:8], "little") :]
    assert descriptor["id"] == hashlib.sha256(data).hexdigest()
    renamed = dataclasses.replace(tiny, name="other")
    assert to_block(renamed)[0]["id"] == descriptor["id"]


def test_other_tools_can_open_a_block(tiny):
    from safetensors.numpy import load

    tensors = load(to_block(tiny)[1])
    assert np.array_equal(
        tensors["layer.1.activations"], tiny.layers[1].activations, equal_nan=True
    )


@pytest.mark.parametrize("detail", ["full", "summary"])
@pytest.mark.parametrize("for_notebook", [True, False])
def test_descriptors_meet_the_schema(tiny, schema, detail, for_notebook):
    descriptor, _ = to_block(tiny, detail=detail, for_notebook=for_notebook)
    schema.validate(descriptor)


def test_the_committed_descriptors_meet_the_schema(schema, fixtures):
    for path in fixtures.glob("*.ndiv"):
        schema.validate(parts_of(path.read_bytes())[0])


def test_views_meet_the_schema(tiny, schema):
    from neuraldivergence.view import view_state

    orders = [
        nd.by.index(),
        nd.by.median("cat"),
        nd.by.value("cat 46 attacked"),
        nd.by.difference("cat 46 attacked", "dog"),
    ]
    for order in orders:
        view = view_state(tiny, layers=["conv"], classes=["cat"], instances=["a0"], order=order)
        schema.validate(to_block(dataclasses.replace(tiny, view=view))[0])


def test_the_schema_refuses_what_the_reader_refuses(tiny, schema):
    descriptor, _ = to_block(tiny)
    for change in ({"version": 2}, {"classes": []}, {"layers": []}, {"id": "x"}, {"images": 3}):
        assert not schema.is_valid({**descriptor, **change})


def hostile_cases():
    return json.loads((FIXTURES / "hostile" / "index.json").read_text())


@pytest.mark.parametrize("case", hostile_cases(), ids=lambda case: case["file"])
def test_malformed_blocks_are_refused_with_their_place(case, fixtures):
    block = (fixtures / "hostile" / case["file"]).read_bytes()
    with pytest.raises(nd.FormatError) as caught:
        from_block(block)
    assert caught.value.path == case["path"]
    assert case["problem"] in caught.value.problem
    assert isinstance(caught.value, nd.VersionError) == (case["error"] == "version")


def test_damaged_data_is_refused(tiny):
    block = bytearray(to_block(tiny)[1])
    block[-1] ^= 1
    with pytest.raises(nd.FormatError, match="id: does not match"):
        from_block(bytes(block))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny.f16.ndiv", "tiny.sorted.ndiv"])
def test_mutated_blocks_are_read_or_refused_and_nothing_else(fixtures, name):
    block = (fixtures / name).read_bytes()
    header_bytes = int.from_bytes(block[:8], "little")
    rng = np.random.default_rng(0)
    for _ in range(3000):
        mutated = bytearray(block)
        for place in rng.integers(0, 8 + header_bytes, int(rng.integers(1, 4))):
            mutated[place] = int(rng.integers(0, 256))
        with contextlib.suppress(nd.FormatError):
            from_block(bytes(mutated))


SURPRISES = [None, True, -1, 2**70, 1.5, "", "__proto__", [], {}, [None], {"a": 1}]


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items if isinstance(value, (dict, list)) else ():
        yield from places(item, (*path, key)) if isinstance(item, (dict, list)) else [(*path, key)]


def test_surprises_in_the_descriptor_are_read_or_refused_and_nothing_else(tiny):
    descriptor, block = to_block(tiny, detail="summary")
    _, tensors = parts_of(block)
    for path in list(places(descriptor))[1:]:
        for surprise in SURPRISES:
            changed = json.loads(json.dumps(descriptor))
            place = changed
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = surprise
            with contextlib.suppress(nd.FormatError):
                from_block(write_block(tensors, changed)[1])


def test_odd_names_survive_the_block():
    names = ["<img src=x onerror=__pwn()>", "__proto__", "\u202e", "\ud800", "\0", "", "a" * 10**6]
    recording = nd.Recording.from_arrays(
        {name: np.ones((len(names), 1)) for name in names},
        labels=range(len(names)),
        class_names=names,
        name=names[3],
    )
    assert from_block(to_block(recording)[1]) == recording


def test_unknown_fields_are_ignored(tiny):
    descriptor, block = to_block(tiny)
    _, tensors = parts_of(block)
    descriptor["layers"][0]["later"] = descriptor["later"] = {"x": 1}
    assert from_block(write_block(tensors, descriptor)[1]) == tiny
