"""Writes a model's folder: `model.onnx`, and the `manifest.json` that vouches for it."""

import hashlib
import json
from pathlib import Path

import onnx


def write_model(out: Path, model: onnx.ModelProto, manifest: dict) -> int:
    """`manifest` is all but `files`. Returns the bytes of the model's file."""
    data = model.SerializeToString(deterministic=True)
    manifest["files"] = {
        "model": {
            "path": "model.onnx",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    }
    out.mkdir(parents=True, exist_ok=True)
    # The manifest last: until it is there, nothing takes the folder for a model.
    _write_whole(out / "model.onnx", data)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    _write_whole(out / "manifest.json", text.encode())
    return len(data)


def _write_whole(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)
