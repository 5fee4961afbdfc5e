"""Writes the references of the front end's tests: librosa 0.11 on speech and awkward signals.

    python -m venv .venv && .venv/bin/pip install -r test/golden/requirements.txt
    .venv/bin/python test/golden/make_golden.py

frontend.json lists the cases, frontend.f32 holds their numbers, little-endian float32; likewise
descriptors, all other features, preparation, of librosa, pyloudnorm and noisereduce, and
resampler, of soxr's best quality.
"""

import importlib
import json
import wave
from pathlib import Path

import librosa
import noisereduce
import numpy as np
import pyloudnorm
import soxr

HERE = Path(__file__).parent
SPEECH = HERE.parent.parent / "samples" / "1001_ITS_HAP_XX.wav"


def speech(start: int, samples: int) -> np.ndarray:
    with wave.open(str(SPEECH)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (data[start : start + samples] / 32768).astype(np.float32)


def noise(samples: int) -> np.ndarray:
    """A linear congruential generator, which the tests repeat to the bit."""
    state, out = 1, np.empty(samples, np.float32)
    for n in range(samples):
        state = (state * 1664525 + 1013904223) % 2**32
        out[n] = state / 2**32 - 0.5
    return out


SIGNALS = {
    "speech": speech(6000, 12000),
    "silence": np.zeros(4000, np.float32),
    "dc": np.full(4000, 0.5, np.float32),
    "square": np.where(np.arange(4000) // 50 % 2 == 0, 1, -1).astype(np.float32),
    "one-sample": np.array([0.5], np.float32),
    "short": noise(100),
    "noise": noise(8000),
}

# named as the settings of src/frontend/settings.ts
SPEECH_16K = dict(sampleRate=16000, nFft=512, hopLength=160, nMels=40)
FINE_16K = dict(sampleRate=16000, nFft=1024, hopLength=256, nMels=128)
MUSIC_22K = dict(sampleRate=22050, nFft=2048, hopLength=512, nMels=128)
TELEPHONE = dict(sampleRate=8000, nFft=256, winLength=200, hopLength=80, nMels=23, fMin=64, fMax=3800)
WINDOW_400 = dict(sampleRate=16000, nFft=512, winLength=400, hopLength=160, nMels=80, fMin=20, fMax=7600)
UNCENTRED = dict(SPEECH_16K, center=False)

CASES = [
    ("speech", "log-mel", SPEECH_16K, {}),
    ("speech", "log-mel", FINE_16K, {}),
    ("speech", "log-mel", MUSIC_22K, {}),
    ("speech", "log-mel", TELEPHONE, {}),
    ("speech", "log-mel", WINDOW_400, {}),
    ("speech", "log-mel", UNCENTRED, {}),
    ("speech", "log-mel", SPEECH_16K, {"topDb": 80}),
    ("speech", "log-mel", SPEECH_16K, {"topDb": 60, "ref": "max"}),
    ("speech", "mfcc", dict(SPEECH_16K, nMfcc=13), {}),
    ("speech", "mfcc", dict(SPEECH_16K, nMfcc=40), {}),
    ("speech", "mfcc", dict(SPEECH_16K, nMfcc=13), {"topDb": 80}),
    ("speech", "mfcc", dict(SPEECH_16K, nMfcc=40), {"topDb": 80}),
    ("speech", "mfcc", dict(FINE_16K, nMfcc=40), {"topDb": 80}),
    ("speech", "mfcc", dict(MUSIC_22K, nMfcc=20), {"topDb": 80}),
    ("speech", "mfcc", dict(TELEPHONE, nMfcc=13), {"topDb": 80}),
]
for name in ("silence", "dc", "square", "one-sample", "short", "noise"):
    CASES += [
        (name, "log-mel", SPEECH_16K, {"topDb": 80}),
        (name, "log-mel", SPEECH_16K, {}),
        (name, "mfcc", dict(SPEECH_16K, nMfcc=13), {"topDb": 80}),
        (name, "mfcc", dict(SPEECH_16K, nMfcc=40), {"topDb": 80}),
        (name, "log-mel", FINE_16K, {"topDb": 80}),
    ]


def compute(signal: str, feature: str, settings: dict, clip: dict) -> np.ndarray:
    power = librosa.feature.melspectrogram(
        y=SIGNALS[signal],
        sr=settings["sampleRate"],
        n_fft=settings["nFft"],
        win_length=settings.get("winLength"),
        hop_length=settings["hopLength"],
        n_mels=settings["nMels"],
        fmin=settings.get("fMin", 0),
        fmax=settings.get("fMax"),
        center=settings.get("center", True),
    )
    decibels = librosa.power_to_db(
        power, ref=np.max if clip.get("ref") else 1.0, top_db=clip.get("topDb")
    )
    if feature == "log-mel":
        return decibels.T
    return librosa.feature.mfcc(S=decibels, n_mfcc=settings["nMfcc"]).T


def descriptors(y: np.ndarray, sr: int, n_fft: int, win: int, hop: int) -> dict[str, np.ndarray]:
    """All that is not log-mel or MFCC, [values, frames]."""
    magnitude = np.abs(librosa.stft(y, n_fft=n_fft, win_length=win, hop_length=hop))
    power = magnitude**2
    chroma = librosa.feature.chroma_stft(S=power, sr=sr, n_fft=n_fft, tuning=0.0)
    mel = librosa.feature.melspectrogram(S=power, sr=sr, n_fft=n_fft, n_mels=40)
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=13)
    gain = np.diff(magnitude, axis=1, prepend=magnitude[:, :1])
    f0 = librosa.yin(y, fmin=65, fmax=500, sr=sr, frame_length=n_fft, hop_length=hop)
    return {
        "mel": mel,
        "mfcc": mfcc,
        "mfcc lifter": librosa.feature.mfcc(
            S=librosa.power_to_db(mel, top_db=None), n_mfcc=13, lifter=22
        ),
        "delta": librosa.feature.delta(mfcc),
        "delta 2": librosa.feature.delta(mfcc, order=2),
        "delta width 5": librosa.feature.delta(mfcc, width=5),
        "chroma": chroma,
        "chroma tuning": librosa.feature.chroma_stft(S=power, sr=sr, n_fft=n_fft, tuning=0.3),
        "chroma estimated": librosa.feature.chroma_stft(
            y=y, sr=sr, n_fft=n_fft, win_length=win, hop_length=hop
        ),
        "contrast": librosa.feature.spectral_contrast(S=magnitude, sr=sr, n_fft=n_fft),
        "tonnetz": librosa.feature.tonnetz(chroma=chroma),
        "zero-crossing-rate": librosa.feature.zero_crossing_rate(
            y, frame_length=n_fft, hop_length=hop
        ),
        "rms": librosa.feature.rms(y=y, frame_length=n_fft, hop_length=hop),
        "centroid": librosa.feature.spectral_centroid(S=magnitude, sr=sr, n_fft=n_fft),
        "bandwidth": librosa.feature.spectral_bandwidth(S=magnitude, sr=sr, n_fft=n_fft),
        "rolloff": librosa.feature.spectral_rolloff(S=magnitude, sr=sr, n_fft=n_fft),
        "flatness": librosa.feature.spectral_flatness(S=magnitude),
        # no librosa: Dixon, "Onset detection revisited" (2006), equation 5
        "flux": np.maximum(gain, 0).sum(axis=0, keepdims=True),
        "f0": np.stack([f0, voiced(y, sr, n_fft, hop)]),
        "tuning of magnitude": np.array(
            [[librosa.estimate_tuning(S=magnitude, sr=sr, n_fft=n_fft)]]
        ),
        "tuning of power": np.array([[librosa.estimate_tuning(S=power, sr=sr, n_fft=n_fft)]]),
    }


def voiced(y: np.ndarray, sr: int, n_fft: int, hop: int) -> np.ndarray:
    """Where librosa.yin finds a trough below its threshold; it keeps that to itself."""
    pitch = importlib.import_module("librosa.core.pitch")
    frames = librosa.util.frame(np.pad(y, n_fft // 2), frame_length=n_fft, hop_length=hop)
    longest = min(int(np.ceil(sr / 65)), n_fft - 1)
    difference = pitch._cumulative_mean_normalized_difference(frames, sr // 500, longest)
    trough = librosa.util.localmin(difference, axis=-2)
    trough[0] = difference[0] < difference[1]
    return np.any(trough & (difference < 0.1), axis=0).astype(float)


def write_descriptors() -> None:
    cases, numbers, offset = [], [], 0
    for sr, n_fft, win, hop in [
        (16000, 512, 512, 160),
        (16000, 1024, 1024, 256),
        (16000, 1024, 400, 137),
        (22050, 2048, 2048, 512),
        (44100, 4096, 4096, 512),
        (44100, 8192, 8192, 800),
        (48000, 32768, 32768, 800),
    ]:
        for signal in ("speech", "noise"):
            values = descriptors(SIGNALS[signal], sr, n_fft, win, hop)
            where = {}
            for name, value in values.items():
                where[name] = {"offset": offset, "frames": value.shape[1], "bins": value.shape[0]}
                numbers.append(value.T.astype("<f4").tobytes())
                offset += value.size
            settings = {
                "sampleRate": sr,
                "nFft": n_fft,
                "winLength": win,
                "hopLength": hop,
                "nMels": 40,
                "nMfcc": 13,
            }
            cases.append({"signal": signal, "settings": settings, "values": where})
    write("descriptors", {"librosa": librosa.__version__, "cases": cases}, numbers)


def write_preparation() -> None:
    """Trimmed intervals (librosa), loudness (pyloudnorm), a denoised clip (noisereduce)."""
    y = speech(0, 10**6)
    trims = []
    for options in [{}, {"topDb": 20}, {"topDb": 30, "frameLength": 512, "hopLength": 160}]:
        _, interval = librosa.effects.trim(
            y,
            top_db=options.get("topDb", 60),
            frame_length=options.get("frameLength", 2048),
            hop_length=options.get("hopLength", 512),
        )
        trims.append({"options": options, "start": int(interval[0]), "end": int(interval[1])})
    levels = [
        # De Man's filters are the standard's at 48 kHz; pyloudnorm's default ones come near them
        {
            "sampleRate": sr,
            "lufs": pyloudnorm.Meter(sr, "DeMan").integrated_loudness(y.astype(float)),
        }
        for sr in (8000, 16000, 22050)
    ]
    noisy = SIGNALS["speech"][:8000] + np.float32(0.02) * SIGNALS["noise"]
    quiet = noisereduce.reduce_noise(
        y=noisy.astype(float), sr=16000, y_noise=SIGNALS["noise"] * 0.02, stationary=True
    )
    half = noisereduce.reduce_noise(
        y=noisy.astype(float), sr=16000, stationary=True, prop_decrease=0.5
    )
    numbers = [part[2000:6000].astype("<f4").tobytes() for part in (quiet, half)]
    write("preparation", {"trims": trims, "levels": levels}, numbers)


def sweep(rate: int, top: float) -> np.ndarray:
    """A tenth of a second from 0 to `top` Hz, faded in and out."""
    count = rate // 10
    n = np.arange(count)
    fade = 0.5 - 0.5 * np.cos(2 * np.pi * n / count)
    return (fade * np.sin(np.pi * top * n * n / (count * rate))).astype(np.float32)


def write_resampler() -> None:
    cases, numbers, offset = [], [], 0
    pairs = [(44100, 16000), (48000, 16000), (32000, 16000), (22050, 16000), (8000, 16000)]
    pairs += [(11025, 16000), (96000, 16000), (44101, 16000), (16000, 44100), (16000, 8000)]
    for source, target in pairs:
        top = 0.88 * min(source, target) / 2
        values = soxr.resample(sweep(source, top), source, target, quality="VHQ")
        cases.append(
            {"from": source, "to": target, "top": top, "offset": offset, "length": len(values)}
        )
        numbers.append(values.astype("<f4").tobytes())
        offset += len(values)
    write("resampler", {"soxr": soxr.__version__, "cases": cases}, numbers)


def write(name: str, index: dict, numbers: list[bytes]) -> None:
    (HERE / f"{name}.json").write_text(json.dumps(index, indent=1) + "\n")
    (HERE / f"{name}.f32").write_bytes(b"".join(numbers))


def write_frontend() -> None:
    cases, numbers, offset = [], [], 0
    for signal, feature, settings, clip in CASES:
        values = compute(signal, feature, settings, clip)
        frames, bins = values.shape
        cases.append(
            {
                "signal": signal,
                "settings": {"feature": feature, **settings},
                "clip": clip,
                "frames": frames,
                "bins": bins,
                "offset": offset,
            }
        )
        numbers.append(values.astype("<f4").tobytes())
        offset += values.size
    write("frontend", {"librosa": librosa.__version__, "cases": cases}, numbers)


if __name__ == "__main__":
    write_frontend()
    write_descriptors()
    write_preparation()
    write_resampler()
