"""What the rules for fields miss where every letter is read: fields right over the lines that `generate.py lines` made.

    typed.py PROGRAM LINES.jsonl… [--wrong N]

Seconds for thousands of cards, so that a rule is judged on more than the photos that it was found by.
"""

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import score
from train import jittered, typed


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("program")
    args.add_argument("lines", nargs="+", type=Path)
    args.add_argument("--wrong", type=int, default=0, help="print this many wrong fields of each kind")
    args.add_argument("--field", default="", help="print those of this field alone")
    options = args.parse_args()
    for path in options.lines:
        truths = [json.loads(line) for line in path.read_text().splitlines()]
        report(path.name, truths, sorted_by(options.program, truths), options)


def sorted_by(program, truths):
    rng = random.Random(3)
    sheets = [[[text, jittered(box, truth["size"], rng)] for _, text, box, _ in truth["printed"]] for truth in truths]
    return [line["cards"][0] for line in typed(program, sheets)]


def report(title, truths, cards, options):
    counts, layouts = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    shown = defaultdict(int)
    for truth, card in zip(truths, cards):
        for field in score.FIELDS:
            verdict = score.right(field, truth, card)
            if verdict is None:
                continue
            for count in (counts[field], layouts[truth["layout"]]):
                count[0] += verdict
                count[1] += 1
            if not verdict and shown[field] < options.wrong and options.field in ("", field):
                shown[field] += 1
                wanted = score.printed_phones(truth) if field == "phone" else truth[field]
                got = card["address"]["text"] if field == "address" else card[field]
                print(f"  {truth['layout']} {field}: {wanted!r} read as {got!r}" + "".join(f"\n      {line[0]}: {line[1]}" for line in truth["printed"] if options.field))
    def share(count):
        return f"{100 * count[0] / max(1, count[1]):.1f}"
    good, of = sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values())
    print(f"{title}: {len(truths)} cards, {share([good, of])} % of fields right: " + ", ".join(f"{field} {share(counts[field])}" for field in score.FIELDS))
    print("  " + ", ".join(f"{layout} {share(count)}" for layout, count in sorted(layouts.items())))


if __name__ == "__main__":
    main()
