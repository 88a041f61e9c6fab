"""Fashion-MNIST and CIFAR-10 as arrays, from a folder on this machine or from the internet.

Folders are looked at in this order: ``$ND_EXAMPLE_DATA``, ``examples/data`` (where downloads go),
usual caches, and the place of Debian's package ``dataset-fashion-mnist``. What is read is
checked against a SHA-256, so it does not matter where it comes from.
"""

import gzip
import hashlib
import io
import os
import tarfile
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dataset", "Images", "load"]

DOWNLOADS = Path(__file__).resolve().parent / "data"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
FOLDERS = (
    DOWNLOADS,
    CACHE / "fashion-mnist",
    CACHE / "cifar-10",
    Path.home() / ".keras" / "datasets" / "fashion-mnist",
    Path("/usr/share/datasets/fashion-mnist"),
)

FASHION_URLS = (
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
# Of the unpacked files: packed ones differ in their header.
FASHION_SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
FASHION_CLASSES = (
    *("T-shirt", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)

# The binary version: the one for Python is pickled, and unpickling runs what the file says.
CIFAR_URLS = ("https://www.cs.toronto.edu/~kriz/",)
CIFAR_FILE = "cifar-10-binary.tar.gz"
CIFAR_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
CIFAR_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)


class Images(NamedTuple):
    """Pictures uint8 [samples, height, width, channels] and labels int64 [samples]."""

    x: NDArray[np.uint8]
    y: NDArray[np.int64]


class Dataset(NamedTuple):
    """What a network is trained on, what it is tested on, and the names of the classes."""

    train: Images
    test: Images
    class_names: tuple[str, ...]


def load(name: str) -> Dataset:
    """Return ``"fashion-mnist"`` or ``"cifar10"``.

    Raises
    ------
    OSError
        The data is neither on this machine nor can it be downloaded.
    ValueError
        There is no such dataset, or what was read is something else.
    """
    if name == "fashion-mnist":
        return Dataset(_fashion("train"), _fashion("t10k"), FASHION_CLASSES)
    if name == "cifar10":
        return _cifar()
    raise ValueError(f"unknown dataset: {name!r}; one of fashion-mnist, cifar10")


def _fashion(part: str) -> Images:
    images, labels = (
        _read(f"{name}.gz", FASHION_URLS, FASHION_SHA256[name], gzip.decompress)
        for name in (f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte")
    )
    return Images(_idx(images)[..., None], _idx(labels).astype(np.int64))


def _idx(content: bytes) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes: magic number, sizes, values."""
    rank = content[3]
    shape = np.frombuffer(content, ">i4", count=rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape).copy()


def _cifar() -> Dataset:
    content = _read(CIFAR_FILE, CIFAR_URLS, CIFAR_SHA256)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        parts = [_cifar_part(archive, f"data_batch_{number}.bin") for number in range(1, 6)]
        test = _cifar_part(archive, "test_batch.bin")
    train = Images(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
    return Dataset(train, test, CIFAR_CLASSES)


def _cifar_part(archive: tarfile.TarFile, name: str) -> Images:
    file = archive.extractfile(f"cifar-10-batches-bin/{name}")
    if file is None:
        raise ValueError(f"{CIFAR_FILE}: {name} is not a file")
    rows = np.frombuffer(file.read(), np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    images = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return Images(np.ascontiguousarray(images), rows[:, 0].astype(np.int64))


def _read(
    name: str,
    urls: tuple[str, ...],
    sha256: str,
    unpack: Callable[[bytes], bytes] = bytes,
) -> bytes:
    """Return what a file holds, from the first folder that has it, else from the internet."""

    def checked(packed: bytes) -> bytes:
        content = unpack(packed)
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise ValueError(f"{name} is not the file that was expected: SHA-256 {found}")
        return content

    own = os.environ.get("ND_EXAMPLE_DATA")
    for folder in (*([Path(own)] if own else []), *FOLDERS):
        if (folder / name).is_file():
            return checked((folder / name).read_bytes())
    failures = []
    for url in urls:
        try:
            with urllib.request.urlopen(url + name, timeout=60) as response:
                packed = response.read()
            content = checked(packed)
        except (OSError, HTTPException, ValueError, EOFError) as failure:
            failures.append(f"{url}{name}: {failure}")
            continue
        DOWNLOADS.mkdir(exist_ok=True)
        partial = DOWNLOADS / f"{name}.part"
        partial.write_bytes(packed)
        partial.replace(DOWNLOADS / name)
        return content
    raise OSError(
        f"{name} is not on this machine and could not be downloaded ({'; '.join(failures)}). "
        "Put it into a folder and name that in ND_EXAMPLE_DATA"
    )
