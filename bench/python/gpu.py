"""Whether a model on a GPU does what it does on the CPU, and in what time: no data is needed.

    PYTHONPATH=. python bench/python/gpu.py   # from the repository's root

It needs PyTorch, SciPy from 1.15 on and what the package itself needs. It records a network on
both, exports it, runs pictures as the kernel of a notebook does, and attacks them. The last line
is ``N passed, N failed``. Without a GPU the CPU's half runs.
"""

import sys
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

import neuraldivergence as nd

CLASSES = [f"class {index}" for index in range(10)]
SHAPE = (32, 32, 3)
HAS_GPU = torch.cuda.is_available()
SAMPLES, WIDTH = (5000, 64) if HAS_GPU else (1000, 8)
SCALED = nd.Preprocess(scale=1 / 255, mean=[0.49, 0.48, 0.45], std=[0.25, 0.24, 0.26])
MOST_APART = 1e-4
results: list[bool] = []


class Vgg(nn.Module):
    """A network that can be exported."""

    def __init__(self) -> None:
        super().__init__()
        self.block1, self.block2, self.block3 = (
            nn.Sequential(
                nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)
            )
            for a, b in ((3, WIDTH), (WIDTH, 2 * WIDTH), (2 * WIDTH, 4 * WIDTH))
        )
        self.fc1, self.fc2 = nn.Linear(4 * WIDTH * 4 * 4, 256), nn.Linear(256, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.block3(self.block2(self.block1(x))).flatten(1)
        return self.fc2(torch.relu(self.fc1(y)))


class Odd(Vgg):
    """One that cannot: its forward pass depends on values."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = super().forward(x)
        return scores * 2 if scores.sum() > 1e9 else scores


def check(what: str, passed: bool, detail: str) -> None:
    results.append(bool(passed))
    print(f"{'ok    ' if passed else 'FAILED'} {what}: {detail}", flush=True)


def timed(call: Callable[[], Any], device: str) -> tuple[Any, float]:
    began = time.perf_counter()
    found = call()
    if device == "cuda":
        torch.cuda.synchronize()
    return found, time.perf_counter() - began


def made_pictures() -> tuple[np.ndarray, np.ndarray]:
    """Return blobs whose place and colour tell their class, in noise; and labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, SAMPLES)
    rows, columns = np.mgrid[:32, :32]
    centre = 6 + 20 * np.stack([labels % 5 / 4, labels // 5], 1) + rng.normal(0, 2, (SAMPLES, 2))
    blob = np.exp(
        -((rows - centre[:, 0, None, None]) ** 2 + (columns - centre[:, 1, None, None]) ** 2) / 18
    )
    color = rng.uniform(30, 110, (SAMPLES, 1, 1, 3))
    pictures = 70 + blob[..., None] * color + rng.normal(0, 35, (SAMPLES, *SHAPE))
    return pictures.clip(0, 255).astype(np.uint8), labels


def trained(model: nn.Module, pictures: np.ndarray, labels: np.ndarray, device: str) -> nn.Module:
    torch.manual_seed(0)
    model.to(device).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    inputs = torch.from_numpy(
        nd.Preprocess(SCALED.scale, SCALED.mean, SCALED.std, "channels_first")(pictures)
    )
    targets = torch.from_numpy(labels)
    for begin in [*range(0, 1000, 100)] * 3:
        part = slice(begin, begin + 100)
        loss = nn.functional.cross_entropy(model(inputs[part].to(device)), targets[part].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


def apart(a: Any, b: Any) -> float:
    """Return the largest difference, relative to the largest magnitude."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30))


def recorded(model: nn.Module, pictures: np.ndarray, labels: np.ndarray) -> nd.Recording:
    return nd.record(
        model, pictures, images=pictures, labels=labels, class_names=CLASSES, preprocess=SCALED,
        layers=["block1", "block2", "block3", "fc1", "fc2"], reduce={"block2": "max"},
        progress=False,
    )  # fmt: skip


class Comm:
    """The page's end of a comm, for the kernel's half."""

    def __init__(self, live: Any, **data: Any) -> None:
        self.sent: list[Any] = []
        live._open(self, {"content": {"data": data}})

    def send(self, data: Any = None, *, buffers: Any = None) -> None:
        self.sent.append((data, buffers))

    def close(self) -> None:
        self.sent.append(("closed", None))

    def on_msg(self, callback: Any) -> None:
        self._tell = callback

    def on_close(self, callback: Any) -> None:
        pass

    def ask(self, data: dict[str, Any], *buffers: Any) -> Any:
        self._tell({"content": {"data": data}, "buffers": list(buffers)})
        return self.sent.pop()


def kernel_side() -> Any:
    """Return the kernel's half; the package comm, which kernels have, is not needed."""
    try:
        import comm  # noqa: F401
    except ImportError:
        manager = types.SimpleNamespace(register_target=lambda target, opened: None)
        sys.modules["comm"] = types.ModuleType("comm")
        sys.modules["comm"].get_comm_manager = lambda: manager  # type: ignore[attr-defined]
    from neuraldivergence import live

    return live


def check_kernel(recording: nd.Recording, pictures: np.ndarray, device: str) -> None:
    live = kernel_side()
    live.keep("id", recording._probe)
    comm = Comm(live, version=1, id="id")
    found = comm.sent.pop()[0].get("found", {})
    check(f"kernel on {device}", device in found.get("backend", ""), str(found.get("backend")))
    asked = {"request": 1, "run": {"count": 16, "layers": [0, 1, 2, 3, 4]}}
    comm.ask(asked, pictures[:16].tobytes())
    (answer, buffers), seconds = timed(lambda: comm.ask(asked, pictures[:16].tobytes()), device)
    values = [np.frombuffer(part, np.float32).reshape(16, -1) for part in buffers]
    gaps = [
        apart(own, layer.activations[:16])
        for own, layer in zip(values[1:], recording.layers, strict=True)
    ]
    detail = f"{max(gaps):.1e}, {1000 * seconds:.1f} ms for 16 pictures"
    check(f"kernel run on {device} equals the recording", max(gaps) <= MOST_APART, detail)
    one = {"request": 2, "run": {"count": 1, "layers": [0, 1, 2, 3, 4]}}
    times = [timed(lambda: comm.ask(one, pictures[:1].tobytes()), device)[1] for _ in range(20)]
    print(f"       one picture, all layers: {1000 * np.median(times):.1f} ms", flush=True)
    order = {
        "kind": "pixels", "label": int(recording.predictions[0]), "target": None, "count": 1,
        "population": 100, "generations": 5, "seed": 0,
    }  # fmt: skip
    answer, _ = comm.ask({"request": 3, "attack": order}, pictures[:1].tobytes())
    while "progress" in answer:
        answer, _ = comm.ask({"request": 4, "stop": False})
    check(f"kernel attack on {device}", "outcome" in answer, str(answer)[:160])
    answer, _ = comm.ask({"request": 5, "run": {"count": 1, "layers": [0]}}, b"too short")
    check(
        f"kernel refuses on {device}", answer.get("error") == "malformed", str(answer.get("text"))
    )


def check_attacks(recording: nd.Recording, device: str) -> None:
    """Attack the picture that the model is surest of, for the time, and one that it may miss."""
    right = np.flatnonzero(recording.labels == recording.predictions)
    confidence = recording._probe.probabilities(recording.images[right]).max(axis=1)
    sure, unsure = (int(right[row]) for row in (confidence.argmax(), confidence.argmin()))
    generations, levels = (75, 3) if HAS_GPU else (2, 2)
    grid: dict[str, Callable[[int], nd.attacks.Attack]] = {
        "one pixel": lambda sample: nd.attacks.pixels(
            recording, sample, generations=generations, progress=False
        ),
        "five pixels": lambda sample: nd.attacks.pixels(
            recording, sample, count=5, generations=generations, progress=False
        ),
        "exhaustive": lambda sample: nd.attacks.exhaustive(
            recording, sample, levels=levels, progress=False
        ),
        "fgsm, 8": lambda sample: nd.attacks.fgsm(recording, sample, strength=8),
        "pgd, 8, 20 steps": lambda sample: nd.attacks.pgd(
            recording, sample, strength=8, progress=False
        ),
    }
    most = {"one pixel": 1, "five pixels": 5, "exhaustive": 1}
    pair = recording
    for name, attack in grid.items():
        for sample in (sure, unsure):
            made, seconds = timed(lambda: attack(sample), device)  # noqa: B023
            inside = len(made.changed) <= most[name] if name in most else made.strength <= 8
            told = made.success == (made.prediction != made.label)
            detail = f"{seconds:.2f} s, {made.evaluations / seconds:,.0f} pictures/s, {made}"
            check(f"{name} on {device}", inside and told, detail)
        pair = made.add_to(pair, name)
    check(f"one that succeeds on {device}", made.success, f"{made}")
    attacked = [one for one in pair.instances if one.role == "attacked"]
    crossed = [one.prediction != one.label for one in attacked]
    check(f"pairs on {device}", crossed[-1], f"{sum(crossed)} of {len(crossed)} change sides")


def check_export(recording: nd.Recording, model: nn.Module, device: str) -> None:
    exportable = Vgg()
    exportable.load_state_dict(model.state_dict())
    exportable.to(device).eval()
    added, seconds = timed(lambda: recording.with_model(exportable), device)
    gap = added.model.difference
    check(f"export from {device}", gap <= MOST_APART, f"{gap:.1e}, {seconds:.2f} s")


def main() -> None:
    devices = ["cpu", *(["cuda"] if HAS_GPU else [])]
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", end="; ")
    print(torch.cuda.get_device_name() if HAS_GPU else "no GPU: its half is skipped")
    if HAS_GPU:
        # TensorFloat-32 rounds to ten bits.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    pictures, labels = made_pictures()
    model = trained(Odd(), pictures, labels, devices[-1])
    recordings = {}
    for device in devices:
        model.to(device)
        recorded(model, pictures[:300], labels[:300])  # warm
        recordings[device], seconds = timed(lambda: recorded(model, pictures, labels), device)
        right = np.mean(recordings[device].predictions == labels)
        rate = f"{seconds:.2f} s, {SAMPLES / seconds:,.0f} pictures/s"
        check(f"record on {device}", right > 0.5, f"{rate}; accuracy {right:.3f}")
    for own, expected in zip(recordings[devices[-1]].layers, recordings["cpu"].layers, strict=True):
        gap = apart(own.activations, expected.activations)
        check(f"{own.name} on {devices[-1]} and the CPU", gap <= MOST_APART, f"{gap:.1e}")
    for device in devices:
        model.to(device)
        held = recordings[device].with_model(model, export=False)
        check_kernel(held, pictures, device)
        check_attacks(held, device)
        check_export(recordings[device], model, device)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
