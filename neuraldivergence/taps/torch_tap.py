"""PyTorch: forward hooks on every module of a model."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

import numpy as np

from .base import CaptureError, Floats, Loss, Receive, Reduce, Reduced, Site, plan

__all__ = ["channel_axis", "named_modules", "tap"]

# Untyped on purpose: the checks must give the same result whether or not torch is installed.
torch: Any = importlib.import_module("torch")
nn: Any = torch.nn

_KINDS = {"linear": "dense"}
_NEURONS = ("out_features", "out_channels", "num_features", "embedding_dim", "embed_dim")
_FEATURES_LAST = (
    nn.Linear,
    nn.Bilinear,
    nn.LayerNorm,
    nn.Embedding,
    nn.RNNBase,
    nn.RNNCellBase,
    nn.MultiheadAttention,
    nn.TransformerEncoderLayer,
    nn.TransformerDecoderLayer,
)
_CHANNELS_SECOND = (
    nn.modules.conv._ConvNd,
    nn.modules.batchnorm._NormBase,
    nn.GroupNorm,
    nn.LocalResponseNorm,
    nn.modules.pooling._MaxPoolNd,
    nn.modules.pooling._AvgPoolNd,
    nn.modules.pooling._AdaptiveMaxPoolNd,
    nn.modules.pooling._AdaptiveAvgPoolNd,
    nn.Upsample,
    nn.PixelShuffle,
    nn.PixelUnshuffle,
)
_WRAPPERS = ("DataParallel", "DistributedDataParallel")


class TorchTap:
    """Reads the outputs of the modules of a ``torch.nn.Module``."""

    def original(self, model: Any) -> Any:
        """Unwrap DataParallel, DDP and torch.compile; refuse what cannot be hooked."""
        while True:
            if hasattr(model, "_orig_mod"):
                warnings.warn(
                    "the model is compiled: its original module is recorded, uncompiled",
                    stacklevel=4,
                )
                model = model._orig_mod
            elif type(model).__name__ in _WRAPPERS:
                model = model.module
            else:
                break
        reason = _unrecordable(model)
        if reason is not None:
            raise CaptureError(f"invalid model: {reason}")
        return model

    def sites(self, model: Any) -> list[Site]:
        """List the modules by the names of ``named_modules``."""
        found = [
            Site(name, _kind(module), _neurons(module), _is_default(name, module, model))
            for name, module in named_modules(model)
        ]
        if any(site.default for site in found):
            return found
        return [Site(site.name, site.kind, site.neurons, True) for site in found]

    @contextmanager
    def listening(self, model: Any, receive: Receive) -> Iterator[None]:
        """Attach a hook to every module; eval mode, no gradients, nothing runs compiled."""
        modules = list(model.modules())
        with ExitStack() as undo:
            undo.callback(_restore_random, _random_state(model))
            undo.callback(_restore_buffers, _buffers(modules))
            undo.callback(_restore_modes, [(module, module.training) for module in modules])
            undo.callback(_restore_compiled, _uncompile(modules))
            if hasattr(torch.compiler, "set_stance"):
                undo.enter_context(torch.compiler.set_stance("force_eager"))
            # Not inference_mode: a tensor that the model caches in its forward pass (rotary
            # embeddings do) would be an inference tensor and break the next training step.
            undo.enter_context(torch.no_grad())
            for name, module in named_modules(model):
                hook = _hook(name, channel_axis(module), _sequence_first(model, name), receive)
                undo.callback(module.register_forward_hook(hook).remove)
            model.eval()
            yield

    def as_input(self, model: Any, batch: Any) -> Any:
        """Convert arrays to tensors on the model's device; NumPy floats take its dtype."""
        weight = next(
            (p for p in (*model.parameters(), *model.buffers()) if p.is_floating_point()), None
        )
        device = None if weight is None else weight.device
        if isinstance(batch, torch.Tensor):
            dtype = batch.dtype
            if weight is not None and dtype == torch.float64:
                dtype = weight.dtype
            return batch.to(device=device, dtype=dtype)
        array = np.asarray(batch)
        if array.dtype.kind not in "biufc":
            raise CaptureError(f"invalid inputs: an array of dtype {array.dtype}")
        # A copy: the model may work in place, and torch cannot take negative strides.
        tensor = torch.from_numpy(np.array(array, order="C"))
        if tensor.is_floating_point():
            dtype = torch.get_default_dtype() if weight is None else weight.dtype
            return tensor.to(device=device, dtype=dtype)
        return tensor.to(device)

    def call(self, model: Any, batch: Any) -> Any:
        """Run the forward pass; a dict is passed as keyword arguments."""
        return model(**batch) if isinstance(batch, dict) else model(batch)

    def ready(self, model: Any, batch: Any) -> None:
        """Do nothing: a torch module is complete, lazy ones are refused."""

    def is_tensor(self, value: Any) -> bool:
        """Tell whether a value is a tensor."""
        return isinstance(value, torch.Tensor)

    def default_axis(self, shape: tuple[int, ...]) -> int:
        """Images have their channels second, sequences their features last."""
        return 1 if len(shape) >= 4 else -1

    def layout(self) -> Literal["channels_first", "channels_last"]:
        """Return ``"channels_first"``."""
        return "channels_first"

    def where(self, model: Any) -> str:
        """Name the devices of the weights."""
        tensors = (*model.parameters(), *model.buffers())
        devices = dict.fromkeys(str(tensor.device) for tensor in tensors)
        return f"PyTorch on {', '.join(devices) or 'cpu'}"

    def refusal(self, tensor: Any) -> str | None:
        """Refuse complex, nested and data-free tensors."""
        if tensor.is_complex():
            return f"{_dtype(tensor)} values have no order; record their magnitude instead"
        if tensor.is_nested:
            return "a nested tensor has no rows of equal length"
        if tensor.device.type == "meta":
            return "a meta tensor holds no values"
        return None

    def reduced(self, tensor: Any, axis: int, reduce: Reduce) -> Reduced:
        """Reduce on the tensor's device, then copy to float32 on the host."""
        with torch.no_grad():
            dtype = _dtype(tensor)
            tensor = tensor.detach()
            if tensor.layout != torch.strided or tensor.is_mkldnn:
                tensor = tensor.to_dense()
            if tensor.is_quantized:
                tensor = tensor.dequantize()
            if tensor.ndim == 1:
                tensor, axis = tensor[:, None], 1
            order, index = plan(tuple(tensor.shape), axis, reduce)
            tensor = tensor.permute(order)
            if index is not None:
                tensor = tensor[index]
            if tensor.dtype != torch.float64:
                tensor = tensor.float()
            if tensor.ndim > 2 and reduce == "mean":
                tensor = tensor.flatten(2).mean(2)
            elif tensor.ndim > 2 and reduce == "max":
                tensor = tensor.flatten(2).amax(2)
            source = tensor.flatten(1)
            cast = source.float()
            lost = 0
            if source.dtype == torch.float64:
                lost = int((torch.isinf(cast) & ~torch.isinf(source)).sum())
            values = np.array(cast.resolve_neg().cpu().numpy(), dtype=np.float32, order="C")
        return Reduced(values, dtype, lost)

    def gradient(self, loss: Loss, batch: Any) -> Floats:
        """Differentiate by the input alone: no gradient of a parameter changes."""
        # cuDNN has no backward pass of a recurrent layer in eval mode.
        with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
            batch = batch.detach().requires_grad_(True)
            (found,) = torch.autograd.grad(loss(batch), batch)
        return np.array(found.float().cpu().numpy(), np.float32)

    def cross_entropy(self, scores: Any, label: int, are_probabilities: bool) -> Any:
        """Compute in the dtype of the scores."""
        if are_probabilities:
            return -scores[:, label].clamp_min(torch.finfo(scores.dtype).tiny).log().sum()
        return (scores.logsumexp(1) - scores[:, label]).sum()


