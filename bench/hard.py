#!/usr/bin/env python3
"""Draws badges that are hard to read, of invented people, for `bench/scan.py`: the same ones in every run.

How: a code's modules lie on a plane or a cylinder before a pinhole camera; each pixel of the photo looks nine times
through it. Then come the light, the lens and the sensor, and what a badge suffers: glare, scratches, a logo, a print in
dots. Each kind of trouble is a set of its own, from mild to beyond reading. When: `make bench-scan`, which compares every
reader on them; they are no part of the sets that the cascade was tuned on until now.
"""

import json
import pathlib
import sys

import numpy as np
from PIL import Image

PER_SET = 30
QUIET = 4
FIRST = ["Zofia", "Jan", "Łucja", "Piotr", "Hanna", "Jürgen", "Grace", "Oskar"]
LAST = ["Wierzba", "Sowa", "Brzoza", "Modrzew", "Lipowska", "Kestrel", "Amsel", "Dzięcioł"]


def text(rng, number):
    name, family = FIRST[rng.integers(8)], LAST[rng.integers(8)]
    kind = number % 5
    if kind == 0:
        return (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{family};{name};;;\r\nFN:{name} {family}\r\nORG:Pompy Wisła\r\n"
            f"EMAIL:{number}@pompy-wisla.example\r\nTEL:+486001{number:05}\r\nEND:VCARD\r\n"
        )
    if kind == 1:
        return f"MECARD:N:{family},{name};EMAIL:{number}@lipa.example;;"
    if kind == 2:
        return f"https://targi.example/b/{rng.integers(16**10):010x}"
    if kind == 3:
        return "".join(rng.choice(list("abcdefghijkmnpqrstuvwxyz23456789"), 32))
    return f"{rng.integers(16**8):08x}::{name}::{family}::Lipa Maszyny"


def modules(content, dots, level):
    """The code as a picture of `fine` by `fine` points a module, its quiet zone included, dark 0 and light 1."""
    import zxingcpp

    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    grid = np.asarray(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)) > 128
    side, fine = grid.shape[0], 12
    picture = np.kron(grid, np.ones((fine, fine)))
    if dots:
        at = (np.arange(side * fine) % fine + 0.5) / fine - 0.5
        round_ = np.hypot(*np.meshgrid(at, at)) < dots
        whole = np.zeros((side, side), bool)
        for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
            whole[top : top + 7, left : left + 7] = True
        picture = np.where(np.kron(whole, np.ones((fine, fine))) > 0, picture, np.where(round_, picture, 1.0))
    return np.pad(picture, QUIET * fine, constant_values=1.0), side, fine


