"""What was measured: the activations of a model's layers on many samples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .options import ViewOptions, lists_view_options
from .text import clean

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .detection import Detection
    from .model import Model
    from .preprocess import Preprocess
    from .probe import Probe

__all__ = [
    "ByValue",
    "Class",
    "Codes",
    "Column",
    "Group",
    "Instance",
    "Layer",
    "Recording",
    "Role",
    "Runner",
    "Summary",
]

Role = Literal["benign", "attacked", "plain"]
Activations = NDArray[np.float32] | NDArray[np.float16]
Runner = Callable[[Any], tuple[Mapping[str, NDArray[np.float32]], int | None, float | None]]
"""Runs a model on one input: values ``[neurons]`` of each layer, prediction, confidence."""


class ByValue:
    """Equality by value: arrays by dtype, shape and elements, NaN equal to NaN."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            _are_equal(getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)  # type: ignore[arg-type]
            if field.compare
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Summary(ByValue):
    """Counts and statistics per class and neuron; `docs/format.md` defines them.

    Attributes
    ----------
    grid : int32 array, shape [neurons, 2]
    counts : uint16 or uint32 array, shape [classes, neurons, bins]
        Finite values per bin.
    n, zeros, nan, posinf, neginf : uint32 arrays, shape [classes, neurons]
    min, max, mean, m2 : float64 arrays, shape [classes, neurons]
        Over finite values; NaN where there is none (`m2` is then 0).
    quantiles : float64 array, shape [classes, neurons, probabilities]
    probabilities : tuple of float
    exact : bool
        Quantiles are made from all values; otherwise `bound` is their largest error, in bins.
    """

    grid: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger[Any]]
    n: NDArray[np.uint32]
    zeros: NDArray[np.uint32]
    nan: NDArray[np.uint32]
    posinf: NDArray[np.uint32]
    neginf: NDArray[np.uint32]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    mean: NDArray[np.float64]
    m2: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    probabilities: tuple[float, ...] = (0.25, 0.5, 0.75)
    exact: bool = True
    bound: float | None = None
    membership: str = "label"

    @property
    def bins(self) -> int:
        """Bins of the grid, a power of two."""
        return int(self.counts.shape[2])


@dataclass(frozen=True, eq=False)
class Codes(ByValue):
    """The bin of every activation: uint8 ``[samples, neurons]`` on ``grid`` ``[neurons, 2]``."""

    values: NDArray[np.uint8]
    grid: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Layer(ByValue):
    """One layer of a recording.

    Attributes
    ----------
    activations : float32 or float16 array, shape [samples, neurons], or None
        None when only a summary or codes are here.
    instances : float32 array, shape [instances, neurons]
    source_dtype : str or None
        The dtype before the cast to float32, when there was one.
    """

    name: str
    activations: Activations | None
    instances: NDArray[np.float32]
    kind: str = "dense"
    reduction: str | None = None
    neuron_names: tuple[str, ...] | None = None
    source_dtype: str | None = None
    codes: Codes | None = None
    summary: Summary | None = None

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return int(self.instances.shape[1])


@dataclass(frozen=True)
class Class:
    """A class of samples: its name and, unless the palette decides, its colour ``#rrggbb``."""

    name: str
    color: str | None = None


@dataclass(frozen=True, eq=False)
class Column(ByValue):
    """What is known of each sample beside its classes: a text of a few, or a number.

    Attributes
    ----------
    values : int32 array, shape [samples]; with numbers float32 or float64
        Indices into `categories`, −1 = none; or numbers, NaN = none.
    categories : tuple of str, or None
        The texts; None: a column of numbers.
    """

    name: str
    values: NDArray[np.int32] | NDArray[np.float32] | NDArray[np.float64]
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Group(ByValue):
    """A set of samples that has a name.

    Attributes
    ----------
    id : str
        No other group of the recording has it.
    mask : bool array, shape [samples]
        Which samples the group has.
    color : str or None
        ``#rrggbb``, or None: the palette decides.
    """

    id: str
    name: str
    mask: NDArray[np.bool_]
    color: str | None = None

    @property
    def size(self) -> int:
        """Number of samples."""
        return int(self.mask.sum())


