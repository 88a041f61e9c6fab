"""PyTorch: the graph that torch.fx traces, its tensors turned from [c, h, w] to [h, w, c].

In the network a tensor of four axes, whatever they mean, has its second axis last. Where the
order of entries counts (flatten, view, permute), it is turned back first.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ..preprocess import Layout
from ..taps.base import leaves
from ..taps.torch_tap import channel_axis, named_modules
from .base import Exported, ExportError, named
from .net import Net, Unsupported, Value
from .torch_calls import BATCH, FUNCTIONS, METHODS, MODULES, stored, torch_shape

__all__ = ["export"]

# Untyped on purpose, as in the tap.
torch: Any = importlib.import_module("torch")
fx: Any = importlib.import_module("torch.fx")


def export(model: Any, shape: tuple[int, int, int], layout: Layout | None) -> Exported:
    """Export a module; see `neuraldivergence.export.base.Exporter`."""
    layout = layout or "channels_first"
    net = Net(shape)
    # As it lies there: one of the two turns would undo the other.
    x = net.input
    if layout != "channels_first":
        x = stored(net, "input", net.arranged(layout))
    names = {id(module): name for name, module in named_modules(model)}
    tracer = _Tracer()
    # One that stands for itself would be traced into, not called.
    root = torch.nn.Sequential(model) if id(model) in names else model
    graph = _traced(tracer, root, type(model).__name__)
    values = _values(net, graph, root, x, names)
    output = values.get(_result(graph))
    if not isinstance(output, Value):
        raise ExportError(f"invalid model: {type(model).__name__} does not return a tensor")
    sites: dict[str, Value] = {}
    calls: dict[str, int] = {}
    axes: dict[tuple[int, ...], int] = {}
    for module, parts in tracer.called:
        name = names.get(id(module))
        if name is None:  # a part of a parametrization
            continue
        call = calls.get(name, 0)
        calls[name] = call + 1
        for path, node in parts:
            value = values.get(node)
            if isinstance(value, Value):
                # As recorded: what tells no axis has that of the last before it with this shape.
                sizes = torch_shape(value)
                axis = channel_axis(module) or axes.get(sizes)
                if axis is not None:
                    axes[sizes] = axis
                if axis == -1 and value.unturned:
                    value = value.unturned
                sites[(f"{name}:{call}" if call else name) + path] = value
    return Exported(net, torch_shape(x), layout, output, sites)


class _Tracer(fx.Tracer):  # type: ignore[misc]
    """Notes what each module returns, in the order in which hooks of the tap fire."""

    def __init__(self) -> None:
        super().__init__()
        self.called: list[tuple[Any, list[tuple[str, Any]]]] = []

    def is_leaf_module(self, m: Any, module_qualified_name: str) -> bool:
        # A parametrized layer is one of a class made for it, which computes its weights.
        bases = type(m).__mro__
        own = bases[1] if hasattr(m, "parametrizations") else bases[0]
        is_known = own.__module__.startswith("torch.nn.modules.") and own.__name__ in MODULES
        return is_known or bool(super().is_leaf_module(m, module_qualified_name))

    def call_module(self, m: Any, forward: Any, args: Any, kwargs: Any) -> Any:
        found = super().call_module(m, forward, args, kwargs)
        parts = leaves(found, lambda part: isinstance(part, fx.Proxy))
        self.called.append((m, [(path, proxy.node) for path, proxy in parts]))
        return found


def _traced(tracer: _Tracer, model: Any, name: str) -> Any:
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return tracer.trace(model)
    except Exception as error:  # whatever a forward pass does with what is no tensor
        reason = str(error).partition("\n")[0][:200]
        raise ExportError(
            f"invalid model: torch.fx cannot trace {name} ({reason}); its forward pass must not "
            "depend on values"
        ) from error
    finally:
        for module, mode in modes:
            module.training = mode


def _result(graph: Any) -> Any:
    """Return the node of the scores, as `neuraldivergence.record` looks for them."""
    output = next(node for node in graph.nodes if node.op == "output").args[0]
    if isinstance(output, Mapping):
        output = output.get("logits")
    elif isinstance(output, tuple | list) and output:
        output = output[0]
    return output


def _values(net: Net, graph: Any, model: Any, x: Value, names: Mapping[int, str]) -> dict[Any, Any]:
    """Return what each node that the result depends on is: a value, or a plain number."""
    needed: set[Any] = set()
    waiting = [_result(graph)]
    while waiting:
        node = waiting.pop()
        if node not in needed and isinstance(node, fx.Node):
            needed.add(node)
            waiting += node.all_input_nodes
    modules = dict(model.named_modules())
    values: dict[Any, Any] = {}
    is_first = True
    for node in graph.nodes:
        if node.op == "placeholder":
            values[node] = x if is_first else _default(node, node in needed)
            is_first = False
        elif node in needed and node.op == "get_attr":
            values[node] = _attribute(model, node.target)
        elif node in needed:
            args, kwargs = fx.node.map_arg((node.args, node.kwargs), values.__getitem__)
            values[node] = _called(net, node, modules.get(node.target), names, args, kwargs)
    return values


def _called(
    net: Net, node: Any, module: Any, names: Mapping[int, str], args: Any, kwargs: Any
) -> Any:
    if node.op == "call_module":
        name, kind = names.get(id(module), node.target), type(module).__name__
        call: Callable[..., Any] | None = next(
            (MODULES[cls.__name__] for cls in type(module).__mro__ if cls.__name__ in MODULES), None
        )
        args = (module, *args)
    elif node.op == "call_method":
        name, kind = node.name, f"method {node.target}"
        # With an underscore in place, which is the same to a graph.
        call = METHODS.get(node.target.removesuffix("_"))
    else:
        name, kind = node.name, f"function {getattr(node.target, '__name__', node.target)}"
        if not _are_values(args, kwargs):
            return node.target(*args, **kwargs)
        call = FUNCTIONS.get(node.target)
    with named(name, kind):
        if call is None:
            raise Unsupported("its kind is not known here")
        try:
            inspect.signature(call).bind(net, name, *args, **kwargs)
        except TypeError as error:
            raise Unsupported(str(error)) from None
        return call(net, name, *args, **kwargs)


def _are_values(*parts: Any) -> bool:
    found: list[Any] = []
    fx.node.map_aggregate(parts, found.append)
    return any(isinstance(part, Value) or part is BATCH for part in found)


def _default(node: Any, is_needed: bool) -> Any:
    if not node.args and is_needed:
        raise ExportError(f"invalid model: it takes more than a picture: {node.target!r}")
    return node.args[0] if node.args else None


def _attribute(model: Any, path: str) -> Any:
    for part in path.split("."):
        model = getattr(model, part)
    return model