def smooth(shape, rng, size):
    """Slow changes between 0 and 1, as light and clutter have them."""
    small = rng.random((shape[0] // size + 3, shape[1] // size + 3))
    big = Image.fromarray((small * 255).astype(np.uint8)).resize((shape[1] + size, shape[0] + size), Image.BICUBIC)
    return np.asarray(big)[: shape[0], : shape[1]] / 255.0


def photo(rng, content, size=(800, 600), module=6.0, turn=None, tilt=0.0, bend=0.0, dots=0.0, level="M", paint=None):
    """A badge on a cluttered table, 0 to 1. `tilt` and `bend` in radians, `module` in pixels at the middle."""
    picture, side, fine = modules(content, dots, level)
    if paint:
        picture = paint(picture.copy(), side, fine)
    turn = rng.uniform(-0.5, 0.5) if turn is None else turn
    width, height = size
    span = side + 2 * QUIET
    total, seen = np.zeros((height, width)), np.zeros((height, width))
    paper = 6  # modules of blank badge around the quiet zone
    for dy in (-1 / 3, 0, 1 / 3):
        for dx in (-1 / 3, 0, 1 / 3):
            x, y = np.meshgrid(np.arange(width) + dx - width / 2, np.arange(height) + dy - height / 2)
            x, y = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
            # A plane turned about the upright axis, at a distance of two badges.
            far = 2.0 * span * module
            with np.errstate(all="ignore"):
                u = x * far / (far * np.cos(tilt) - x * np.sin(tilt))
                v = y * (far + u * np.sin(tilt)) / far
                if bend:
                    radius = span * module / (2 * bend)
                    u = radius * np.arcsin(np.clip(u / radius, -1, 1))
            u, v = np.nan_to_num(u / module + span / 2, nan=-1e9), np.nan_to_num(v / module + span / 2, nan=-1e9)
            badge = (u > -paper) & (u < span + paper) & (v > -paper) & (v < span + 2 * paper)
            on = (u >= 0) & (u < span) & (v >= 0) & (v < span)
            column = np.clip((u * fine).astype(int), 0, picture.shape[1] - 1)
            row = np.clip((v * fine).astype(int), 0, picture.shape[0] - 1)
            letters = badge & (v > span + 2) & (v < span + 5) & ((u * 1.3) % 3 < 1.7)
            total += np.where(on, picture[row, column], np.where(letters, 0.1, 1.0)) * badge
            seen += badge
    table = 0.25 + 0.35 * smooth((height, width), rng, 37) + 0.15 * smooth((height, width), rng, 5)
    return (0.08 + 0.84 * total / 9) * (seen > 0) * (seen / 9) + table * (1 - seen / 9)


def lens(image, sigma):
    from PIL import ImageFilter

    blurred = Image.fromarray((image.clip(0, 1) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(sigma))
    return np.asarray(blurred) / 255.0


def sensor(image, rng, noise=0.02):
    return image + rng.normal(0, noise, image.shape)


def moved(image, rng, length):
    angle, out, steps = rng.uniform(0, np.pi), np.zeros_like(image), max(2, int(length * 2))
    for at in np.linspace(-length / 2, length / 2, steps):
        out += np.roll(image, (round(at * np.sin(angle)), round(at * np.cos(angle))), (0, 1))
    return out / steps


def spots(image, rng, count, size, value):
    """Soft round patches: glare where bright."""
    height, width = image.shape
    y, x = np.mgrid[:height, :width]
    for _ in range(count):
        cx, cy = width / 2 + rng.normal(0, width / 12), height / 2 + rng.normal(0, height / 10)
        wide, high = size * rng.uniform(0.6, 1.6, 2)
        weight = np.exp(-((((x - cx) / wide) ** 2 + ((y - cy) / high) ** 2) ** 2))
        image = image * (1 - weight) + value * weight
    return image


def scratched(rng, hard):
    def paint(picture, side, fine):
        whole = picture.shape[0]
        for _ in range(int(2 + 6 * hard)):
            x0, y0, x1, y1 = rng.uniform(0, whole, 4)
            y, x = np.mgrid[:whole, :whole]
            away = np.abs((y1 - y0) * (x - x0) - (x1 - x0) * (y - y0)) / np.hypot(x1 - x0, y1 - y0)
            picture[away < fine * (0.3 + 0.5 * hard)] = float(rng.integers(2))
        return picture

    return paint


def stained(rng, hard):
    """A corner of the code, a finder pattern among them, is torn away or covered."""

    def paint(picture, side, fine):
        corners = [(0, 0), (0, side - 7), (side - 7, 0)]
        top, left = corners[rng.integers(3)]
        lost = 1.0 + 5.0 * hard
        y, x = np.mgrid[: picture.shape[0], : picture.shape[1]] / fine - QUIET
        picture[np.hypot(y - top - 7 * (top > 0), x - left - 7 * (left > 0)) < lost] = float(rng.integers(2))
        return picture

    return paint


def logo(rng, hard):
    def paint(picture, side, fine):
        middle, half = picture.shape[0] // 2, side * fine * (0.08 + 0.10 * hard)
        y, x = np.mgrid[: picture.shape[0], : picture.shape[1]] - middle
        picture[np.hypot(y, x) < half * 1.15] = 1.0
        picture[np.hypot(y, x) < half] = 0.35
        return picture

    return paint


def blurred(rng, c, hard):
    return sensor(lens(photo(rng, c, module=6), 6 * (0.25 + 0.6 * hard)), rng)


def shaken(rng, c, hard):
    return sensor(moved(photo(rng, c, module=6), rng, 6 * (0.5 + 1.6 * hard)), rng)


def dim(rng, c, hard):
    image = photo(rng, c)
    return sensor(0.10 + image * (0.30 - 0.24 * hard), rng, 0.012 + 0.02 * hard)


def shaded(rng, c, hard):
    image = photo(rng, c)
    edge = np.add.outer(np.linspace(-1, 1, image.shape[0]) * rng.normal(), np.linspace(-1, 1, image.shape[1]) * rng.normal())
    return sensor(image * np.where(edge > rng.normal(0, 0.1), 1.0, 0.55 - 0.42 * hard), rng)


def glare(rng, c, hard):
    return sensor(spots(photo(rng, c), rng, 2, 20 + 60 * hard, 1.15), rng)


def tilted(rng, c, hard):
    return sensor(lens(photo(rng, c, module=7, tilt=0.5 + 0.75 * hard), 0.8), rng)


def curved(rng, c, hard):
    return sensor(lens(photo(rng, c, module=6, bend=0.4 + 0.9 * hard), 0.8), rng)


def far(rng, c, hard):
    return sensor(lens(photo(rng, c, size=(1280, 720), module=2.6 - 1.3 * hard), 0.5), rng, 0.012)


def dotted(rng, c, hard):
    return sensor(lens(photo(rng, c, dots=0.46 - 0.18 * hard), 0.7), rng)


def scratches(rng, c, hard):
    return sensor(lens(photo(rng, c, paint=scratched(rng, hard), level="Q"), 0.7), rng)


def stains(rng, c, hard):
    return sensor(lens(photo(rng, c, paint=stained(rng, hard), level="Q"), 0.7), rng)


def logos(rng, c, hard):
    return sensor(lens(photo(rng, c, paint=logo(rng, hard), level="H"), 0.7), rng)


def negative(rng, c, hard):
    return sensor(lens(1.0 - photo(rng, c, tilt=0.6 * hard), 0.8 + 1.5 * hard), rng)


SETS = [blurred, shaken, dim, shaded, glare, tilted, curved, far, dotted, scratches, stains, logos, negative]


def main():
    root = pathlib.Path(sys.argv[1]) / "qr"
    truth = {}
    for order, draw in enumerate(SETS):
        (root / draw.__name__).mkdir(parents=True, exist_ok=True)
        for number in range(PER_SET):
            rng = np.random.default_rng([2026, order, number])
            content = text(rng, number)
            image = draw(rng, content, number / (PER_SET - 1))
            name = f"{draw.__name__}/{number:02}.jpg"
            Image.fromarray((image.clip(0, 1) * 255).astype(np.uint8)).save(root / name, quality=88)
            truth[name] = [content.encode().hex()]
    (root / "truth.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    main()
