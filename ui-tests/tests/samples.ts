/** Python that makes the recordings of the tests, and the NumPy that the view is held against. */

/**
 * `recording`: 240 samples, 4 classes with predictions, two ReLU layers with ties, a neuron that is NaN
 * throughout, one that is infinite now and then, one outlier; a pair with pictures.
 * `reference(layer, a, b, absolute, descending)`: names of neurons and sort values, top to bottom.
 */
export const RECORDING = `
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(7)
CLASSES = ["cat", "dog", "frog", "ship"]
labels = np.arange(240) % 4
predictions = np.where(rng.random(240) < 0.2, (labels + 1) % 4, labels)


def layer_of(neurons):
    centres = rng.normal(1, 2, (4, neurons))
    noise = rng.normal(0, 1, (240, neurons))
    return np.maximum(centres[labels] + noise, 0).astype(np.float32)


layers = {"dense_1": layer_of(70), "dense_2": layer_of(24)}
layers["dense_1"][:, 6] = layers["dense_1"][:, 5]
layers["dense_1"][:, 9] = np.nan
layers["dense_1"][::7, 11] = np.inf
layers["dense_1"][13, 20] = 60
picture = np.full((6, 6), 90, np.uint8)
changed = picture.copy()
changed[2, 3] = 255
benign = {name: values[0].copy() for name, values in layers.items()}
attacked = {
    name: (values + rng.normal(0, 1.5, values.shape)).astype(np.float32)
    for name, values in benign.items()
}
attacked["dense_1"][6] = attacked["dense_1"][5]
recording = nd.Recording.from_arrays(
    layers, labels=labels, class_names=CLASSES, predictions=predictions, name="Test"
).with_pair(
    benign=benign, attacked=attacked, name="cat 0", label="cat",
    predictions=("cat", "dog"), confidences=(0.9, 0.6), images=(picture, changed),
)


def members(index, membership="label"):
    correct = labels == predictions
    return {
        "label": labels == index,
        "prediction": predictions == index,
        "correct": (labels == index) & correct,
    }[membership]


def values_of(layer, item, membership="label"):
    if item in CLASSES:
        rows = layers[layer][members(CLASSES.index(item), membership)].astype(np.float64)
        finite = [column[np.isfinite(column)] for column in rows.T]
        return np.array([np.median(v) if len(v) else np.nan for v in finite])
    pair = {"cat 0 benign": benign, "cat 0 attacked": attacked}
    return pair[item][layer].astype(np.float64)


def plain(values):
    return [None if np.isnan(v) else str(v) if np.isinf(v) else float(v) for v in values]


def reference(layer, a=None, b=None, absolute=False, descending=True):
    scores = np.arange(len(benign[layer]), dtype=np.float64)
    if a is not None:
        scores = values_of(layer, a)
    if b is not None:
        scores = scores - values_of(layer, b)
    if absolute:
        scores = np.abs(scores)
    order = np.argsort(-scores if descending else scores, kind="stable")
    return {"names": [str(i) for i in order], "scores": plain(scores[order])}
`.trim();

/** `recording` with a picture of each sample, all its pixels as bright as the sample's number. */
export const PICTURES = RECORDING.replace(
  'predictions=predictions, name=',
  'predictions=predictions, images=np.repeat(np.arange(240, dtype=np.uint8), 36).reshape(240, 6, 6), name='
);

/** Shows `recording`: both layers, two of the classes, the pair. */
export const SHOW = `
recording.show(
    layers=["dense_1", "dense_2"],
    classes=["cat", "dog"],
    instances=["cat 0 benign", "cat 0 attacked"],
    order=nd.by.value("cat 0 attacked"),
)
`.trim();

/** Names that would do something where they are taken for markup or code. */
export const CANARIES: readonly string[] = [
  '<img src=x onerror=__pwn()>',
  '"><svg onload=__pwn()>',
  // eslint-disable-next-line no-script-url -- a canary
  'javascript:__pwn()',
  '</script><script>__pwn()</script>',
  '<!--<script>',
  '${__pwn()}',
  '<button data-commandlinker-command="terminal:create-new">',
  "<base href=//e.test><style>@import '//e.test'</style>",
  '<form action=//e.test><input name=attributes>',
  '__proto__',
  'constructor',
  'toString',
  '=HYPERLINK("//e.test")'
];

/** Names that are hard to show. */
export const ODD_NAMES: readonly string[] = [
  'a\u202eb',
  'a\u2028b',
  'a\u0000b',
  'long'.repeat(2 ** 18),
  `e${'\u0301'.repeat(100_000)}`
];

/** `recording`: every name in it is one of `names`, the canaries. Needs `np`, `nd` and `rng`. */
export const HOSTILE = `
names = ${JSON.stringify(CANARIES)}
layers = {name: rng.normal(size=(20, len(names))) for name in names}
recording = nd.Recording.from_arrays(
    layers, labels=np.arange(20) % len(names), class_names=names, kinds=dict(zip(names, names)),
    neuron_names={name: names for name in names}, name=names[0],
)
for name in names:
    recording = recording.with_instance({layer: values[0] for layer, values in layers.items()}, name=name)
`.trim();

/** A view of `recording` that begins with something else than `SHOW`. */
export const OTHER_START =
  'recording.show(layers=["dense_2"], classes=["frog"])';
