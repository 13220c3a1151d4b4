"""`make bench-cards`: how well cards are read, per field and tier, at what cost; Tesseract beside it.

    bench.py PROGRAM SET… [--light] [--every N] [--tesseract] [--wrong] [--floor] [--keep | --again]

PROGRAM is the example `bench_cards`; a SET is a folder with photos and gt.json.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import score

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "target/cards/lines"
EMPTY = {"name": "", "title": "", "company": "", "email": [], "phone": [], "website": "", "address": {"text": ""}, "confidence": {}}


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("program")
    args.add_argument("sets", nargs="+", type=Path)
    args.add_argument("--light", action="store_true")
    args.add_argument("--every", type=int, default=1)
    args.add_argument("--tesseract", action="store_true")
    args.add_argument("--wrong", action="store_true", help="print each field that is not right")
    args.add_argument("--floor", action="store_true", help="fail under the promised measures")
    args.add_argument("--keep", action="store_true", help="leave the lines as read in target/cards/lines")
    args.add_argument("--again", action="store_true", help="make the fields alone anew, of the lines that --keep left")
    options = args.parse_args()
    low = False
    for folder in options.sets:
        truths = json.loads((folder / "gt.json").read_text())[::options.every]
        rows = read(options, folder, truths)
        table = report(f"{folder.name}, {'light' if options.light else 'full'}", truths, rows, options)
        low |= table["easy+med"] < 0.97 or table["hard"] < 0.80
        if options.tesseract:
            report(f"{folder.name}, Tesseract pol+deu+eng, same fields", truths, tesseract(options, folder, truths), options)
    sys.exit(1 if options.floor and low else 0)


def read(options, folder, truths):
    kept = KEPT / f"{folder.resolve().name}{'-light' if options.light else ''}.jsonl"
    if options.again:
        done = subprocess.run([options.program, "--again"], stdin=kept.open(), capture_output=True, text=True, check=True)
        by_file = {Path(row["file"]).name: row for row in map(json.loads, done.stdout.splitlines())}
        return [chosen(by_file[truth["file"]]) for truth in truths]
    command = [options.program] + (["--light"] if options.light else []) + (["--keep"] if options.keep else []) + [str(folder / truth["file"]) for truth in truths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded, *rows = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"\nModels loaded in {loaded['load_ms']:.0f} ms, {loaded['load_cpu_ms']:.0f} ms of CPU")
    if options.keep:
        KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return [chosen(row) for row in rows]


def chosen(row):
    """The fullest of the photo's cards, and all lines."""
    row["card"] = max(row["cards"], key=lambda card: sum(map(bool, card.values())), default=EMPTY)
    row["read"] = [line[0] for lines in row["lines"] for line in lines]
    return row


def tesseract(options, folder, truths):
    """The peer reads the lines; the fields are found by the same program, so that reading alone differs."""
    rows = []
    for truth in truths:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = ["tesseract", str(folder / truth["file"]), "-", "-l", "pol+deu+eng", "--psm", "11", "tsv"]
        out = subprocess.run(command, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = words_to_lines(out)
        sorted_ = subprocess.run([options.program, "--typed"], input=json.dumps(lines) + "\n", capture_output=True, text=True, check=True)
        card = (json.loads(sorted_.stdout)["cards"] or [EMPTY])[0]
        rows.append({"card": {**EMPTY, **card}, "read": [line[0] for line in lines], "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "peak_mb": 0})
    return rows


def words_to_lines(tsv):
    lines = defaultdict(list)
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[11].strip() and float(cells[10]) > 30:
            lines[tuple(cells[1:5])].append([cells[11], *map(float, cells[6:10])])
    out = []
    for words in lines.values():
        left, top = min(w[1] for w in words), min(w[2] for w in words)
        right, bottom = max(w[1] + w[3] for w in words), max(w[2] + w[4] for w in words)
        out.append([" ".join(w[0] for w in words), [left / 1600, top / 1600, right / 1600, bottom / 1600]])
    return out


def report(title, truths, rows, options):
    tiers = {"easy": ["easy"], "med": ["med"], "hard": ["hard"], "easy+med": ["easy", "med"]}
    print(f"\n## {title}: {len(truths)} cards\n")
    print("| tier | " + " | ".join(score.FIELDS) + " | all | characters wrong | Polish |\n|---|" + "---|" * (len(score.FIELDS) + 3))
    table = {}
    calibration = []
    for tier, names in tiers.items():
        counts, cells = defaultdict(lambda: [0, 0]), []
        errors, polish = [0, 0], [0, 0]
        for truth, row in zip(truths, rows):
            if truth["tier"] not in names:
                continue
            for field in score.FIELDS:
                verdict = score.right(field, truth, row["card"])
                if verdict is None:
                    continue
                counts[field][0] += verdict
                counts[field][1] += 1
                if tier == truth["tier"]:
                    calibration.append((row["card"]["confidence"].get(field, 0), verdict))
                    if options.wrong and not verdict:
                        wanted = score.printed_phones(truth) if field == "phone" else truth[field]
                        print(f"  {truth['file']} {tier} {field}: {wanted!r} read as {row['card'][field] if field != 'address' else row['card']['address']['text']!r} ({row['card']['confidence'].get(field, 0):.2f})", file=sys.stderr)
            edits = score.character_errors(truth["lines"], row["read"])
            for total in [errors] + [polish] * (truth["lang"] == "pl"):
                total[0] += edits[0]
                total[1] += edits[1]
        cells = [f"{100 * counts[f][0] / max(1, counts[f][1]):.0f}" for f in score.FIELDS]
        good, of = sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values())
        table[tier] = good / max(1, of)
        print(f"| {tier} | " + " | ".join(cells) + f" | **{100 * table[tier]:.1f} %** | {100 * errors[0] / max(1, errors[1]):.1f} % | {100 * polish[0] / max(1, polish[1]):.1f} % |")
    cpu = [row["cpu"] for row in rows]
    print(f"\n{'When the lines were read: ' if options.again else ''}CPU {sum(cpu) / len(cpu):.2f} s a card (the longest {max(cpu):.2f}), peak memory {max(row['peak_mb'] for row in rows):.0f} MB")
    bins = [(0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01)]
    told = [(low, [v for c, v in calibration if low <= c < high], [c for c, v in calibration if low <= c < high]) for low, high in bins]
    print("Confidence stated and kept: " + ", ".join(f"{sum(c) / len(c):.2f} → {sum(v) / len(v):.2f} ({len(v)})" for _, v, c in told if v))
    return table


if __name__ == "__main__":
    main()
