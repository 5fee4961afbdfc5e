"""Turns a model that tfjs saved into ONNX, and writes its manifest with hashes.

    python convert.py SAVED OUT

SAVED holds `model.json` and `weights.bin` (tfjs LayersModel) and `manifest.json`, the manifest
without `files` and `graph`. OUT gets `model.onnx` and the whole `manifest.json`.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
import tf2onnx
import tf_keras

from layers import custom_layers

OPSET = 17


def read_weights(saved: Path) -> dict[str, np.ndarray]:
    """Weights by name, as tfjs's manifest lays them out."""
    weights = {}
    for group in json.loads((saved / "model.json").read_text())["weightsManifest"]:
        data = b"".join((saved / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            if entry["dtype"] != "float32" or "quantization" in entry:
                sys.exit(f"{entry['name']}: only plain float32 weights can be converted.")
            count = int(np.prod(entry["shape"], dtype=np.int64))
            values = np.frombuffer(data, "<f4", count, offset)
            weights[entry["name"]] = values.reshape(entry["shape"])
            offset += 4 * count
        if offset != len(data):
            sys.exit(f"weights.bin has {len(data)} bytes, and {offset} are described: it is broken.")
    return weights


def rebuild(saved: Path) -> tf_keras.Model:
    """The saved topology as a Keras model with the saved weights."""
    topology = json.loads((saved / "model.json").read_text())["modelTopology"]
    model = tf_keras.models.model_from_json(
        json.dumps(topology.get("model_config", topology)), custom_objects=custom_layers
    )
    weights = read_weights(saved)
    for variable in model.weights:
        # tfjs has no cell in the names of recurrent layers' weights.
        name = variable.name.split(":")[0].replace("lstm_cell/", "").replace("gru_cell/", "")
        if name not in weights:
            sys.exit(f"The saved model has no weight {name}; it has {sorted(weights)}.")
        variable.assign(weights.pop(name))
    if weights:
        sys.exit(f"Weights that the rebuilt model has no place for: {sorted(weights)}.")
    return model


def convert(model: tf_keras.Model) -> onnx.ModelProto:
    shape = [None, *model.inputs[0].shape[1:]]
    signature = [tf.TensorSpec(shape, tf.float32, name="features")]

    @tf.function(input_signature=signature)
    def probabilities(features):
        return tf.identity(model(features, training=False), name="probabilities")

    graph, _ = tf2onnx.convert.from_function(probabilities, signature, opset=OPSET)
    rename(graph, graph.graph.input[0].name, "features")
    rename(graph, graph.graph.output[0].name, "probabilities")
    for value in (graph.graph.input[0], graph.graph.output[0]):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    # The tool's own version strings would make the same weights hash differently.
    graph.producer_name = "undertone"
    graph.producer_version = ""
    onnx.checker.check_model(graph, full_check=True)
    return graph


def rename(graph: onnx.ModelProto, old: str, new: str) -> None:
    for value in (*graph.graph.input, *graph.graph.output):
        if value.name == old:
            value.name = new
    for node in graph.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]


def largest_difference(model: tf_keras.Model, graph: bytes) -> float:
    shape = [4, *model.inputs[0].shape[1:]]
    features = np.random.default_rng(1).uniform(-100, 20, shape).astype(np.float32)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {"features": features})
    return float(np.abs(scores - model(features, training=False).numpy()).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("saved", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()

    manifest = json.loads((arguments.saved / "manifest.json").read_text())
    model = rebuild(arguments.saved)
    if model.outputs[0].shape[-1] != len(manifest["labels"]):
        sys.exit(f"The model has {model.outputs[0].shape[-1]} outputs for {manifest['labels']}.")
    graph = convert(model).SerializeToString(deterministic=True)
    difference = largest_difference(model, graph)
    if difference > 1e-5:
        sys.exit(f"ONNX and Keras differ by {difference:.1e}: nothing was written.")

    manifest["graph"] = {
        "input": "features",
        "output": "probabilities",
        "parameters": int(sum(np.prod(weight.shape) for weight in model.weights)),
    }
    manifest["files"] = {
        "model": {
            "path": "model.onnx",
            "bytes": len(graph),
            "sha256": hashlib.sha256(graph).hexdigest(),
        }
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    # The manifest last: it vouches for the model.
    write_whole(arguments.out / "model.onnx", graph)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_whole(arguments.out / "manifest.json", text.encode())
    print(f"{arguments.out}: {len(graph)} bytes, differs from Keras by {difference:.1e}")


def write_whole(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)


if __name__ == "__main__":
    main()
