#!/usr/bin/env python3
"""Compares Zgoda's reader with others on real images, in one run: rate, median and p95 of CPU time, per set.

How: each engine gets the same grey pixels in one thread; reading the file and decoding the JPEG is not counted. An
image counts as read where one of the texts that its truth accepts was found. `wrong` counts images where something
else was read and nothing right. When: by hand, before and after a change to the cascade; `make bench-scan` calls it.

ZGODA_DATA names a folder with `qr/` (images and truth.json: image -> accepted texts in hex) and `symbols/` (images,
each with its text beside it). Without it there is nothing to measure, and the script says so.
"""

import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

MODES = {"still": "full resolution", "frame": "fitted to 1280 x 720, one frame", "ten": "the same, within ten frames"}
OURS = ("zgoda", "rxing", "rqrr")
PEERS = ("zxing-cpp", "zbar", "opencv")


def truths(root, which):
    """image path -> set of accepted texts as bytes; images without a confirmed text are left out."""
    found = {}
    if which == "qr":
        for name, texts in json.loads((root / "qr/truth.json").read_text()).items():
            if texts:
                found[str(root / "qr" / name)] = {bytes.fromhex(text) for text in texts}
    else:
        for text in sorted((root / "symbols").rglob("*.txt")):
            for image in (text.with_suffix(".png"), text.with_suffix(".jpg")):
                if image.exists() and which in image.parent.name:
                    found[str(image)] = {text.read_bytes(), text.read_bytes().rstrip(b"\r\n")}
    return found


def ours(engine, mode, files, program):
    """Runs the Rust example over all files in one process."""
    done = subprocess.run(
        [program, engine, mode], input="\n".join(files), capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        one = json.loads(line)
        texts = {bytes.fromhex(text) for text in one.get("texts", [])}
        yield one["file"], texts, one.get("ms", 0.0), one.get("stage", "")


def peer(engine, mode, files):
    """Runs a reader from PyPI."""
    from PIL import Image

    read = {"zxing-cpp": zxing_cpp, "zbar": zbar, "opencv": opencv}[engine]()
    for file in files:
        image = Image.open(file)
        image = (white(image) if "A" in image.mode or image.mode == "P" else image).convert("L")
        if mode != "still" and (image.width > 1280 or image.height > 720):
            scale = max(image.width / 1280, image.height / 720)
            size = (int(image.width / scale), int(image.height / scale))
            image = image.resize(size, Image.Resampling.BOX)
        start = time.thread_time()
        texts = read(image, file)
        yield file, texts, (time.thread_time() - start) * 1e3, ""


def white(image):
    from PIL import Image

    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper


def zxing_cpp():
    import numpy
    import zxingcpp

    names = {
        "micro": "MicroQRCode", "rmqr": "RMQRCode", "aztec": "Aztec", "datamatrix": "DataMatrix",
        "pdf417": "PDF417", "code128": "Code128",
    }  # fmt: skip

    def read(image, file):
        name = next((known for word, known in names.items() if word in file), "QRCode")
        wanted = getattr(zxingcpp.BarcodeFormat, name)
        found = zxingcpp.read_barcodes(numpy.asarray(image), formats=wanted)
        return {one.text.encode() for one in found} | {bytes(one.bytes) for one in found}

    return read


def zbar():
    import types

    from pyzbar import pyzbar

    # Its table of orientations lacks "unknown", which zbar answers for some codes that it did read.
    pyzbar.ZBarOrientation = lambda value: types.SimpleNamespace(name=str(value))

    def read(image, _file):
        wanted = [pyzbar.ZBarSymbol.QRCODE]
        return {one.data for one in pyzbar.decode(image, symbols=wanted)}

    return read


def opencv():
    import cv2
    import numpy

    cv2.setNumThreads(1)
    detector = cv2.QRCodeDetector()

    def read(image, _file):
        try:
            _, texts, _, _ = detector.detectAndDecodeMulti(numpy.asarray(image))
        except (cv2.error, UnicodeDecodeError):
            texts = ()
        return {text.encode() for text in texts or () if text}

    return read


def measure(engine, mode, truth, program):
    run = ours(engine, mode, list(truth), program) if engine in OURS else peer(engine, mode, list(truth))
    rows = collections.defaultdict(list)
    for file, texts, ms, stage in run:
        right = bool(texts & truth[file])
        rows[pathlib.Path(file).parent.name].append((right, bool(texts) and not right, ms, stage, file))
    return rows


def summary(rows):
    times = sorted(row[2] for row in rows)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return sum(r[0] for r in rows), sum(r[1] for r in rows), statistics.median(times), p95, times[-1]


def table(mode, results):
    engines = list(results)
    sets = sorted({name for rows in results.values() for name in rows})
    print(f"\n{MODES[mode]}: read / median ms / p95 ms of CPU")
    print(f"{'set':26}{'of':>5}" + "".join(f"{engine:>28}" for engine in engines))
    for name in [*sets, "all"]:
        cells, total = [], 0
        for engine in engines:
            rows = results[engine].get(name) or [row for rows in results[engine].values() for row in rows]
            read, wrong, median, p95, _ = summary(rows)
            total = len(rows)
            cells.append(f"{read}{f' ({wrong} wrong)' if wrong else ''} / {median:.1f} / {p95:.0f}")
        print(f"{name:26}{total:>5}" + "".join(f"{cell:>28}" for cell in cells))
    for engine in engines:
        rows = [row for rows in results[engine].values() for row in rows]
        stages = collections.Counter(row[3] for row in rows if row[0] and row[3])
        if stages:
            print(f"{engine} by stage: " + ", ".join(f"{name} {count}" for name, count in stages.most_common()))
        print(f"{engine}: longest {summary(rows)[4]:.0f} ms")


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--program", default="target/release/examples/bench_scan")
    args.add_argument("--modes", default="still,frame,ten")
    args.add_argument("--engines", default=",".join(OURS + PEERS))
    args.add_argument("--sets", default="qr,aztec,datamatrix,pdf417,code128,microqr,rmqr")
    args.add_argument("--missed", action="store_true", help="name the images that zgoda did not read")
    args = args.parse_args()
    root = os.environ.get("ZGODA_DATA")
    if not root or not pathlib.Path(root, "qr/truth.json").exists():
        print("bench-scan: set ZGODA_DATA to a folder with qr/truth.json and symbols/; nothing was measured")
        return 0
    for mode in args.modes.split(","):
        for which in args.sets.split(","):
            truth = truths(pathlib.Path(root), which)
            results = {}
            for engine in args.engines.split(","):
                if which != "qr" and engine not in ("zgoda", "rxing", "zxing-cpp"):
                    continue
                if mode == "ten" and engine != "zgoda":
                    continue
                try:
                    results[engine] = measure(engine, mode, truth, args.program)
                except ImportError as missing:
                    print(f"{engine} left out: {missing}", file=sys.stderr)
            table(mode, results)
            if args.missed:
                for rows in results.get("zgoda", {}).values():
                    for row in rows:
                        if not row[0]:
                            print("  missed", "(wrong)" if row[1] else "", row[4])
    return 0


if __name__ == "__main__":
    sys.exit(main())
