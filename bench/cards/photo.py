"""A photograph of a card, simulated: table, perspective, light, shadow, blur, noise."""

import cv2
import numpy as np

QUALITY = {"easy": 92, "med": 84, "hard": 68}
SIZE = (1600, 1200)
SHARE = {"easy": (0.78, 0.92), "med": (0.62, 0.8), "hard": (0.5, 0.68)}
TILT = {"easy": 0.02, "med": 0.07, "hard": 0.13}
TURN = {"easy": 4, "med": 10, "hard": 22}
BLUR = {"easy": 0.4, "med": 0.8, "hard": 1.35}
NOISE = {"easy": 2.5, "med": 5, "hard": 9}


def shoot(face, tier, rng):
    """The photo and the card's corners in it."""
    width, height = SIZE
    quad = corners(face.shape, tier, rng)
    source = np.float32([[0, 0], [face.shape[1], 0], [face.shape[1], face.shape[0]], [0, face.shape[0]]])
    matrix = cv2.getPerspectiveTransform(source, quad)
    # Draw at twice the size, so that thin strokes are averaged as a lens does it.
    double = np.diag([2.0, 2.0, 1.0]) @ matrix
    drawn = cv2.resize(cv2.warpPerspective(face, double, (width * 2, height * 2), flags=cv2.INTER_LINEAR), SIZE, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(cv2.warpPerspective(np.full(face.shape[:2], 255, np.uint8), double, (width * 2, height * 2)), SIZE, interpolation=cv2.INTER_AREA)
    table = ground(rng)
    shade = cv2.GaussianBlur(np.roll(mask, (12, 9), (0, 1)), (0, 0), 14).astype(np.float32)[..., None] / 255
    table = table * (1 - 0.45 * shade)
    alpha = mask.astype(np.float32)[..., None] / 255
    image = drawn.astype(np.float32) * alpha + table * (1 - alpha)
    image = light(image, tier, rng)
    image = cv2.GaussianBlur(image, (0, 0), BLUR[tier] * rng.uniform(0.7, 1.15))
    if tier == "hard" and rng.random() < 0.4:
        length = int(rng.integers(3, 6))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1.0 / length
        image = cv2.filter2D(image, -1, kernel)
    image += rng.normal(0, NOISE[tier] * rng.uniform(0.6, 1.1), image.shape)
    return np.clip(image, 0, 255).astype(np.uint8), quad.tolist()


def corners(shape, tier, rng):
    width, height = SIZE
    share = rng.uniform(*SHARE[tier])
    scale = min(width * share / shape[1], height * share / shape[0])
    w, h = shape[1] * scale / 2, shape[0] * scale / 2
    quad = np.float32([[-w, -h], [w, -h], [w, h], [-w, h]])
    quad += (rng.uniform(-1, 1, quad.shape) * TILT[tier] * min(w, h) * 2).astype(np.float32)
    angle = np.radians(rng.uniform(-TURN[tier], TURN[tier]))
    quad = quad @ np.float32([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    low, high = quad.min(0), quad.max(0)
    room = np.float32(SIZE) - (high - low) - 20
    if (room < 0).any():
        quad *= float(min((np.float32(SIZE) - 24) / (high - low)))
        low, high = quad.min(0), quad.max(0)
        room = np.maximum(np.float32(SIZE) - (high - low) - 20, 0)
    return (quad - low + 10 + room * rng.uniform(0.3, 0.7, 2)).astype(np.float32)


def ground(rng):
    """A table: plain, wooden, woven or speckled."""
    width, height = SIZE
    base = rng.uniform(40, 220) + rng.uniform(-28, 28, 3)
    table = np.ones((height, width, 3), np.float32) * base
    kind = rng.integers(4)
    if kind == 1:
        rows = cv2.GaussianBlur(rng.normal(0, 30, (height, 1)).astype(np.float32), (1, 31), 6)
        wave = np.sin(np.linspace(0, 8, width))[None] * 6
        table += (rows + wave)[..., None]
    elif kind == 2:
        yy, xx = np.mgrid[:height, :width]
        table += ((np.sin(xx / 5.0) + np.sin(yy / 5.0)) * 9)[..., None]
    elif kind == 3:
        table += cv2.resize(rng.normal(0, 28, (height // 6, width // 6)).astype(np.float32), SIZE)[..., None]
    return np.clip(table + rng.normal(0, 4, table.shape), 0, 255)


def light(image, tier, rng):
    """A gradient over the scene, a warm or cold lamp, and on hard ones a cast shadow or a gloss."""
    height, width = image.shape[:2]
    yy, xx = np.mgrid[:height, :width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(angle) * (xx / width - 0.5) + np.sin(angle) * (yy / height - 0.5))
    strength = {"easy": 0.15, "med": 0.35, "hard": 0.55}[tier]
    image = image * (1 + slope * strength)[..., None] * (1 + rng.uniform(-0.06, 0.06, 3))
    if tier != "easy" and rng.random() < 0.45:
        edge = 1 / (1 + np.exp(-(np.cos(angle + 1) * (xx - width * rng.uniform(0.3, 0.7)) + np.sin(angle + 1) * (yy - height * 0.5)) / 25))
        image = image * (1 - (0.25 if tier == "med" else 0.4) * edge)[..., None]
    if tier != "easy" and rng.random() < 0.35:
        x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height
        spot = np.exp(-(((xx - x) / 260) ** 2 + ((yy - y) / 200) ** 2))
        image = image + (spot * (45 if tier == "med" else 80))[..., None]
    return image * rng.uniform(0.8 if tier == "hard" else 0.9, 1.05)
