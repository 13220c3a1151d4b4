"""Fits the weights of name, title and company, and writes them as the table that the reader is built with.

    train.py PROGRAM TRAIN.jsonl DEV.jsonl [--out weights.rs]

Maximum likelihood of a log-linear model over triples of candidates (see fields/assign.rs), with a Gaussian prior.
Hints from word lists and addresses are blanked out on a share of the cards, so that place and size have to carry the
decision too: real names and titles are not in any list.
"""

import argparse
import itertools
import json
import random
import subprocess
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from score import plain

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "src-tauri/crates/capture/src/card/fields/weights.rs"
HINTS = [["given", "given_first"], ["role", "role_more", "role_first", "work"], ["trade"], ["local_part"], ["domain", "domain_whole"], ["slogan"]]
BLANKED = 0.25
PRIOR = 0.6
CONFUSED = {"l": "tiI", "ł": "lt", "ś": "s", "ż": "z", "ó": "o", "i": "l", "o": "0", "ą": "a", "ę": "e", "ö": "o", "é": "e", "rn": "m", "č": "c"}


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("program")
    args.add_argument("train", type=Path)
    args.add_argument("dev", type=Path)
    args.add_argument("--out", type=Path, default=TABLE)
    options = args.parse_args()
    names, train = load(options.program, options.train, noisy=True)
    _, dev = load(options.program, options.dev, noisy=False)
    weights = fit(names, train)
    for title, cards in (("train", train[:len(train) // 2]), ("dev", dev)):
        print(title, accuracy(names, weights, cards))
    options.out.write_text(table(names, weights))


def load(program, path, noisy):
    rng = random.Random(3)
    truths = [json.loads(line) for line in path.read_text().splitlines()]
    sheets = [[[garbled(text, rng) if noisy else text, jittered(box, truth["size"], rng)] for _, text, box, _ in truth["printed"]] for truth in truths]
    cards, names, lost, torn = [], None, 0, 0
    for truth, sheet, line in zip(truths, sheets, typed(program, sheets, "--measured")):
        measured = line["measured"][0]
        names = measured["unary_names"], measured["pair_names"]
        wanted = [targets(truth, sheet, field, measured) for field in ("name", "title", "company")]
        if any(target is None for target in wanted) or not measured["unary"]:
            lost += 1
            continue
        if clash(measured["overlaps"], wanted):
            torn += 1
            continue
        cards.append(arrays(measured, wanted, names, rng, blanked=False))
        if noisy:
            cards.append(arrays(measured, wanted, names, rng, blanked=True))
    print(f"{path.name}: {len(truths)} cards, {lost} without the right candidate, {torn} where two fields' right candidates overlap; both are left out")
    return names, cards


def garbled(text, rng):
    return "".join(rng.choice(CONFUSED[c]) if c in CONFUSED and rng.random() < 0.012 else c for c in text)


def jittered(box, size, rng):
    """As a detector sees it: hugging the letters, a little high or low."""
    unit = max(size)
    left, top, right, bottom = (v / unit for v in box)
    middle, half = (top + bottom) / 2, (bottom - top) / 2 * rng.uniform(0.86, 1.1)
    return [left, middle - half, right, middle + half]


def typed(program, sheets, *more):
    """What `program` makes of cards whose lines are typed: of each its text and its box."""
    feed = "".join(json.dumps(sheet) + "\n" for sheet in sheets)
    done = subprocess.run([program, "--typed", *more], input=feed, capture_output=True, text=True, check=True)
    return map(json.loads, done.stdout.splitlines())


def targets(truth, sheet, field, measured):
    """0 where the card has no such field, else the index of its candidate, else None."""
    lines = [garbled_text for (label, *_), (garbled_text, _) in zip(truth["printed"], sheet) if label == field]
    # On one line with another field, "name+title", it is a part of that line.
    parts = [truth[field] for label, *_ in truth["printed"] if field in label.split("+")]
    if not lines and not parts:
        return 0
    wanted = plain("".join(lines or parts[:1]))
    for index, text in enumerate(measured["texts"]):
        if plain(text) == wanted:
            return index + 1
    return None


def clash(overlaps, wanted):
    """True where no reader could choose all of `wanted` together, so that their likelihood is none."""
    return any(a and b and overlaps[a - 1][b - 1] for a, b in itertools.combinations(wanted, 2))


def arrays(measured, wanted, names, rng, blanked):
    unary = np.array(measured["unary"], np.float32)
    pairs = np.array(measured["pairs"], np.float32)
    if blanked:
        for group in HINTS:
            if rng.random() < BLANKED * 2:
                unary[:, [names[0].index(name) for name in group]] = 0
    count = len(unary) + 1
    padded = np.zeros((count, unary.shape[1]), np.float32)
    padded[1:] = unary
    both = np.zeros((count, count, pairs.shape[2]), np.float32)
    both[1:, 1:] = pairs
    overlap = np.zeros((count, count), bool)
    overlap[1:, 1:] = measured["overlaps"]
    return padded, both, np.where(overlap, -1e9, 0).astype(np.float32), wanted


def scores(card, u, p):
    unary, both, overlap, _ = card
    single, pair = unary @ u, both @ p
    nt, nc, tc = (pair[..., i] + overlap for i in range(3))
    return (single[:, None, None, 0] + single[None, :, None, 1] + single[None, None, :, 2] + nt[:, :, None] + nc[:, None, :] + tc[None, :, :])


def fit(names, cards):
    nu, npair = len(names[0]), len(names[1])

    def loss(flat):
        u, p = flat[:nu * 3].reshape(nu, 3), flat[nu * 3:].reshape(npair, 3)
        gu, gp, total = np.zeros_like(u), np.zeros_like(p), 0.0
        for card in cards:
            unary, both, _, (n, t, c) = card
            s = scores(card, u, p)
            top = s.max()
            e = np.exp(s - top)
            z = e.sum()
            total += np.log(z) + top - s[n, t, c]
            e /= z
            for label, (marginal, wanted) in enumerate(((e.sum((1, 2)), n), (e.sum((0, 2)), t), (e.sum((0, 1)), c))):
                gu[:, label] += marginal @ unary - unary[wanted]
            for label, (marginal, (a, b)) in enumerate(((e.sum(2), (n, t)), (e.sum(1), (n, c)), (e.sum(0), (t, c)))):
                gp[:, label] += np.tensordot(marginal, both, 2) - both[a, b]
        total += PRIOR / 2 * (flat ** 2).sum()
        return total / len(cards), (np.concatenate([gu.ravel(), gp.ravel()]) + PRIOR * flat) / len(cards)

    done = minimize(loss, np.zeros((nu + npair) * 3), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    print(f"loss {done.fun:.4f} after {done.nit} steps")
    return done.x[:nu * 3].reshape(nu, 3), done.x[nu * 3:].reshape(npair, 3)


def accuracy(names, weights, cards):
    right = np.zeros(3)
    for card in cards:
        s = scores(card, *weights)
        best = np.unravel_index(s.argmax(), s.shape)
        right += [a == b for a, b in zip(best, card[3])]
    return "name, title, company right: " + ", ".join(f"{100 * r / len(cards):.1f} %" for r in right)


def table(names, weights):
    out = ["//! The weights of the features, fitted by `bench/cards/train.py`; do not edit by hand.\n// A weight that happens to look like pi is none.\n#![allow(clippy::approx_constant)]\n"]
    for title, name, labels, rows in (
        ("By feature of one candidate: weight for name, title, company.", "UNARY", names[0], weights[0]),
        ("By feature of two candidates: weight for name and title, name and company, title and company.", "PAIR", names[1], weights[1]),
    ):
        out.append(f"\n/// {title}\npub(crate) const {name}: &[(&str, [f32; 3])] = &[\n")
        out += [f'    ("{label}", [{", ".join(f"{w:.2f}" for w in row)}]),\n' for label, row in zip(labels, rows)]
        out.append("];\n")
    return "".join(out)


if __name__ == "__main__":
    main()
