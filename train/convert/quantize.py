"""Makes a smaller model of an ONNX model with its manifest.

    python quantize.py MODEL OUT --kind float16 --name NAME
    python quantize.py MODEL OUT --kind int8 --name NAME < windows.f32

MODEL holds `model.onnx` and `manifest.json`; OUT gets the same two. For int8, windows of features
come in on standard input, float32 little-endian `[windows, frames, bins]`, one frame each where the
model takes any number: their ranges are those that the activations are quantised to.
"""

import argparse
import hashlib
import json
import logging
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from write_model import write_model

# The quantiser advises a clean-up of the graph that the conversion has done already.
logging.disable(logging.WARNING)


def read_model(folder: Path) -> tuple[onnx.ModelProto, dict]:
    manifest = json.loads((folder / "manifest.json").read_text())
    data = (folder / manifest["files"]["model"]["path"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest["files"]["model"]["sha256"]:
        sys.exit(f"{folder}: the model's file is not the one of its manifest. Convert it again.")
    model = onnx.load_from_string(data)
    kinds = {tensor.data_type for tensor in model.graph.initializer}
    if kinds & {TensorProto.INT8, TensorProto.FLOAT16}:
        sys.exit(f"{folder}: the model is quantised already. Start from the float32 one.")
    return model, manifest


def read_windows(model: onnx.ModelProto) -> np.ndarray:
    _, frames, bins = (size.dim_value for size in model.graph.input[0].type.tensor_type.shape.dim)
    # What takes any number of frames sees their mean alone.
    frames = frames or 1
    data = sys.stdin.buffer.read()
    if not data or len(data) % (4 * frames * bins):
        sys.exit(f"{len(data)} bytes came in: no windows of {frames} frames of {bins} float32.")
    return np.frombuffer(data, "<f4").reshape(-1, frames, bins)


class Windows(CalibrationDataReader):
    def __init__(self, name: str, windows: np.ndarray):
        self.rest = iter({name: window[np.newaxis]} for window in windows)

    def get_next(self):
        return next(self.rest, None)


def products(graph: onnx.GraphProto) -> list[str]:
    """Convolutions and matrix products with weights, but for the one that gives the logits.

    Nothing else is worth it: sums and maxima of decibels, a softmax and the recurrent operators
    lose more than 8 bits hold, or have no int8 form, and take little time.
    """
    weights = {tensor.name for tensor in graph.initializer if len(tensor.dims) > 1}
    weighted = [
        node
        for node in graph.node
        if node.op_type in ("Conv", "MatMul", "Gemm") and node.input[1] in weights
    ]
    return [node.name for node in weighted[:-1]]


def coarse(graph: onnx.GraphProto, chosen: list[str]) -> dict[str, list[dict]]:
    """The quantiser's settings for weights: a scale a channel, with fewer steps than int8 has.

    Entropy coders make a bit less of each bit that is not used. The largest tensors, most of the file,
    have 6 bits; the others 7.
    """
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    overrides = {}
    for node in graph.node:
        if node.name not in chosen:
            continue
        weights = tensors[node.input[1]]
        turned = any(one.name == "transB" and one.i for one in node.attribute)
        axis = 0 if node.op_type == "Conv" or turned else 1
        most = 31 if weights.size > 50_000 else 63
        largest = np.abs(np.moveaxis(weights, axis, 0).reshape(weights.shape[axis], -1)).max(axis=1)
        overrides[node.input[1]] = [
            {
                "quant_type": QuantType.QInt8,
                "axis": axis,
                "scale": np.array(max(peak / most, 1e-12), np.float32),
                "zero_point": np.array(0, np.int8),
            }
            for peak in largest
        ]
    return overrides


def to_int8(model: onnx.ModelProto, windows: np.ndarray) -> onnx.ModelProto:
    """Weights to int8 a channel, activations to uint8 as the windows have them, in QDQ form."""
    chosen = products(model.graph)
    if not chosen:
        sys.exit("The model has no convolution or matrix product for int8. Use float16.")
    overrides = coarse(model.graph, chosen)
    # What a ReLU follows is then quantised once, in the range that is left.
    chosen += [node.name for node in model.graph.node if node.op_type == "Relu"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        quantize_static(
            model,
            path,
            Windows(model.graph.input[0].name, windows),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=chosen,
            extra_options={"TensorQuantOverrides": overrides},
        )
        quantised = onnx.load(path)
    del quantised.graph.value_info[:]
    quantised.producer_name, quantised.producer_version = "undertone", ""
    return quantised


def to_float16(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights as float16 that are float32 again once loaded.

    In WebAssembly there is no arithmetic in half precision, so nothing but the file gets smaller.
    """
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        half = values.astype(np.float16) if values.dtype == np.float32 else None
        if half is None or values.ndim < 2 or not np.isfinite(half).all():
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}_half"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], f"{name}_Cast", to=1))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", choices=("int8", "float16"), required=True)
    parser.add_argument("--name", required=True, help="of the new model")
    arguments = parser.parse_args()

    model, manifest = read_model(arguments.model)
    if arguments.kind == "int8":
        windows = read_windows(model)
        quantised = to_int8(model, windows)
        how = (
            "weights of convolutions and matrix products int8 per channel, of which large ones use 6 "
            "bits and others 7, their activations "
            f"uint8 with ranges of {len(windows)} windows that it was trained on"
        )
    else:
        quantised = to_float16(model)
        how = "weights float16, computed in float32"
    onnx.checker.check_model(quantised, full_check=True)
    before, after = manifest["files"]["model"]["bytes"], quantised.ByteSize()
    if after >= before:
        sys.exit(f"{arguments.kind} would make {after} bytes of {before}: keep the model as it is.")
    manifest["description"] += f" Quantised from {manifest['name']}: {how}."
    manifest["name"] = arguments.name
    size = write_model(arguments.out, quantised, manifest)
    print(f"{arguments.out}: {size} bytes, {arguments.kind}")


if __name__ == "__main__":
    main()