tap = TorchTap()


def named_modules(model: Any) -> list[tuple[str, Any]]:
    """List the modules that can be hooked with their names, the root only when it is alone."""
    found = []
    for name, module in model.named_modules():
        if "parametrizations" in name.split(".") or hasattr(module, "_orig_mod"):
            continue
        if name:
            found.append((name.replace("._orig_mod", ""), module))
    return found or [(type(model).__name__, model)]


def _unrecordable(model: Any) -> str | None:
    exported = getattr(getattr(torch, "export", None), "ExportedProgram", ())
    if isinstance(model, exported):
        return "an ExportedProgram has no modules to record; use the module it was exported from"
    if not isinstance(model, nn.Module):
        return f"{type(model).__name__} is not a torch.nn.Module"
    for name, module in model.named_modules():
        place = f"module {name!r}" if name else "the model"
        families = {cls.__name__ for cls in type(module).__mro__}
        if isinstance(module, torch.jit.ScriptModule):
            return f"{place} is TorchScript, which runs no hooks; use the module it was made from"
        if families & {"FullyShardedDataParallel", "FSDPModule"}:
            return f"{place} is sharded (FSDP); gather it into one unsharded module first"
        if getattr(getattr(module, "_hf_hook", None), "offload", False):
            return f"{place} is offloaded; load the model onto one device first"
    for name, parameter in model.named_parameters():
        if isinstance(parameter, nn.parameter.UninitializedParameter):
            return f"parameter {name!r} is lazy; run the model once on a batch first"
        if parameter.device.type == "meta":
            return f"parameter {name!r} is on the meta device and holds no values"
    return None


_PARTS_NAMED = 3
"""A short sequence is called by its parts: "dense + relu"."""


def _kind(module: Any) -> str:
    if isinstance(module, nn.Sequential) and 0 < len(module) <= _PARTS_NAMED:
        return " + ".join(_kind(part) for part in module)
    name = type(module).__name__.lower()
    return _KINDS.get(name.removeprefix("parametrized"), name.removeprefix("parametrized"))


