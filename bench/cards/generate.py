"""Makes photographs of invented cards, with the truth about them, for `make bench-cards` and for training.

    generate.py photos OUT --count 60 --seed 7 [--held-out] [--designs NAME]     photos in three tiers and gt.json
    generate.py lines OUT.jsonl --count 3000 --seed 1           lines and places only, for train.py

Needs Chromium, the designs' typefaces, Faker, NumPy and OpenCV; nothing it makes is committed.
"""

import argparse
import html
import json
import random
import re
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

import design
import fair
import fresh
import later
import people
import photo
import unseen

DESIGNS = {"design": design, "unseen": unseen, "fresh": fresh, "later": later, "fair": fair}
SCALE = 2
# More would be taller than the browser draws.
BATCH = 7


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("what", choices=["photos", "lines"])
    args.add_argument("out", type=Path)
    args.add_argument("--count", type=int, default=60)
    args.add_argument("--seed", type=int, default=7)
    args.add_argument("--held-out", action="store_true", help="titles that training never saw, too")
    args.add_argument("--designs", choices=DESIGNS, default="design", help="`design` for training, the others for a second opinion")
    args.add_argument("--chromium", default="chromium")
    options = args.parse_args()
    rng = random.Random(options.seed)
    made = []
    designs = DESIGNS[options.designs]
    installed([*designs.FACES, *getattr(designs, "SIGNED", [])])
    while len(made) < options.count:
        batch = [designs.card(people.invent(rng, options.held_out), rng, index) for index in range(200)]
        made += [(card, truth, lines) for (card, _), (truth, lines) in zip(batch, draw(batch, options.chromium)[0]) if tidy(truth, lines)]
    made = made[:options.count]
    if options.what == "lines":
        with options.out.open("w") as out:
            for _, truth, lines in made:
                out.write(json.dumps({**truth, "printed": lines}, ensure_ascii=False) + "\n")
        return
    options.out.mkdir(parents=True, exist_ok=True)
    records = []
    for start in range(0, len(made), BATCH):
        batch = made[start:start + BATCH]
        _, page = draw([(card, truth) for card, truth, _ in batch], options.chromium, picture=True)
        top = 0
        for _, truth, lines in batch:
            wide, high = (side * SCALE for side in truth["size"])
            face = page[top:top + high, :wide]
            top += high
            index = len(records)
            tier = ["easy", "med", "med", "hard"][index % 4]
            image, quad = getattr(designs, "shoot", photo.shoot)(face, tier, np.random.default_rng(options.seed * 1000 + index))
            name = f"own{index:03}.jpg"
            cv2.imwrite(str(options.out / name), image, [cv2.IMWRITE_JPEG_QUALITY, photo.QUALITY[tier]])
            records.append({"file": name, "tier": tier, "quad": quad, "lines": [line[1] for line in lines], **truth})
    (options.out / "gt.json").write_text(json.dumps(records, ensure_ascii=False, indent=1))


def installed(faces):
    """Ends the program where a typeface is missing, for which the browser would silently take another."""
    told = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    known = {name.replace("\\", "").strip() for line in told.splitlines() for name in line.split(",")}
    missing = sorted(set(faces) - known)
    if missing:
        raise SystemExit(f"Typefaces that are not installed: {', '.join(missing)}. `make cards-setup` installs Debian's packages.")


def draw(made, chromium, picture=False):
    """Has the browser set the cards; returns truth and lines of each, and the picture of all below one another."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "cards.html"
        page.write_text(design.PAGE.format(cards="".join(card for card, _ in made)))
        common = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                  f"--user-data-dir={folder}/profile", "--virtual-time-budget=4000"]
        dom = subprocess.run([*common, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True).stdout
        report = json.loads(html.unescape(re.search(r'<pre id="report">(.*?)</pre>', dom, re.S).group(1)))
        image = None
        if picture:
            high = sum(truth["size"][1] for _, truth in made)
            shot = Path(folder) / "cards.png"
            subprocess.run([*common, "--hide-scrollbars", f"--force-device-scale-factor={SCALE}", f"--window-size=1100,{high}", f"--screenshot={shot}", page.as_uri()], capture_output=True, check=True)
            image = cv2.imread(str(shot))
    return [(seen(truth, entry["lines"]), entry["lines"]) for (_, truth), entry in zip(made, report)], image


def tidy(truth, lines):
    """False where chance let two lines collide or one run off the card: no printer would deliver it."""
    wide, high = truth["size"]
    boxes = [line[2] for line in lines]
    inside = all(left > 8 and top > 4 and right < wide - 8 and bottom < high - 4 for left, top, right, bottom in boxes)
    apart = all(a[2] + 6 < b[0] or b[2] + 6 < a[0] or a[3] < b[1] + 3 or b[3] < a[1] + 3 for i, a in enumerate(boxes) for b in boxes[:i])
    return inside and apart


def seen(truth, lines):
    """Only what a design printed is true of the card."""
    printed = {field for line in lines for field in line[0].split("+")}
    out = dict(truth)
    for field, empty in (("address", []), ("website", ""), ("title", ""), ("company", "")):
        if field not in printed:
            out[field] = empty
    if "phone" not in printed:
        out["phones"] = []
    return out


if __name__ == "__main__":
    main()
