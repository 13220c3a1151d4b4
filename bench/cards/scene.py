"""A photograph as staff take it at a fair: `photo.py`'s lens over other tables, with fingers, shadows, gloss and neighbours.

A card lies on a patterned cloth or is held, bends a little, has other cards about it, and the lamp is what it is.
"""

import cv2
import numpy as np

import photo
from photo import SIZE

CURL = {"easy": 0, "med": 9, "hard": 18}


def shoot(face, tier, rng):
    """The photo and the card's corners in it."""
    width, height = SIZE
    sheet, cover = curled(face, CURL[tier] * rng.uniform(-1, 1))
    quad = photo.corners(sheet.shape, tier, rng)
    image = cloth(rng)
    if tier != "easy" and rng.random() < 0.4:
        neighbours(image, quad, rng)
    held = rng.random() < 0.3
    if held:
        image = cv2.GaussianBlur(image, (0, 0), 9)
    image = laid(image, sheet, cover, quad, 0.15 if held else 0.45)
    if held:
        fingers(image, quad, rng)
    image = lit(photo.light(image, tier, rng), tier, rng)
    image = cv2.GaussianBlur(image, (0, 0), photo.BLUR[tier] * rng.uniform(0.7, 1.15))
    dim = rng.uniform(0.38, 0.6) if tier == "hard" and rng.random() < 0.35 else 1.0
    # A dark room's noise comes in grains of a few pixels, since the camera smooths it.
    noise = photo.NOISE[tier] * rng.uniform(0.6, 1.1)
    grain = cv2.GaussianBlur(rng.normal(0, 2.2 * noise, image.shape), (0, 0), 0.9)
    image = image * dim * (1 + (rng.uniform(-0.1, 0.1, 3) if dim < 1 else 0)) + (grain if dim < 1 else rng.normal(0, noise, image.shape))
    return np.clip(image, 0, 255).astype(np.uint8), quad.tolist()


