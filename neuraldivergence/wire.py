"""A recording ↔ the tensor block; the inverse of the browser's decoder."""

import io
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from .block import read_block
from .descriptor import Node, Tensors
from .errors import FormatError, VersionError
from .layout import write_block
from .model import Model, Place, Scores, Weight
from .planes import to_planes
from .preprocess import Preprocess
from .recording import Class, Codes, Column, Group, Instance, Layer, Recording, Summary
from .sorting import unsorted
from .text import well_formed

__all__ = ["FORMAT", "VERSION", "from_block", "from_file", "to_block", "to_tensors"]

FORMAT = "neuraldivergence"
VERSION = 1

_COUNTED = ("n", "zeros", "nan", "posinf", "neginf")
_MEASURED = ("min", "max", "mean", "m2")
_ALWAYS_PROBABILITIES = (0.25, 0.5, 0.75)
_MODEL_FORMAT = "tfjs-layers"


def to_block(
    recording: Recording,
    *,
    detail: Literal["full", "summary"] = "full",
    for_notebook: bool = False,
) -> tuple[dict[str, Any], bytes]:
    """Lay out a recording as one block of bytes.

    Parameters
    ----------
    recording : Recording
    detail : {"full", "summary"}
        ``"summary"`` replaces the activations of each layer with their summary.
    for_notebook : bool
        Keep only the images of instances, and names that a kernel's message can hold.

    Returns
    -------
    descriptor : dict
        The JSON object that the block's header holds.
    block : bytes
    """
    if detail == "summary":
        from .summary import summarised

        recording = summarised(recording)
    descriptor, tensors = to_tensors(recording, for_notebook=for_notebook)
    return write_block(tensors, descriptor)


