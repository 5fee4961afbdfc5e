"""The Python peers of `npm run bench:frontend`, one thread each, one process for all of them.

First line in: the settings and the samples' file. Then the name of a peer a line; out comes, a line
each, what it took. Peers that are not installed are left out of the first answer.
"""

import json
import os
import sys
import time

for name in ("OMP", "MKL", "OPENBLAS", "NUMBA"):
    os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np

job = json.loads(sys.stdin.readline())
s = job["settings"]
samples = np.fromfile(job["samples"], "<f4")
peers = {}

try:
    import librosa

    def run_librosa():
        mel = librosa.feature.melspectrogram(
            y=samples, sr=s["sampleRate"], n_fft=s["nFft"], hop_length=s["hopLength"],
            n_mels=s["nMels"], fmin=s["fMin"], fmax=s["fMax"],
        )
        decibels = librosa.power_to_db(mel, top_db=None)
        return librosa.feature.mfcc(S=decibels, n_mfcc=s["nMfcc"]).T

    peers[f"librosa {librosa.__version__}"] = run_librosa
except ImportError:
    pass

try:
    import torch
    import torchaudio

    torch.set_num_threads(1)
    transform = torchaudio.transforms.MelSpectrogram(
        s["sampleRate"], n_fft=s["nFft"], hop_length=s["hopLength"], n_mels=s["nMels"],
        f_min=s["fMin"], f_max=s["fMax"], mel_scale="slaney", norm="slaney", pad_mode="constant",
    )
    cosines = torchaudio.functional.create_dct(s["nMfcc"], s["nMels"], "ortho")
    signal = torch.from_numpy(samples)

    def run_torchaudio():
        with torch.inference_mode():
            decibels = 10 * torch.log10(torch.clamp(transform(signal), min=s["amin"]))
            return (decibels.T @ cosines).numpy()

    peers[f"torchaudio {torchaudio.__version__}"] = run_torchaudio
except ImportError:
    pass

try:
    import kaldi_native_fbank

    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = s["sampleRate"]
    options.frame_opts.frame_length_ms = 1000 * s["nFft"] / s["sampleRate"]
    options.frame_opts.frame_shift_ms = 1000 * s["hopLength"] / s["sampleRate"]
    options.frame_opts.window_type = "hanning"
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = s["nMels"]
    options.num_ceps = s["nMfcc"]
    scaled = samples.tolist()

    def run_kaldi():
        mfcc = kaldi_native_fbank.OnlineMfcc(options)
        mfcc.accept_waveform(s["sampleRate"], scaled)
        mfcc.input_finished()
        return np.stack([mfcc.get_frame(t) for t in range(mfcc.num_frames_ready)])

    peers[f"kaldi-native-fbank {kaldi_native_fbank.__version__}"] = run_kaldi
except ImportError:
    pass

for run in peers.values():
    run()
# Kaldi's mel scale and bank have no option that makes them librosa's
own = {name: "Kaldi's mel bank, ln, lifter" for name in peers if name.startswith("kaldi")}
answer = [{"name": name, "definition": own.get(name)} for name in peers]
print(json.dumps({"peers": answer}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    run = peers[request["peer"]]
    # as in frontend.ts, the least of some runs in a row
    seconds = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        result = run()
        seconds = min(seconds, time.perf_counter() - start)
    answer = {"frames": len(result), "us": seconds * 1e6 / len(result)}
    if request.get("values"):
        result.astype("<f4").tofile(request["values"])
    print(json.dumps(answer), flush=True)