def curled(face, depth):
    """The card bent like a piece of a cylinder: its middle rises by `depth` pixels; where it is, and where it is not."""
    high, wide = face.shape[:2]
    room = int(abs(depth)) + 2
    yy, xx = np.mgrid[:high + 2 * room, :wide].astype(np.float32)
    bend = depth * np.sin(np.pi * xx / wide)
    cover = np.full((high, wide), 255, np.uint8)
    y = yy - room + bend
    shade = 1 + 0.05 * (depth / 18) * np.cos(np.pi * xx / wide)
    sheet = cv2.remap(face, xx, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.clip(sheet * shade[..., None], 0, 255).astype(np.uint8), cv2.remap(cover, xx, y, cv2.INTER_LINEAR)


def laid(image, sheet, cover, quad, depth):
    width, height = SIZE
    high, wide = sheet.shape[:2]
    matrix = np.diag([2.0, 2.0, 1.0]) @ cv2.getPerspectiveTransform(np.float32([[0, 0], [wide, 0], [wide, high], [0, high]]), quad)
    drawn, alpha = (cv2.resize(cv2.warpPerspective(part, matrix, (width * 2, height * 2)), SIZE, interpolation=cv2.INTER_AREA).astype(np.float32) for part in (sheet, cover))
    shade = cv2.GaussianBlur(np.roll(alpha, (10, 7), (0, 1)), (0, 0), 12)[..., None] / 255
    alpha = alpha[..., None] / 255
    return drawn * alpha + image * (1 - depth * shade) * (1 - alpha)


def cloth(rng):
    """Checks, stripes, dots, a grey counter, or papers."""
    width, height = SIZE
    yy, xx = np.mgrid[:height, :width].astype(np.float32)
    one, other = rng.uniform(60, 235, 3), rng.uniform(40, 220, 3)
    turn, pitch = rng.uniform(0, np.pi), rng.uniform(24, 90)
    u = (xx * np.cos(turn) + yy * np.sin(turn)) / pitch
    v = (yy * np.cos(turn) - xx * np.sin(turn)) / pitch
    kind = rng.integers(5)
    if kind == 0:
        share = ((u % 1 < 0.5).astype(np.float32) + (v % 1 < 0.5)) / 2
    elif kind == 1:
        share = (u % 1 < rng.uniform(0.15, 0.5)).astype(np.float32)
    elif kind == 2:
        share = (((u % 1) - 0.5) ** 2 + ((v % 1) - 0.5) ** 2 < 0.06).astype(np.float32)
    elif kind == 3:
        share = cv2.resize(rng.random((height // 40, width // 40)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC) * 0.25
    else:
        share = (np.sin(u * 0.6) * np.sin(v * 0.6) > 0.2).astype(np.float32) * 0.35
    share = cv2.GaussianBlur(share, (0, 0), 1.2)[..., None]
    return np.clip(one * (1 - share) + other * share + rng.normal(0, 4, (height, width, 3)), 0, 255).astype(np.float32)


def neighbours(image, quad, rng):
    """Pieces of other cards at the picture's edge, with strokes for print."""
    width, height = SIZE
    for _ in range(rng.integers(1, 3)):
        card = np.full((330, 560, 3), rng.uniform(190, 250), np.uint8)
        for row in range(rng.integers(2, 5)):
            cv2.putText(card, rng.choice(["Messe", "Hala 4", "Halle 7", "Stand B12", "Expo", "Forum"]), (30, 70 + row * 60), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (60, 60, 60), 2, cv2.LINE_AA)
        middle = np.float32([rng.choice([-60, width + 60]), rng.uniform(0, height)]) if rng.random() < 0.5 else np.float32([rng.uniform(0, width), rng.choice([-40, height + 40])])
        turn = cv2.getRotationMatrix2D((280, 165), float(rng.uniform(-80, 80)), 1.0)
        turn[:, 2] += middle - np.float32([280, 165])
        cover = cv2.warpAffine(np.full(card.shape[:2], 255, np.uint8), turn, SIZE)
        image[cover > 127] = cv2.warpAffine(card, turn, SIZE)[cover > 127]


def fingers(image, quad, rng):
    """A thumb over the card's margin, from the edge that is nearest to the holder."""
    skin = np.float32([120, 150, 205]) * rng.uniform(0.55, 1.08)
    low, side = quad[3:1:-1], rng.random() < 0.5
    a, b = (low[0], low[1]) if side else (quad[0], quad[3])
    middle = quad.mean(0)
    for share in (rng.uniform(0.25, 0.75),):
        edge = a + (b - a) * share
        inward = (middle - edge) / np.linalg.norm(middle - edge)
        tip, root = edge + inward * 12, edge - inward * 420
        mask = np.zeros(SIZE[::-1], np.uint8)
        cv2.line(mask, tuple(map(int, tip)), tuple(map(int, root)), 255, int(rng.uniform(70, 105)), cv2.LINE_AA)
        shade = cv2.GaussianBlur(mask, (0, 0), 10).astype(np.float32)[..., None] / 255
        image *= 1 - 0.3 * shade
        alpha = cv2.GaussianBlur(mask, (0, 0), 2).astype(np.float32)[..., None] / 255
        image[:] = image * (1 - alpha) + skin * (0.75 + 0.25 * shade) * alpha


def lit(image, tier, rng):
    """The phone's or a hand's shadow with a soft edge; a streak of gloss from a lamp above."""
    width, height = SIZE
    if tier != "easy" and rng.random() < 0.45:
        shadow = np.zeros((height, width), np.uint8)
        centre = (rng.uniform(0.2, 0.8) * width, rng.uniform(0.6, 1.1) * height)
        cv2.fillConvexPoly(shadow, np.int32(cv2.boxPoints((centre, (rng.uniform(400, 700), rng.uniform(800, 1300)), float(rng.uniform(-40, 40))))), 255)
        soft = cv2.GaussianBlur(shadow, (0, 0), rng.uniform(12, 45)).astype(np.float32)[..., None] / 255
        image = image * (1 - (0.3 if tier == "med" else 0.5) * soft)
    if tier != "easy" and rng.random() < 0.3:
        yy, xx = np.mgrid[:height, :width].astype(np.float32)
        turn = rng.uniform(0, np.pi)
        far = (xx - rng.uniform(0.2, 0.8) * width) * np.cos(turn) + (yy - rng.uniform(0.2, 0.8) * height) * np.sin(turn)
        image = image + (np.exp(-(far / rng.uniform(30, 90)) ** 2) * (50 if tier == "med" else 95))[..., None]
    return image