def to_tensors(
    recording: Recording,
    *,
    for_notebook: bool = False,
    in_planes: bool = False,
    all_images: bool = False,
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the descriptor, without its ``id``, and the tensors of a block; see `to_block`.

    With `in_planes` those of summaries are byte planes, for a block that is packed. With
    `all_images` the images of samples stay also for a notebook.
    """
    if for_notebook and not all_images:
        recording = recording.__class__(**_with_instance_images(recording))
    tensors: dict[str, NDArray[Any]] = {}
    descriptor = {
        "format": FORMAT,
        "version": VERSION,
        "id": "",
        "name": recording.name,
        "samples": {
            "count": recording.count,
            "labels": _put(tensors, "labels", recording.labels),
            "predictions": _put(tensors, "predictions", recording.predictions),
            **_write_columns(tensors, recording),
        },
        **_write_groups(tensors, recording),
        "classes": [{"name": item.name, "color": item.color} for item in recording.classes],
        "layers": [
            _write_layer(tensors, recording, index, in_planes)
            for index in range(len(recording.layers))
        ],
        "instances": [dict(vars(instance)) for instance in recording.instances],
        "images": _write_images(tensors, recording),
        **_write_model(tensors, recording.model),
        "source": {"kind": "inline", **({"reduced": "summary"} if recording.reduced else {})},
        "view": recording.view,
    }
    return well_formed(descriptor) if for_notebook else descriptor, tensors


def from_block(block: bytes) -> Recording:
    """Read a block of bytes; the inverse of `to_block`. See `from_file`."""
    return from_file(io.BytesIO(block))


def from_file(file: BinaryIO) -> Recording:
    """Read the block that a file holds, and put samples that are sorted back.

    Returns
    -------
    Recording
        Its arrays are read-only.

    Raises
    ------
    FormatError
        The block breaks a rule of the format; the message says where.
    VersionError
        A newer package wrote the block.
    """
    json, by_name, id = read_block(file)
    root, tensors = Node(json, ""), Tensors(by_name)
    recording = _read_recording(root, tensors)
    order = _read_order(root["samples"]["order"], tensors, recording.count)
    if json["id"] != id:
        raise FormatError("id", "does not match the tensor data; the file is damaged")
    return recording if order is None else unsorted(recording, order)


def _put(tensors: dict[str, NDArray[Any]], name: str, array: NDArray[Any] | None) -> str | None:
    if array is None:
        return None
    tensors[name] = array
    return name


def _write_columns(tensors: dict[str, NDArray[Any]], recording: Recording) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "tensor": _put(tensors, f"columns.{index}", column.values),
            "categories": None if column.categories is None else list(column.categories),
        }
        for index, column in enumerate(recording.columns)
    ]
    return {"columns": columns} if columns else {}


def _write_groups(tensors: dict[str, NDArray[Any]], recording: Recording) -> dict[str, Any]:
    groups = [
        {
            "id": group.id,
            "name": group.name,
            "color": group.color,
            "tensor": _put(tensors, f"groups.{index}", np.packbits(group.mask, bitorder="little")),
        }
        for index, group in enumerate(recording.groups)
    ]
    return {"groups": groups} if groups else {}


def _write_images(
    tensors: dict[str, NDArray[Any]], recording: Recording
) -> dict[str, str | None] | None:
    if recording.images is None:
        return None
    return {
        "tensor": _put(tensors, "images", recording.images),
        "samples": _put(tensors, "images.samples", recording.image_samples),
    }


def _write_model(tensors: dict[str, NDArray[Any]], model: Model | None) -> dict[str, Any]:
    if model is None:
        return {}
    preprocess, output = model.preprocess, model.output
    mean, std = (preprocess.by_channel(what, model.shape[2]) for what in ("mean", "std"))
    described = {
        "format": _MODEL_FORMAT,
        "topology": model.topology,
        "weights": [
            {
                "name": weight.name,
                "tensor": _put(tensors, f"model.weights.{index}", weight.values),
            }
            for index, weight in enumerate(model.weights)
        ],
        "input": {
            "shape": list(model.shape),
            "scale": preprocess.scale,
            "mean": None if mean is None else list(mean),
            "std": None if std is None else list(std),
        },
        "layers": {
            name: {
                "layer": place.layer,
                "channelsFirst": place.channels_first,
                "difference": place.difference,
                **({} if place.position is None else {"position": list(place.position)}),
            }
            for name, place in model.layers.items()
        },
        "output": None if output is None else dict(vars(output)),
        "difference": model.difference,
        "recorded": model.recorded,
    }
    return {"model": described}


def _with_instance_images(recording: Recording) -> dict[str, Any]:
    """Return the fields of a recording that keeps only the images of its instances."""
    fields = dict(vars(recording))
    used = sorted({item.image for item in recording.instances if item.image is not None})
    if recording.images is None or not used:
        return {**fields, "images": None, "image_samples": None}
    place = {image: index for index, image in enumerate(used)}
    samples = recording.image_samples
    fields["images"] = recording.images[used]
    fields["image_samples"] = None if samples is None else samples[used]
    fields["instances"] = tuple(
        Instance(**{**vars(item), "image": None if item.image is None else place[item.image]})
        for item in recording.instances
    )
    return fields


def _write_layer(
    tensors: dict[str, NDArray[Any]], recording: Recording, index: int, in_planes: bool
) -> dict[str, Any]:
    layer, prefix = recording.layers[index], f"layer.{index}"
    activations, codes, summary = layer.activations, layer.codes, layer.summary
    has_instances = len(recording.instances) > 0
    fields: dict[str, Any] = {
        "name": layer.name,
        "neurons": layer.neurons,
        "kind": layer.kind,
        "reduction": layer.reduction,
        "neuronNames": None if layer.neuron_names is None else list(layer.neuron_names),
        "activations": _put(tensors, f"{prefix}.activations", activations),
        "codes": None
        if codes is None
        else {
            "tensor": _put(tensors, f"{prefix}.codes", codes.values),
            "grid": _put(tensors, f"{prefix}.codes.grid", codes.grid),
        },
        "summary": None
        if summary is None
        else _write_summary(tensors, f"{prefix}.", summary, in_planes),
        "instances": _put(tensors, f"{prefix}.instances", layer.instances)
        if has_instances
        else None,
    }
    return fields if layer.source_dtype is None else {**fields, "sourceDtype": layer.source_dtype}


def _write_summary(
    tensors: dict[str, NDArray[Any]], prefix: str, summary: Summary, in_planes: bool
) -> dict[str, Any]:
    names = ("grid", "counts", *_COUNTED, *_MEASURED, "quantiles")
    arrays = {name: getattr(summary, name) for name in names}
    if in_planes:
        arrays |= {name: to_planes(arrays[name]) for name in ("counts", *_MEASURED, "quantiles")}
    return {
        "membership": summary.membership,
        "bins": summary.bins,
        **{name: _put(tensors, prefix + name, array) for name, array in arrays.items()},
        "probabilities": list(summary.probabilities),
        "exact": summary.exact,
        "bound": summary.bound,
    }


def _read_recording(root: Node, tensors: Tensors) -> Recording:
    if root["format"].value != FORMAT:
        raise FormatError("format", f"unknown format: {str(root['format'].value)[:40]}")
    if root["version"].value != VERSION or isinstance(root["version"].value, bool):
        raise VersionError(root["version"].value, VERSION)
    root["id"].text()
    count = root["samples"]["count"].whole()
    classes = tuple(_read_class(node) for node in root["classes"].items())
    images, image_samples = _read_images(root["images"], tensors, count)
    limits = {"label": len(classes), "sample": count, "image": 0 if images is None else len(images)}
    instances = tuple(_read_instance(node, limits) for node in root["instances"].items(least=0))
    root["instances"].check_unique([instance.id for instance in instances], "id")
    layers = tuple(
        _read_layer(node, tensors, count, len(classes), len(instances))
        for node in root["layers"].items()
    )
    root["layers"].check_unique([layer.name for layer in layers], "name")
    return Recording(
        name=root["name"].text(),
        count=count,
        layers=layers,
        classes=classes,
        labels=_read_rows(root["samples"]["labels"], tensors, count, len(classes)),
        predictions=_read_rows(root["samples"]["predictions"], tensors, count, len(classes)),
        columns=_read_columns(root["samples"]["columns"], tensors, count),
        groups=_read_groups(root["groups"], tensors, count),
        instances=instances,
        images=images,
        image_samples=image_samples,
        view=root["view"].record_or_none(),
        reduced=_read_source(root["source"]),
        model=_read_model(root["model"], tensors, {layer.name for layer in layers}),
    )


def _read_model(node: Node, tensors: Tensors, layers: set[str]) -> Model | None:
    # One in a format of a later package is none that we know of.
    if node.value is None or node["format"].text() != _MODEL_FORMAT:
        return None
    items = node["weights"].items(least=0)
    weights = tuple(
        Weight(item["name"].text(), tensors.of_any_shape(item["tensor"], ("float32",)))
        for item in items
    )
    for field in ("name", "tensor"):
        node["weights"].check_unique([item[field].text() for item in items], field)
    input, output = node["input"], node["output"]
    height, width, channels = (size.whole(least=1) for size in input["shape"].items(exactly=3))
    return Model(
        topology=node["topology"].record(),
        weights=weights,
        shape=(height, width, channels),
        preprocess=_read_preprocess(input, channels),
        layers=_read_places(node["layers"], layers),
        output=None
        if output.value is None
        else Scores(output["layer"].text(), output["softmax"].flag()),
        difference=node["difference"].number(),
        recorded=node["recorded"].number_or_none(),
    )


def _read_preprocess(node: Node, channels: int) -> Preprocess:
    mean, std = (
        None
        if node[what].value is None
        else tuple(item.number() for item in node[what].items(exactly=channels))
        for what in ("mean", "std")
    )
    try:
        return Preprocess(node["scale"].number(), mean, std)
    except ValueError as error:
        raise FormatError(node.path, str(error)) from error


def _read_places(node: Node, layers: set[str]) -> dict[str, Place]:
    places = {}
    for name in node.record():
        if name not in layers:
            raise FormatError(node.path, f"unknown layer: {name[:80]!r}")
        place = node[name]
        if place["node"].value or place["beforeActivation"].value:
            continue  # a place that this package does not know
        places[name] = Place(
            layer=place["layer"].text(),
            channels_first=place["channelsFirst"].flag(),
            difference=place["difference"].number(),
            position=(
                None
                if place["position"].value is None
                else tuple(item.whole() for item in place["position"].items())
            ),
        )
    return places


def _read_source(source: Node) -> bool:
    source["kind"].one_of(("inline", "file", "comm"))
    return source["reduced"].value is not None


def _read_class(node: Node) -> Class:
    return Class(node["name"].text(), node["color"].color_or_none())


def _read_rows(
    node: Node, tensors: Tensors, count: int, limit: int, least: int = -1
) -> NDArray[np.int32] | None:
    rows = tensors.optional(node, ("int32",), (count,))
    if rows is not None:
        _check_rows(rows, node.path, limit, least)
    return rows


def _check_rows(rows: NDArray[np.int32], path: str, limit: int, least: int = -1) -> None:
    is_outside = (rows < least) | (rows >= limit)
    if is_outside.any():
        row = int(is_outside.argmax())
        raise FormatError(path, f"row {row} holds {rows[row]}, outside {least} … {limit - 1}")


def _read_columns(node: Node, tensors: Tensors, count: int) -> tuple[Column, ...]:
    if node.value is None:
        return ()
    items = node.items(least=0)
    for field in ("name", "tensor"):
        node.check_unique([item[field].text() for item in items], field)
    return tuple(_read_column(item, tensors, count) for item in items)


def _read_column(node: Node, tensors: Tensors, count: int) -> Column:
    name, tensor, categories = node["name"].text(), node["tensor"], node["categories"]
    if categories.value is None:
        return Column(name, tensors.get(tensor, ("float32", "float64"), (count,)))
    texts = tuple(item.text() for item in categories.items(least=0))
    categories.check_unique(texts)
    values = tensors.get(tensor, ("int32",), (count,))
    _check_rows(values, tensor.path, len(texts))
    return Column(name, values, texts)


def _read_groups(node: Node, tensors: Tensors, count: int) -> tuple[Group, ...]:
    if node.value is None:
        return ()
    groups = tuple(_read_group(item, tensors, count) for item in node.items(least=0))
    node.check_unique([group.id for group in groups], "id")
    return groups


def _read_group(node: Node, tensors: Tensors, count: int) -> Group:
    packed = tensors.get(node["tensor"], ("uint8",), (-(-count // 8),))
    bits = np.unpackbits(packed, bitorder="little")
    if bits[count:].any():
        raise FormatError(node["tensor"].path, f"a sample above the last, {count - 1}")
    mask = bits[:count].astype(np.bool_)
    mask.setflags(write=False)
    return Group(node["id"].text(), node["name"].text(), mask, node["color"].color_or_none())


def _read_order(node: Node, tensors: Tensors, count: int) -> NDArray[np.int32] | None:
    order = _read_rows(node, tensors, count, count, least=0)
    if order is not None:
        last = np.zeros(count, np.int64)
        last[order] = np.arange(count)
        is_repeated = last[order] != np.arange(count)
        if is_repeated.any():
            row = int(is_repeated.argmax())
            raise FormatError(node.path, f"row {row} holds {order[row]}, as row {last[order[row]]}")
    return order


def _read_images(
    node: Node, tensors: Tensors, count: int
) -> tuple[NDArray[np.uint8] | None, NDArray[np.int32] | None]:
    if node.value is None:
        return None, None
    images = tensors.get(node["tensor"], ("uint8",), (None, None, None, None))
    if images.shape[3] not in (1, 3, 4):
        raise FormatError(node["tensor"].path, f"{images.shape[3]} channels; 1, 3 or 4 are known")
    samples = node["samples"]
    if samples.value is None:
        return images, None
    shape = (len(images),) if tensors.rank(samples) == 1 else (len(images), None)
    shown = tensors.get(samples, ("int32",), shape)
    _check_rows(shown.reshape(-1), samples.path, count)
    return images, shown


def _read_instance(node: Node, limits: dict[str, int]) -> Instance:
    return Instance(
        id=node["id"].text(),
        name=node["name"].text(),
        role=node["role"].one_of(("benign", "attacked", "plain")),  # type: ignore[arg-type]
        pair=node["pair"].text_or_none(),
        label=node["label"].index_or_none(limits["label"]),
        prediction=node["prediction"].index_or_none(limits["label"]),
        confidence=node["confidence"].number_or_none(),
        sample=node["sample"].index_or_none(limits["sample"]),
        image=node["image"].index_or_none(limits["image"]),
    )


def _read_layer(
    node: Node, tensors: Tensors, count: int, class_count: int, instance_count: int
) -> Layer:
    neurons = node["neurons"].whole()
    names = node["neuronNames"]
    activations = tensors.optional(node["activations"], ("float32", "float16"), (count, neurons))
    codes = _read_codes(node["codes"], tensors, count, neurons)
    layer = Layer(
        name=node["name"].text(),
        kind=node["kind"].text(),
        reduction=None
        if node["reduction"].value is None
        else node["reduction"].one_of(("mean", "max", "position")),
        neuron_names=None
        if names.value is None
        else tuple(item.text() for item in names.items(exactly=neurons)),
        activations=activations,
        # Beside activations they are for a reader that is in a hurry.
        codes=codes if activations is None else None,
        summary=_read_summary(node["summary"], tensors, class_count, neurons),
        instances=_read_instances(node["instances"], tensors, instance_count, neurons),
        source_dtype=node["sourceDtype"].text_or_none(),
    )
    if layer.activations is None and layer.codes is None and layer.summary is None:
        raise FormatError(node.path, "has neither activations, codes nor a summary")
    return layer


def _read_instances(
    node: Node, tensors: Tensors, instance_count: int, neurons: int
) -> NDArray[np.float32]:
    if node.value is None and instance_count > 0:
        raise FormatError(node.path, f"missing, but there are {instance_count} instances")
    if node.value is None:
        none = np.zeros((0, neurons), np.float32)
        none.setflags(write=False)
        return none
    return tensors.get(node, ("float32",), (instance_count, neurons))


def _read_codes(node: Node, tensors: Tensors, count: int, neurons: int) -> Codes | None:
    if node.value is None:
        return None
    return Codes(
        values=tensors.get(node["tensor"], ("uint8",), (count, neurons)),
        grid=_read_grid(node["grid"], tensors, neurons),
    )


def _read_grid(node: Node, tensors: Tensors, neurons: int) -> NDArray[np.int32]:
    grid = tensors.get(node, ("int32",), (neurons, 2))
    exponents, origins = grid[:, 0], grid[:, 1]
    if grid.size and (exponents.min() < -149 or exponents.max() > 128):
        raise FormatError(node.path, "an exponent is outside -149 … 128")
    if grid.size and (origins.min() < -(2**24) - 256 or origins.max() > 2**24):
        raise FormatError(node.path, "an origin is outside ±2^24")
    return grid


def _read_summary(node: Node, tensors: Tensors, class_count: int, neurons: int) -> Summary | None:
    if node.value is None:
        return None
    bins = node["bins"].whole()
    if not (1 <= bins <= 256 and bins & (bins - 1) == 0):
        raise FormatError(node["bins"].path, f"{bins} is not a power of two up to 256")
    probabilities = tuple(item.number() for item in node["probabilities"].items())
    if not set(_ALWAYS_PROBABILITIES) <= set(probabilities):
        raise FormatError(node["probabilities"].path, f"lacks one of {_ALWAYS_PROBABILITIES}")
    shape = (class_count, neurons)
    return Summary(
        membership=node["membership"].one_of(("label", "prediction", "correct")),
        grid=_read_grid(node["grid"], tensors, neurons),
        counts=tensors.packed(node["counts"], ("uint16", "uint32"), (*shape, bins)),
        **{name: tensors.get(node[name], ("uint32",), shape) for name in _COUNTED},
        **{name: tensors.doubles(node[name], shape) for name in _MEASURED},
        quantiles=tensors.doubles(node["quantiles"], (*shape, len(probabilities))),
        probabilities=probabilities,
        exact=node["exact"].flag(),
        bound=node["bound"].number_or_none(),
    )
