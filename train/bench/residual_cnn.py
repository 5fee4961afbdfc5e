"""Training steps of `train/network/residual-cnn.ts` in PyTorch, for `step.ts` to time.

    python residual_cnn.py FOLDER THREADS

FOLDER holds what `tfjs-step.ts` left there: settings, weights, and what its network makes of some
features. Says in a line of JSON what it is; then, for each line with a number, takes as many steps
and gives the milliseconds of each, elapsed and of all threads' processor time.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Convolution(nn.Conv2d):
    """`exact` pads as TensorFlow does, at the end first where one side gets more."""

    exact = False

    def __init__(self, channels: int, filters: int, kernel: int, stride: int):
        super().__init__(channels, filters, kernel, stride, padding=kernel // 2, bias=False)

    def forward(self, x):
        if not self.exact:
            return super().forward(x)
        sides = []
        stride, kernel = self.stride[0], self.kernel_size[0]
        for size in (x.shape[3], x.shape[2]):
            over = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            sides += [over // 2, over - over // 2]
        return F.conv2d(F.pad(x, sides), self.weight, stride=stride)


class AttentivePooling(nn.Module):
    def __init__(self, channels: int, units: int):
        super().__init__()
        self.hidden = nn.Parameter(torch.empty(channels, units))
        self.hidden_bias = nn.Parameter(torch.empty(units))
        self.scores = nn.Parameter(torch.empty(units, channels))

    def forward(self, x):
        hidden = torch.tanh(x @ self.hidden + self.hidden_bias)
        weights = torch.softmax(hidden @ self.scores, 1)
        mean = (weights * x).sum(1)
        square = (weights * x * x).sum(1)
        return torch.cat([mean, (square - mean.square()).clamp_min(1e-5).sqrt()], 1)


class ResidualCnn(nn.Module):
    def __init__(self, network: dict, frames: int, bins: int, labels: int):
        super().__init__()
        if "pauseBelow" in network:
            sys.exit("residual_cnn.py has no attention to pauses.")
        self.level = network["level"]
        self.blocks = []
        layers: dict[str, nn.Module] = {}

        def convolution(name: str, norm: str, channels: int, filters: int, size: int, stride: int):
            layers[name] = Convolution(channels, filters, size, stride)
            layers[norm] = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.1)

        channels = network["stem"]
        convolution("stem_conv", "stem_norm", 1, channels, 3, 2)
        for i, stage in enumerate(network["stages"], 1):
            for j in range(1, stage["blocks"] + 1):
                name, stride, filters = f"stage{i}_block{j}", 2 if j == 1 else 1, stage["channels"]
                convolution(f"{name}_conv1", f"{name}_norm1", channels, filters, 3, stride)
                convolution(f"{name}_conv2", f"{name}_norm2", filters, filters, 3, 1)
                if j == 1:
                    convolution(
                        f"{name}_skip_conv", f"{name}_skip_norm", channels, filters, 1, stride
                    )
                self.blocks.append(name)
                channels = filters
        for _ in range(len(network["stages"]) + 1):
            bins = -(-bins // 2)
        over_mel = nn.Conv2d(channels, channels, (1, bins), groups=channels, bias=False)
        layers["mel_pooling"] = over_mel
        layers["pooling"] = AttentivePooling(channels, network["attentionUnits"])
        layers["logits"] = nn.Linear(2 * channels, labels)
        self.layers = nn.ModuleDict(layers)
        self.dropout = nn.Dropout(network["dropout"])

    def forward(self, x):
        layers, level = self.layers, self.level
        loudest = x.amax((1, 2), keepdim=True)
        floored = torch.maximum(x, loudest - level["range"])
        if level["reference"] == "window":
            floored = floored - loudest
        x = ((floored - level["mean"]) / level["scale"]).unsqueeze(1)
        x = F.relu(layers["stem_norm"](layers["stem_conv"](x)))
        for name in self.blocks:
            y = F.relu(layers[f"{name}_norm1"](layers[f"{name}_conv1"](x)))
            y = layers[f"{name}_norm2"](layers[f"{name}_conv2"](y))
            if f"{name}_skip_conv" in layers:
                x = layers[f"{name}_skip_norm"](layers[f"{name}_skip_conv"](x))
            x = F.relu(y + x)
        x = layers["mel_pooling"](x).squeeze(3).transpose(1, 2)
        return layers["logits"](self.dropout(layers["pooling"](x)))

    def load(self, folder: Path) -> None:
        """Takes the weights that tfjs saved."""
        names = {
            "depthwise_kernel": "weight",
            "kernel": "weight",
            "gamma": "weight",
            "beta": "bias",
            "moving_mean": "running_mean",
            "moving_variance": "running_var",
        }
        data = np.fromfile(folder / "weights.bin", "<f4")
        given = {}
        for group in json.loads((folder / "model.json").read_text())["weightsManifest"]:
            for entry in group["weights"]:
                values, data = np.split(data, [int(np.prod(entry["shape"]))])
                values = torch.from_numpy(values.reshape(entry["shape"]))
                layer, weight = entry["name"].split("/")
                if weight == "kernel":
                    values = values.permute(3, 2, 0, 1) if values.ndim == 4 else values.T
                elif weight == "depthwise_kernel":
                    values = values.permute(2, 3, 0, 1)
                given[f"layers.{layer}.{names.get(weight, weight)}"] = values
        counted = {key for key in self.state_dict() if not key.endswith("num_batches_tracked")}
        if counted != set(given):
            sys.exit(f"The networks have other weights: {sorted(counted ^ set(given))}")
        self.load_state_dict(given, strict=False)


def largest_difference(model: ResidualCnn, folder: Path, shape: list[int]) -> float:
    """Of the logits from those of tfjs, outside of training."""
    features = torch.from_numpy(np.fromfile(folder / "features.f32", "<f4").reshape(shape))
    expected = np.fromfile(folder / "logits.f32", "<f4")
    Convolution.exact = True
    with torch.no_grad():
        found = model.eval()(features).numpy().reshape(-1)
    Convolution.exact = False
    return float(np.abs(found - expected).max())


def main() -> None:
    folder = Path(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]))
    settings = json.loads((folder / "settings.json").read_text())
    batch, frames, bins, labels = (settings[key] for key in ("batch", "frames", "bins", "labels"))
    model = ResidualCnn(settings["network"], frames, bins, labels)
    model.load(folder)
    difference = largest_difference(model, folder, [-1, frames, bins])

    model = model.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), fused=True)
    features = torch.empty(batch, frames, bins).uniform_(-80, 0)
    targets = F.one_hot(torch.arange(batch) % labels, labels).float()
    print(
        json.dumps(
            {
                "name": f"PyTorch {torch.__version__}",
                "parameters": sum(weight.numel() for weight in model.parameters()),
                "threads": torch.get_num_threads(),
                "difference": difference,
            }
        ),
        flush=True,
    )
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start, busy = time.perf_counter(), time.process_time()
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, settings["precision"] == "bfloat16"):
                logits = model(features)
            loss = F.cross_entropy(
                logits.float(), targets, label_smoothing=settings["labelSmoothing"]
            )
            loss.backward()
            optimizer.step()
            loss.item()
            elapsed, processor = time.perf_counter() - start, time.process_time() - busy
            times.append([1000 * elapsed, 1000 * processor])
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