def _neurons(module: Any) -> int | None:
    for attribute in (*_NEURONS, "hidden_size"):
        value = getattr(module, attribute, None)
        if isinstance(value, int):
            return value * (2 if getattr(module, "bidirectional", False) is True else 1)
    shape = getattr(module, "normalized_shape", None)
    return int(shape[-1]) if isinstance(shape, tuple) else None


def _is_default(name: str, module: Any, model: Any) -> bool:
    # Children of attention are called as functions, so the attention is what fires.
    if any(isinstance(parent, nn.MultiheadAttention) for parent in _parents(model, name)):
        return False
    if isinstance(module, nn.MultiheadAttention):
        return True
    leaf = all(key == "parametrizations" for key, _ in module.named_children())
    weighted = next(module.parameters(), None) is not None
    active = type(module).__module__ == "torch.nn.modules.activation"
    return leaf and (weighted or active)


def _parents(model: Any, name: str) -> list[Any]:
    """List the modules above a name, the nearest first."""
    above = []
    module = model
    for part in name.split(".")[:-1]:
        module = getattr(getattr(module, "_orig_mod", module), part, None)
        above.append(module)
    return above[::-1]


def channel_axis(module: Any) -> int | None:
    """Return the axis of a module's channels, or None: `TorchTap.default_axis` tells."""
    if isinstance(module, _FEATURES_LAST):
        return -1
    return 1 if isinstance(module, _CHANNELS_SECOND) else None


def _sequence_first(model: Any, name: str) -> bool:
    """Tell whether the nearest module that speaks of ``batch_first`` says False."""
    parents = _parents(model, name)
    module = getattr(parents[0] if parents else model, name.rpartition(".")[2], None)
    for candidate in (module, *parents):
        said = _batch_first(candidate)
        if said is not None:
            return not said
    return False


def _batch_first(module: Any) -> bool | None:
    if isinstance(module, nn.TransformerEncoder | nn.TransformerDecoder):
        module = module.layers[0]
    # A transformer layer keeps it in its attention only.
    said = getattr(module, "batch_first", None)
    if said is None:
        said = getattr(getattr(module, "self_attn", None), "batch_first", None)
    return said if isinstance(said, bool) else None


def _hook(name: str, axis: int | None, sequence_first: bool, receive: Receive) -> Any:
    def hook(module: Any, _inputs: Any, output: Any) -> None:
        if isinstance(module, nn.RNNBase):
            output = _recurrent(output, sequence_first)
        elif sequence_first:
            output = _swap_first(output)
        receive(name, output, axis)

    return hook


def _recurrent(output: Any, sequence_first: bool) -> Any:
    """Put the batch first: states are [layers, batch, features] whatever ``batch_first``."""
    values, state = output
    if isinstance(state, tuple):
        states: Any = tuple(_transposed(part) for part in state)
    else:
        states = _transposed(state)
    return (_transposed(values) if sequence_first else values), states


def _swap_first(output: Any) -> Any:
    if isinstance(output, tuple) and output:
        return (_transposed(output[0]), *output[1:])
    return _transposed(output)


def _transposed(value: Any) -> Any:
    return value.transpose(0, 1) if isinstance(value, torch.Tensor) and value.ndim == 3 else value


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _random_state(model: Any) -> tuple[Any, dict[Any, Any]]:
    devices = {p.device for p in model.parameters() if p.device.type == "cuda"}
    return torch.get_rng_state(), {device: torch.cuda.get_rng_state(device) for device in devices}


def _restore_random(state: tuple[Any, dict[Any, Any]]) -> None:
    torch.set_rng_state(state[0])
    for device, values in state[1].items():
        torch.cuda.set_rng_state(values, device)


def _buffers(modules: list[Any]) -> list[tuple[Any, str, Any, int, Any]]:
    return [
        (module, name, buffer, _version(buffer), buffer.clone())
        for module in modules
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]


def _restore_buffers(kept: list[tuple[Any, str, Any, int, Any]]) -> None:
    """Undo what a forward pass wrote into buffers (counters, running statistics)."""
    for module, name, buffer, version, values in kept:
        module._buffers[name] = buffer
        if _version(buffer) != version:
            with torch.no_grad():
                buffer.copy_(values)


def _version(buffer: Any) -> int:
    return -1 if buffer.is_inference() else int(buffer._version)


def _restore_modes(modes: list[tuple[Any, bool]]) -> None:
    for module, training in modes:
        module.training = training


def _uncompile(modules: list[Any]) -> list[tuple[Any, Any]]:
    """Switch off ``module.compile()``, whose compiled call would run no hook."""
    compiled = [
        (module, module._compiled_call_impl)
        for module in modules
        if getattr(module, "_compiled_call_impl", None) is not None
    ]
    if compiled:
        warnings.warn("compiled modules are recorded uncompiled", stacklevel=6)
    for module, _ in compiled:
        module._compiled_call_impl = None
    return compiled


def _restore_compiled(compiled: list[tuple[Any, Any]]) -> None:
    for module, call in compiled:
        module._compiled_call_impl = call
