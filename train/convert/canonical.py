"""One form for all graphs that compute the same.

tf2onnx takes order and names from sets and counters, so the same weights would give other bytes,
and another hash, each time.
"""

import re

import onnx


def canonical(model: onnx.ModelProto, inputs: list[str], outputs: list[str]) -> onnx.ModelProto:
    """Orders and names the nodes and weights of a model by what needs them, in place.

    A node is called by its operation, and by its layer too where it has weights: others that are
    equal have become one, with the name of either.
    """
    ends = {}
    for values, given in ((model.graph.input, inputs), (model.graph.output, outputs)):
        for value, name in zip(values, given, strict=True):
            ends[value.name] = name
    for value in model.graph.input:
        value.name = ends[value.name]
    _Form(set(ends.values())).settle(model.graph, ends)
    model.graph.name = "undertone"
    _replace(model.opset_import, sorted(model.opset_import, key=lambda entry: entry.domain))
    return model


class _Form:
    def __init__(self, taken: set[str]):
        self.taken = taken

    def settle(self, graph: onnx.GraphProto, names: dict[str, str]) -> None:
        """`names`: new names by old ones, of all that the nodes do not make themselves."""
        constants = {tensor.name: tensor for tensor in graph.initializer}
        settled: dict[bytes, onnx.TensorProto] = {}

        def name(old: str, new: str) -> str:
            if old in names or old not in constants:
                return names.get(old, old)
            tensor = constants[old]
            tensor.name = ""
            # Which of two equal ones tf2onnx keeps is chance too.
            same = settled.setdefault(tensor.SerializeToString(deterministic=True), tensor)
            if same is tensor:
                tensor.name = self.unique(new)
            names[old] = same.name
            return same.name

        _settle_copies(graph)
        nodes = _by_need(graph)
        for node in nodes:
            weighted = any(old in constants and len(constants[old].dims) > 1 for old in node.input)
            layer = re.findall(r"(\w+)/", node.name)[1:2] if weighted else []
            node.name = self.unique("/".join([*layer, node.op_type]))
            for unused in ("doc_string", "domain"):
                if not getattr(node, unused):
                    node.ClearField(unused)
            node.input[:] = [name(old, f"{node.name}.{k}") for k, old in enumerate(node.input)]
            _replace(node.attribute, sorted(node.attribute, key=lambda entry: entry.name))
            for body in _bodies(node):
                for old in _used(body):
                    name(old, f"{node.name}.body")
                inputs = [self.unique(f"{node.name}/input") for _ in body.input]
                within = dict(zip((value.name for value in body.input), inputs))
                for value in body.input:
                    value.name = within[value.name]
                self.settle(body, {**names, **within})
                body.name = node.name
            for k, old in enumerate(node.output):
                if old:
                    node.output[k] = names.setdefault(old, f"{node.name}:{k}" if k else node.name)
        for value in graph.output:
            value.name = name(value.name, value.name)
        _replace(graph.node, nodes)
        _replace(graph.initializer, list(settled.values()))
        del graph.value_info[:]

    def unique(self, name: str) -> str:
        free, count = name, 1
        while free in self.taken:
            count += 1
            free = f"{name}_{count}"
        self.taken.add(free)
        return free


def _by_need(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Each node after those that it needs, these in the order of its inputs; no node for nothing."""
    nodes = list(graph.node)
    producers = {name: i for i, node in enumerate(nodes) for name in node.output if name}
    needs = [[producers[name] for name in _inputs(node) if name in producers] for node in nodes]
    order: dict[int, None] = {}
    stack = [producers[value.name] for value in reversed(graph.output) if value.name in producers]
    while stack:
        waiting = next((i for i in needs[stack[-1]] if i not in order), None)
        if waiting is None:
            order.setdefault(stack.pop())
        else:
            stack.append(waiting)
    return [nodes[i] for i in order]


def _settle_copies(graph: onnx.GraphProto) -> None:
    """Of outputs that are one value, which is the other's copy is chance too: the later one is."""
    names = [value.name for value in graph.output]
    for node in graph.node:
        if node.op_type == "Identity" and {node.input[0], node.output[0]} <= set(names):
            first, second = sorted((names.index(node.input[0]), names.index(node.output[0])))
            graph.output[first].name, graph.output[second].name = node.input[0], node.output[0]
            names = [value.name for value in graph.output]


def _inputs(node: onnx.NodeProto) -> list[str]:
    return [*node.input, *(name for body in _bodies(node) for name in _used(body))]


def _used(graph: onnx.GraphProto) -> list[str]:
    """Names that a body may have from outside, in the order in which it needs them."""
    inputs = [name for node in _by_need(graph) for name in _inputs(node)]
    return [*inputs, *(value.name for value in graph.output)]


def _bodies(node: onnx.NodeProto) -> list[onnx.GraphProto]:
    return [attribute.g for attribute in node.attribute if attribute.HasField("g")]


def _replace(field, entries) -> None:
    copies = [type(entry)() for entry in entries]
    for copy, entry in zip(copies, entries):
        copy.CopyFrom(entry)
    del field[:]
    field.extend(copies)