@dataclass(frozen=True)
class Instance:
    """A single sample or input that is shown as a dot.

    Attributes
    ----------
    sample : int or None
        Row of the recording that this instance is.
    image : int or None
        Index into the recording's images.
    """

    id: str
    name: str
    role: Role = "plain"
    pair: str | None = None
    label: int | None = None
    prediction: int | None = None
    confidence: float | None = None
    sample: int | None = None
    image: int | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Recording(ByValue):
    """The activations of a model's layers on many samples, and single instances.

    A recording never changes: methods return new ones and all arrays are read-only.
    Make one with `Recording.from_arrays`, `neuraldivergence.record` or `neuraldivergence.load`.

    Attributes
    ----------
    name : str
    count : int
        Number of samples.
    layers : tuple of Layer
    classes : tuple of Class
        Position = label.
    labels, predictions : int32 arrays, shape [count], or None
        −1 = none.
    columns : tuple of Column
        What else is known of each sample.
    groups : tuple of Group
        Sets of samples.
    instances : tuple of Instance
    images : uint8 array, shape [images, height, width, 1 | 3 | 4], or None
    image_samples : int32 array, shape [images] or [images, samples of one], or None
        The sample, or samples, that each image shows, −1 = none, an instance's only.
    view : dict or None
        Initial view state.
    reduced : bool
        Raw data was left out for size.
    model : Model or None
        What a browser runs on a changed picture.
    """

    name: str
    count: int
    layers: tuple[Layer, ...]
    classes: tuple[Class, ...]
    labels: NDArray[np.int32] | None = None
    predictions: NDArray[np.int32] | None = None
    columns: tuple[Column, ...] = ()
    groups: tuple[Group, ...] = ()
    instances: tuple[Instance, ...] = ()
    images: NDArray[np.uint8] | None = None
    image_samples: NDArray[np.int32] | None = None
    view: dict[str, Any] | None = None
    reduced: bool = False
    model: "Model | None" = None
    _runner: Runner | None = field(default=None, compare=False)
    _probe: "Probe | None" = field(default=None, compare=False)

    @staticmethod
    def from_arrays(
        layers: Mapping[str, ArrayLike],
        *,
        labels: ArrayLike | None = None,
        class_names: Sequence[str] | None = None,
        predictions: ArrayLike | None = None,
        images: ArrayLike | None = None,
        name: str = "recording",
        kinds: Mapping[str, str] | None = None,
        reductions: Mapping[str, str | None] | None = None,
        neuron_names: Mapping[str, Sequence[str]] | None = None,
        source_dtypes: Mapping[str, str | None] | None = None,
        colors: Mapping[str, str] | Sequence[str | None] | None = None,
    ) -> "Recording":
        """Make a recording from arrays that are already in memory.

        Parameters
        ----------
        layers : mapping of str to array, shape [samples, neurons]
            Activations of each layer, in the order in which layers are shown. Float16 and
            float32 are kept, everything else real is cast to float32. Arrays are copied,
            except read-only float16 and float32 ones.
        labels : array of int or str, shape [samples], optional
            Class of each sample; −1 = none. Strings are looked up in `class_names`.
        class_names : sequence of str, optional
            Without it: the sorted string labels, or ``class 0``, ``class 1``, ….
        predictions : array of int or str, shape [samples], optional
            Predicted class of each sample; −1 = none.
        images : uint8 array, shape [samples, height, width(, 1 | 3 | 4)], optional
            A picture of each sample.
        name : str
            Name of the recording; saved views are kept under it.
        kinds : mapping of layer name to str, optional
            What each layer is; ``"dense"`` by default.
        reductions : mapping of layer name to {"mean", "max", "position"}, optional
            How a layer with spatial axes was reduced to one value a channel.
        neuron_names : mapping of layer name to sequence of str, optional
        source_dtypes : mapping of layer name to str, optional
            The dtype before a cast that the caller made.
        colors : mapping of class name to ``#rrggbb``, or one ``#rrggbb`` or None a class, optional

        Returns
        -------
        Recording

        Raises
        ------
        ValueError
            Shapes, counts, labels or names do not fit together; the message says where.
        TypeError
            Values are not real numbers.

        Warns
        -----
        CastWarning
            Finite values became infinite in the cast to float32.
        """
        from .arrays import recording_from_arrays

        return recording_from_arrays(
            layers,
            labels=labels,
            class_names=class_names,
            predictions=predictions,
            images=images,
            name=name,
            kinds=kinds,
            reductions=reductions,
            neuron_names=neuron_names,
            source_dtypes=source_dtypes,
            colors=colors,
        )

    def with_pair(
        self,
        *,
        attacked: Any,
        benign: Any = None,
        sample: int | None = None,
        name: str,
        label: int | str | None = None,
        predictions: tuple[int | str | None, int | str | None] | None = None,
        confidences: tuple[float | None, float | None] | None = None,
        images: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    ) -> "Recording":
        """Add a benign input and its attacked twin as two instances.

        Parameters
        ----------
        benign, attacked : mapping of layer name to array, shape [neurons]; or a model input
            Model inputs work when the recording was made with `neuraldivergence.record`.
            `benign` may be left out with `sample`.
        sample : int, optional
            Row of the recording that the benign input is. It brings its values, label,
            prediction and picture, where these are not given.
        name : str
            The instances are named ``"<name> benign"`` and ``"<name> attacked"``.
        label : int or str, optional
            True class of both; that of `sample` by default.
        predictions, confidences : pair, optional
            Predicted class, and its probability, of the benign and the attacked input; None
            where one is not known.
        images : pair of uint8 arrays, shape [height, width(, 1 | 3 | 4)], optional
            One may be None.

        Returns
        -------
        Recording

        Raises
        ------
        ValueError
            A layer is missing, a shape is wrong, or a class is unknown.
        TypeError
            A model input was given to a recording that has no model.
        """
        from .instances import add_pair

        return add_pair(
            self,
            benign,
            attacked,
            sample=sample,
            name=name,
            label=label,
            predictions=predictions or (None, None),
            confidences=confidences or (None, None),
            images=images or (None, None),
        )

    def with_instance(
        self,
        value: Any = None,
        *,
        name: str | None = None,
        role: Role = "plain",
        label: int | str | None = None,
        prediction: int | str | None = None,
        confidence: float | None = None,
        image: ArrayLike | None = None,
        sample: int | None = None,
    ) -> "Recording":
        """Add a single instance.

        Parameters
        ----------
        value : mapping of layer name to array, shape [neurons]; or a model input; optional
            Left out, with `sample`: a row of the recording itself.
        name : str, optional
            ``"sample <sample>"`` by default.
        role : {"plain", "benign", "attacked"}
        label, prediction : int or str, optional
        confidence : float, optional
            Probability of the prediction.
        image : uint8 array, shape [height, width(, 1 | 3 | 4)], optional
        sample : int, optional
            Row of the recording that the instance is.

        Returns
        -------
        Recording

        Raises
        ------
        ValueError, TypeError
            As `with_pair`.
        """
        from .instances import add_instance

        return add_instance(
            self,
            value,
            name=name,
            role=role,
            label=label,
            prediction=prediction,
            confidence=confidence,
            image=image,
            sample=sample,
        )

    def with_group(
        self, name: str, mask_or_indices: ArrayLike, *, color: str | None = None
    ) -> "Recording":
        """Add a group: any set of samples, to be shown and compared like a class.

        Parameters
        ----------
        name : str
            No other group has it.
        mask_or_indices : bool array, shape [samples]; or int array
            Which samples; as a mask, or by their rows, each once.
        color : str, optional
            ``#rrggbb``; the palette decides without it.

        Returns
        -------
        Recording

        Raises
        ------
        ValueError
            The mask has another length, a row is unknown or there twice, the name is taken, or
            the colour is none.
        TypeError
            The samples are neither booleans nor integers.
        """
        from .annotate import add_group

        return add_group(self, name, mask_or_indices, color=color)

    def with_column(self, name: str, values: ArrayLike) -> "Recording":
        """Add a column: one text, number or truth value a sample, to choose samples by.

        Parameters
        ----------
        name : str
            No other column has it.
        values : array of str, numbers or bool, or a pandas categorical, shape [samples]
            Texts become categories, in alphabetical order unless they come as a categorical; of
            truth values the categories are ``false`` and ``true``. Float32 and float16 numbers
            are kept as float32, others as float64. None and NaN: not known.

        Returns
        -------
        Recording

        Raises
        ------
        ValueError
            There is not one value a sample, the name is taken, the texts are more than 10,000
            different ones, or a whole number is not exact as float64.
        TypeError
            Values are of another kind, or of several.
        """
        from .annotate import add_column

        return add_column(self, name, values)

    def with_model(
        self,
        model: Any,
        *,
        preprocess: "Preprocess | Callable[[Any], Any] | None" = None,
        layers: Mapping[str, str] | None = None,
        input_shape: Sequence[int] | None = None,
        export: bool = True,
    ) -> "Recording":
        """Add the model itself, which tells what changed pictures do to the layers.

        It is exported for TensorFlow.js, which a browser runs: then both are run on the same
        pictures, those of instances and samples, and random ones. `docs/python.md` lists the
        layers that can be exported. The model itself stays with the recording as well, as long
        as Python runs: `neuraldivergence.attacks` runs it, and so does the kernel of a notebook
        for a view whose output has no exported one.

        Parameters
        ----------
        model : torch.nn.Module, keras.Model, MLPClassifier or MLPRegressor
            To be exported, a module whose forward pass torch.fx can trace; a Sequential or
            functional model. Otherwise whatever `neuraldivergence.record` runs.
        preprocess : Preprocess, optional
            How a picture, 0 to 255, becomes the model's input. By default what
            `neuraldivergence.record` got, or nothing is done. A model that is not exported may
            also have a function: of uint8 [pictures, height, width, channels].
        layers : mapping of str to str, optional
            The model's name of a layer by the recording's, where they differ.
        input_shape : sequence of int, optional
            Height, width and channels of a picture, where the recording has none.
        export : bool
            False: the model is not exported, so the kernel alone runs it.

        Returns
        -------
        Recording
            Its `model` says where each layer is and how much it differs; None without export.

        Raises
        ------
        ValueError
            A layer cannot be exported, differs by more than 1e-4 of its largest magnitude from
            the original, no layer of the recording is in the model, or the model does not run
            such pictures; the message names it.
        TypeError
            `preprocess` is not a `Preprocess`, and the model is to be exported.

        Warns
        -----
        UserWarning
            Layers of the recording are not in the model, or hold other values for the same
            pictures, as with another `preprocess`.
        """
        if export:
            from .export.attach import add_model as add
        else:
            from .probe import add_live as add
        return add(self, model, preprocess=preprocess, layers=layers, input_shape=input_shape)

    def detector(
        self,
        layer: str | Sequence[str] | None = None,
        *,
        confidence: str | ArrayLike | None = None,
        resamples: int = 1000,
        seed: int = 0,
    ) -> "Detection":
        """Tell how well divergence detects the attacked images of the recording's pairs.

        The numbers of an image are its mean surprisal, mean absolute z and largest absolute z
        over the neurons of a layer, in the class that the model predicted for it. They stand
        beside 1 − max-softmax and are measured against misclassified samples as well: most of
        what tells attacked from benign images also tells misclassified from correct ones.

        Parameters
        ----------
        layer : str or sequence of str, optional
            All layers by default; several are also put together.
        confidence : str or array, shape [samples], optional
            Probability of the predicted class of every sample: a column of numbers, a layer that
            holds the probabilities of all classes, or the numbers. By default the column
            ``confidence`` or, without it, such a layer. Instances have their own.
        resamples : int
            Bootstrap draws of each interval.
        seed : int
            Of these draws.

        Returns
        -------
        Detection
            Shows itself as a table.

        Raises
        ------
        ValueError
            There is no pair whose predictions are known, no labels, an unknown name, or a layer
            without activations of single samples.
        """
        from .detector import detect

        return detect(self, layer, confidence=confidence, resamples=resamples, seed=seed)

    @lists_view_options
    def show(
        self,
        *,
        source: str | None = None,
        path: str | PathLike[str] | None = None,
        max_inline_bytes: int | None = None,
        **view: "Unpack[ViewOptions]",
    ) -> None:
        """Show the recording below the cell; outside a notebook, print what it is.

        What is left out takes its default in the view, where everything can be changed.

        Parameters
        ----------
        layers : sequence of str, optional
        classes : sequence of str or int, optional
            Names or labels.
        instances : sequence of str, optional
            Names or ids.
        samples : sequence of int or mapping, optional
            Rows of the recording that are shown as instances too, at most 100: ``[4706]`` makes
            the instance ``"sample 4706"``. ``{"sample": 4706, "shown": False}`` is not shown at
            first.
        kept : sequence of mapping, optional
            Changed pictures that are shown as attacked instances, at most 16, as the view state
            has them: ``{"name": "five, changed", "of": "five benign", "pixels": [[4, 7, 255]]}``,
            the pixels that differ from the picture of the instance `of` as row, column and a
            value a channel; perhaps ``prediction``, ``confidence`` and ``values``, activations
            [neurons] by layer: without them it has no dots until the probe is opened. With
            ``"shown": False`` not shown at first.
        groups : sequence of str or mapping, optional
            Groups of the recording by name or id, and others as the view state has them:
            ``{"name": "cat → dog", "where": {"all": [{"label": [3]}, {"prediction": [5]}]}}``,
            with ``"shown": False`` not shown at first.
        brush : mapping, optional
            Samples that every graph shows against all others, by a condition:
            ``{"where": {"layer": "dense_1", "neuron": 17, "from": 0.5, "to": None}}``, with
            ``"against": "shown"`` over the shown classes and groups. An empty one: none.
        detail : mapping, optional
            The neuron that is open in detail: ``{"layer": "dense_1", "neuron": 17}``, and how
            it is looked at, as the view state has it: ``"curve": "ecdf"``. An empty one: none.
        findings : mapping, optional
            What is looked for among all layers, in a column beside the graphs, as the view state
            has it: ``{"question": "most", "contrast": nd.by.divergence("auc", a="cat", b="dog"),
            "layer": "dense_1"}``. An empty one: closed.
        model : str or mapping, optional
            The ``model.json`` of a TensorFlow.js model, in the notebook's folder or below, that
            runs changed pictures where the recording holds no model itself:
            ``"lenet/model.json"``, or ``{"path": "lenet/model.json", "mean": [125, 123, 114],
            "std": [63, 62, 67]}``, for inputs (x · scale − mean) / std of pixels 0 to 255. The
            browser reads it, once the notebook is trusted. An empty one: none.
        order : Order, optional
            What neurons are sorted by: ``nd.by.median("cat")`` and others in `nd.by`.
        descending : bool, optional
        bins : int, optional
            Wanted number of bins across the axis, 1 to 256.
        axis : {"layer", "neuron"}, optional
        extent : {"fit", "full"}, optional
        opacity : {"linear", "sqrt", "log"}, optional
        scale : {"row", "layer"}, optional
        membership : {"label", "prediction", "correct"}, optional
        hidden : {"dim", "collapse"}, optional
            How hidden neurons look; `hide` says which they are.
        classes_as : {"overlay", "lanes"}, optional
        zeros : {"apart", "binned"}, optional
        row_height : {"normal", "compact", "roomy"}, optional
        scroll : {"own", "together"}, optional
            Whether graphs scroll together.
        marked_only : bool, optional
            Show marked neurons only.
        hide, mark : mapping of layer name to sequence of int, optional
            Neurons that are hidden, and marked, by index: ``hide={"dense_1": [7]}``.
        source : {"inline", "file", "comm"}, optional
            Where all values are: in the notebook; in a file beside it, with a summary in the
            notebook; or in the kernel while it runs, with a summary in the notebook. By default
            in the notebook, or in a file when they need more than `max_inline_bytes`.
        path : str or path-like, optional
            Name of the file, relative to the notebook's folder; ``.ndiv`` is added. By default
            the name of the recording and eight digits that stand for the content, so that
            neither another file is replaced nor the same one written twice.
        max_inline_bytes : int, optional
            Most bytes that the data may add to the notebook; the picture for places without
            the extension is not counted. By default all values may take 5 MiB, a summary
            20 MiB.

        Raises
        ------
        ValueError
            An unknown or ambiguous name, an unknown choice, a neuron that a layer does not
            have, or a recording of which even the summary is too large for the notebook when
            its values are nowhere else.

        Warns
        -----
        SizeWarning
            The values need more than `max_inline_bytes`, or the file could not be written.
        """
        from .display import show
        from .view import view_state

        show(
            self,
            view_state(self, **view),
            source=source,
            path=path,
            max_inline_bytes=max_inline_bytes,
        )

    @lists_view_options
    def to_html(
        self,
        path: str | PathLike[str],
        *,
        title: str | None = None,
        max_bytes: int | None = None,
        **view: "Unpack[ViewOptions]",
    ) -> str:
        """Write one HTML file that shows the recording in any browser, and return its path.

        The page needs no Jupyter, no kernel and no network. It holds all values, the images of
        instances, and those of samples where they take at most 256 KiB.

        Parameters
        ----------
        path : str or path-like
            ``.html`` is added when it is missing. A file that is there is replaced, or stays as
            it was when writing fails.
        title : str, optional
            Title of the page; the recording's name by default.
        max_bytes : int, optional
            Most bytes that the data may take in the page; 200 MB by default.
        **view
            What the page shows first: the keywords of `show`.

        Raises
        ------
        ValueError
            The data take more bytes, or a keyword is wrong as in `show`.
        OSError
            The file cannot be written.
        RuntimeError
            The page is not built, in a checkout of the sources.
        """
        from .page import to_html
        from .view import view_state

        state = view_state(self, **view)
        return to_html(self, path, state, title=title, max_bytes=max_bytes)

    def save(self, path: str | PathLike[str]) -> str:
        """Write the recording to a file and return its path; see `neuraldivergence.files.save`."""
        from .files import save

        return save(self, path)

    def __repr__(self) -> str:
        shown = self.layers[:6]
        layers = ", ".join(f"{clean(layer.name, 60)} ({layer.neurons})" for layer in shown)
        more = "" if len(self.layers) <= 6 else f", … {len(self.layers) - 6} more"
        name = clean(self.name, 60)
        model = "" if self.model is None else f"; model {self.model.summary}"
        return (
            f"<Recording '{name}': {self.count} samples, {len(self.classes)} classes, "
            f"{len(self.instances)} instances; layers {layers}{more}{model}>"
        )

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        from .display import output

        return output(self)


def _are_equal(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        can_be_nan = a.dtype.kind == "f"
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=can_be_nan)
    return type(a) is type(b) and bool(a == b)
