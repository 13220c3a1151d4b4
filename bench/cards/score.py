"""Compares fields with the truth: case, spacing and punctuation aside."""

import re
import unicodedata

# An extension belongs to no number in E.164; one that is dialled along is right too.
EXTENSION = re.compile(r"\s+(?:ext\.?|x|wewn?\.|w\.|DW:?|App\.|Kl\.|kl\.|linka|int\.|poste)\s*(?=\d+$)", re.I)
FIELDS = ["name", "title", "company", "email", "phone", "website", "address"]


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFC", text).casefold() if c.isalnum())


def national(text):
    """The digits that follow country code or trunk zero, and the digits with the code where it is printed."""
    number = re.sub(r"\(0\)", "", re.sub(r"^[^\d+(]*", "", text))
    digits = re.sub(r"\D", "", number)
    if digits.startswith("00"):
        return digits[2:]
    return digits if number.strip(" (").startswith("+") else digits.removeprefix("0")


def site(text):
    return plain(re.sub(r"^https?://", "", text.strip().casefold()).removeprefix("www."))


def printed_phones(truth):
    if "phones" in truth:
        return truth["phones"]
    # In the other set only the printed line tells a fax.
    fax = [match for line in truth["lines"] for match in re.findall(r"(?i)(?:fax|faks)\W*([\d\s()+./-]+)", line)]
    return [text for text in (truth["phone"], truth.get("phone2")) if text and not any(national(text) == national(other) for other in fax)]


def right(field, truth, card):
    """True, false, or None where the card has no such field."""
    if field == "phone":
        wanted = [tuple({national(text), national(EXTENSION.split(text)[0])}) for text in printed_phones(truth)]
        got = [re.sub(r"\D", "", text) for text in card["phone"]]
        return wanted_or_none(wanted, got) if not wanted else len(wanted) == len(got) and all(any(g.endswith(w) for g in got) for w in wanted)
    if field == "email":
        return [plain(truth["email"])] == [plain(text) for text in card["email"]]
    if field == "website":
        return wanted_or_none(site(truth["website"]), site(card["website"])) if not truth["website"] else site(truth["website"]) == site(card["website"])
    if field == "title" and "titles" in truth:
        return plain(card["title"]) in map(plain, truth["titles"])
    wanted = plain(" ".join(truth["address"])) if field == "address" else plain(truth[field] or "")
    got = plain(card["address"]["text"]) if field == "address" else plain(card[field])
    return wanted_or_none(wanted, got) if not wanted else wanted == got


def wanted_or_none(wanted, got):
    """An absent field that was left empty is not counted; one that was made up is wrong."""
    return None if not got else False


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def character_errors(printed, read):
    """Edits and letters: each printed line against its nearest among the lines read, spaces aside."""
    read = ["".join(line.split()) for line in read]
    everything = "".join(read)
    edits = letters = 0
    for line in printed:
        line = "".join(line.split())
        letters += len(line)
        if line in everything:
            continue
        edits += min([distance(line, other) for other in read if abs(len(other) - len(line)) < len(line)] + [len(line)])
    return edits, letters
