"""Turns a model that tfjs saved into ONNX, and writes its manifest with hashes.

    python convert.py SAVED OUT

SAVED holds `model.json` and `weights.bin` (tfjs LayersModel) and `manifest.json`, the manifest
without `files` and `graph`. OUT gets `model.onnx` and the whole `manifest.json`.
"""

import argparse
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

from canonical import canonical
from layers import FusedGru, custom_layers
from write_model import write_model

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


def with_gru_nodes(model: tf_keras.Model) -> tf_keras.Model:
    """The model with a reset gate after the product: tf2onnx makes a slow Loop of the other kind."""

    def layer(own):
        if not isinstance(own, FusedGru):
            return type(own).from_config(own.get_config())
        return tf_keras.layers.GRU(own.units, return_sequences=True, name=own.name)

    clone = tf_keras.models.clone_model(model, clone_function=layer)
    for own, other in zip(model.layers, clone.layers, strict=True):
        weights = own.get_weights()
        if isinstance(own, FusedGru):
            kernel, recurrent_kernel, bias = weights
            weights = [kernel, recurrent_kernel, np.stack([bias, np.zeros_like(bias)])]
        other.set_weights(weights)
    return clone


def convert(model: tf_keras.Model) -> onnx.ModelProto:
    shape = [None, *model.inputs[0].shape[1:]]
    has_gru = any(isinstance(layer, FusedGru) for layer in model.layers)
    if has_gru:
        model = with_gru_nodes(model)
    signature = [tf.TensorSpec(shape, tf.float32, name="features")]

    @tf.function(input_signature=signature)
    def probabilities(features):
        return tf.identity(model(features, training=False), name="probabilities")

    graph, _ = tf2onnx.convert.from_function(probabilities, signature, opset=OPSET)
    for node in graph.graph.node:
        for attribute in node.attribute:
            if attribute.name == "linear_before_reset":
                attribute.i = 0
    if has_gru and not any(node.op_type == "GRU" for node in graph.graph.node):
        sys.exit("tf2onnx made no GRU node of a GRU layer: it would be slow.")
    canonical(graph, ["features"], ["probabilities"])
    for value in (graph.graph.input[0], graph.graph.output[0]):
        for dimension, name in zip(value.type.tensor_type.shape.dim, ("batch", "frames")):
            if not dimension.dim_value:
                dimension.dim_param = name
    # The tool's own version strings would make the same weights hash differently.
    graph.producer_name = "undertone"
    graph.producer_version = ""
    onnx.checker.check_model(graph, full_check=True)
    return graph


def largest_difference(
    model: tf_keras.Model, graph: onnx.ModelProto, window: dict[str, int]
) -> float:
    """Of the probabilities, over windows as long and as short as the recognizer makes them."""
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    bins = model.inputs[0].shape[-1]
    random = np.random.default_rng(1)
    differences = []
    for frames in {window["frames"], window.get("atLeast", window["frames"])}:
        features = random.uniform(-100, 20, [4, frames, bins]).astype(np.float32)
        (scores,) = session.run(None, {"features": features})
        differences.append(np.abs(scores - model(features, training=False).numpy()).max())
    return float(max(differences))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("saved", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()

    manifest = json.loads((arguments.saved / "manifest.json").read_text())
    model = rebuild(arguments.saved)
    if model.outputs[0].shape[-1] != len(manifest["labels"]):
        sys.exit(f"The model has {model.outputs[0].shape[-1]} outputs for {manifest['labels']}.")
    graph = convert(model)
    difference = largest_difference(model, graph, manifest["window"])
    if difference > 1e-5:
        sys.exit(f"ONNX and Keras differ by {difference:.1e}: nothing was written.")

    manifest["graph"] = {
        "input": "features",
        "output": "probabilities",
        "parameters": int(sum(np.prod(weight.shape) for weight in model.weights)),
    }
    size = write_model(arguments.out, graph, manifest)
    print(f"{arguments.out}: {size} bytes, differs from Keras by {difference:.1e}")


if __name__ == "__main__":
    main()
