"""Designs made later than `fresh.py`: other people, firms and wordings (`trades.py`), type and arrangements.

When: `make bench-cards CARDS=target/cards/later`, which installs the faces.
"""

import html

import trades
import unseen
from design import box
from unseen import icon

# One of them twice, so that the seeds draw as before.
FACES = ["Roboto Slab", "Roboto Slab", "National Park", "Junicode Two Beta", "Averia Sans GWF", "Averia Serif GWF", "Old Standard TT", "Karmilla", "JetBrains Mono", "FreeSans", "FreeSerif", "Doulos SIL", "Comic Neue"]
PAPERS = [("#ffffff", "#161616"), ("#ffffff", "#2d3436"), ("#fffdf5", "#40342a"), ("#eceff1", "#263238"), ("#dce8dc", "#1e2f23"), ("#f1dfd1", "#42261b"), ("#17202a", "#f7f9f9"), ("#241623", "#f2e9f0"), ("#0d3b2e", "#f4f1de"), ("#5c2a2a", "#fbeee6"), ("#1f4e79", "#ffffff"), ("#c9ada7", "#22223b")]
TONES = ["#9b2226", "#005f73", "#386641", "#bc6c25", "#5a189a", "#3d405b", "#006466"]
LETTER = {"phone": ["T", "P", "t", "☏"], "mobile": ["M", "m", "K"], "email": ["E", "e", "@"], "website": ["W", "w"]}


def card(owner, rng, index):
    """The HTML of one card and the truth about it."""
    owner = trades.otherwise(owner, rng, owner["held_out"])
    owner["phones"] = [text for _, text in owner["numbers"]]
    return unseen.set_card(owner, rng, index, LAYOUTS, Sheet, ("pillar", "bookmark"))


class Sheet(unseen.Sheet):
    """Parts that are worded and written in many ways."""

    def __init__(self, owner, rng, truth):
        super().__init__(owner, rng, truth)
        self.paper, self.ink = rng.choice(PAPERS)
        self.face = rng.choice(FACES)
        self.base = rng.uniform(24, 29) * {"JetBrains Mono": 0.82, "Roboto Slab": 0.93, "Old Standard TT": 1.08}.get(self.face, 1.0)
        self.accent = rng.choice(TONES) if self.paper in ("#ffffff", "#fffdf5", "#eceff1") else self.ink
        self.labels = rng.choice(["words", "words", "letters", "none"])

    def name(self, size=1.7, more="font-weight:600;"):
        """Capitals, small capitals, spaced letters or the family name first, with titles about it."""
        owner, rng = self.owner, self.rng
        first, last, roll = owner["first"], owner["last"], rng.random()
        if roll < 0.14:
            more += "letter-spacing:.16em;"
            first, last, size = first.upper(), last.upper(), size * 0.8
        elif roll < 0.22:
            more += "font-variant:small-caps;"
        elif roll < 0.3:
            last = last.upper()
        elif roll < 0.36:
            first, last = last.upper(), first
        elif roll < 0.44:
            first, last = first.upper(), last.upper()
        name = f"{first} {last}"
        self.truth["name"] = name
        if rng.random() < 0.12:
            return self.line("name", f"{owner['prefix']} {first}".strip(), size, more) + self.line("name", last, size, more)
        return self.line("name", f"{owner['prefix']} {name}".strip() + (f", {owner['suffix']}" if owner.get("suffix") else ""), size, more)

    def job(self, size=1.0, more=""):
        text, roll = self.owner["title"], self.rng.random()
        if roll < 0.14:
            return self.line("title", text.upper(), size * 0.82, more + "letter-spacing:.12em;")
        if roll < 0.24:
            return self.line("title", text.lower(), size, more)
        words = text.split()
        if len(words) > 3 and roll < 0.5:
            return self.line("title", " ".join(words[:2]), size, more) + self.line("title", " ".join(words[2:]), size, more)
        return self.line("title", text, size, more)

    def firm(self, size=1.25, more="font-weight:600;"):
        text, roll = self.owner["company"], self.rng.random()
        if roll < 0.12:
            text, more, size = text.upper(), more + "letter-spacing:.1em;", size * 0.8
        elif roll < 0.22:
            more += "font-variant:small-caps;"
        words = text.split()
        if len(words) > 3 and (roll > 0.75 or len(text) > 34):
            half = (len(words) + 1) // 2
            return "".join(self.line("company", " ".join(part), size, more + f"color:{self.accent};") for part in (words[:half], words[half:]))
        return self.line("company", text, size, more + f"color:{self.accent};")

    def claim(self, more=""):
        return self.line("slogan", self.owner["claim"], 0.82, more) if self.rng.random() < 0.45 else ""

    def group(self, size=1.0, more=""):
        return self.line("group", self.owner["group"], size, more)

    def register(self):
        return self.line("register", self.owner["register"], 0.8) if self.rng.random() < 0.5 else ""

    def address(self, joined=None):
        lines, rng = self.owner["address"], self.rng
        if not lines:
            return ""
        if joined or joined is None and rng.random() < 0.35:
            text = rng.choice([", ", ", ", " | ", " · ", " – "]).join(lines)
            if len(text) < 52:
                lines = [text]
        return "".join(self.line("address", text, 0.95) for text in lines)

    def rows(self):
        """Kind, field and text of each contact, worded in this card's way; e-mail first at times."""
        owner, rng = self.owner, self.rng
        fixed, mobile = trades.PHONES[owner["lang"]]
        def marked(kind, words):
            mark = rng.choice(words if self.labels == "words" else LETTER[kind]) if self.labels != "none" else ""
            return mark + rng.choice([" ", "  ", ": " if mark and mark[-1].isalpha() else " "]) if mark else ""
        phones = [("mobile" if cell else "phone", "phone", marked("mobile" if cell else "phone", mobile if cell else fixed) + text) for cell, text in owner["numbers"]]
        if owner["fax"] and owner["numbers"]:
            phones.append(("fax", "fax", f"{rng.choice(trades.FAXES[owner['lang']])} {owner['fax']}"))
        self.truth["phones"], self.truth["fax"] = owner["phones"], ""
        net = [("email", "email", marked("email", trades.MAILS) + owner["email"])]
        if owner["website"]:
            net.append(("website", "website", marked("website", trades.SITES) + owner["website"]))
        return phones + net if rng.random() < 0.75 else net + phones

    def contacts(self):
        return "".join(self.line(field, text, 0.95, "white-space:pre;") for _, field, text in self.rows())

    def bare_rows(self):
        """As `rows`, without labels and fax: an icon or a column says what each is."""
        self.labels = "none"
        return [row for row in self.rows() if row[1] != "fax"]

    def rule(self, css=""):
        return f'<div style="height:2px;background:{self.accent};{css}"></div>'

    def space(self, times=1.0):
        return f'<div style="height:{self.base * times:.0f}px"></div>'


def middle(inner, css=""):
    return box(inner, "top:0;bottom:0;display:flex;flex-direction:column;justify-content:center;" + css)


def photograph(s, width, high):
    """What a portrait is to a reader: a picture without letters."""
    hue = s.rng.randrange(360)
    return (f'<svg width="{width}" height="{high}" viewBox="0 0 100 120" preserveAspectRatio="xMidYMid slice"><rect width="100" height="120" fill="hsl({hue},25%,62%)"/>'
            f'<path d="M8 120c0-40 84-40 84 0z" fill="hsl({(hue + 150) % 360},30%,28%)"/><ellipse cx="50" cy="50" rx="21" ry="27" fill="#d8a888"/><path d="M28 46c0-38 44-38 44 0-8-18-36-18-44 0z" fill="#3b2a20"/></svg>')


def lay_frame(s, rng):
    """A frame of two lines, all in the middle."""
    frame = f'<div style="position:absolute;inset:18px;border:2px solid {s.accent};outline:1px solid {s.accent};outline-offset:-8px"></div>'
    return frame + middle(s.name(1.6) + s.job(0.95) + s.space(0.7) + s.firm(1.1) + s.claim() + s.space(0.7) + s.contacts() + s.address(), "left:60px;right:60px;text-align:center")


def lay_portrait(s, rng):
    """A portrait at one side, cut off by the edge."""
    side, other = rng.choice([("left", "right"), ("right", "left")])
    return box(photograph(s, 300, 700), f"{side}:0;top:0;bottom:0;width:300px;overflow:hidden") + middle(s.name(1.5) + s.job() + s.space(0.8) + s.firm(1.05) + s.space(0.8) + s.contacts() + s.address(), f"{other}:40px;width:640px")


def lay_monogram(s, rng):
    """Letters of the firm, large, joined by a sign; the firm's name beneath in small type."""
    letters = [word[0].upper() for word in s.owner["core"].split() if word[0].isalpha()][:2]
    mark = s.line("logo", rng.choice(["", "+", "&", "/"]).join(letters), 4.2, f"font-weight:700;color:{s.accent};line-height:1;")
    return middle(mark + s.space(0.5) + s.firm(0.9) + s.claim(), "left:45px;width:430px") + middle(s.name(1.4) + s.job(0.95) + s.space(1.2) + s.contacts() + s.space(0.5) + s.address(), "left:520px;right:20px")


def lay_group(s, rng):
    """A group's mark over its subsidiary, which stands with its address and numbers at the foot."""
    return box(s.group(1.5, f"color:{s.accent};font-weight:700;"), "right:50px;top:45px") + box(s.name(1.5) + s.job(), "left:50px;top:130px") + box(s.firm(1.0) + s.address(False) + s.register(), "left:50px;bottom:40px;max-width:500px") + box(s.contacts(), "left:590px;bottom:40px")


def lay_member(s, rng):
    """The firm above; below all a line says whose it is."""
    return box(s.firm(1.5) + s.claim(), "left:55px;top:45px") + box(s.name(1.35) + s.job(0.95), "left:55px;top:190px") + box(s.contacts() + s.space(0.4) + s.address(True) + s.space(0.5) + s.group(0.8), "left:55px;bottom:30px")


def lay_services(s, rng):
    """What is on offer stands as large as the work."""
    lines = s.owner["claims"].split("|")
    offers = "".join(s.line("slogan", text.strip(), 0.85) for text in rng.sample(lines, 2))
    return box(s.firm(1.4) + offers, "left:50px;top:40px;max-width:900px") + s_mid(s, s.name(1.3) + s.job(0.95)) + box(s.address(), "left:50px;bottom:45px") + box(s.contacts(), "right:50px;bottom:45px;text-align:right")


def s_mid(s, inner):
    return box(s.rule("width:100%;margin-bottom:14px") + inner, "left:50px;right:50px;top:230px")


def lay_columns(s, rng):
    """Labels and values in columns of a table."""
    lang = s.owner["lang"]
    fixed, mobile = trades.PHONES[lang]
    marks = {"phone": rng.choice(fixed), "mobile": rng.choice(mobile), "email": rng.choice(["E-Mail", "e-mail", "mail"]), "website": rng.choice(["Web", "www", "Internet"])}
    cells = "".join(f'<div style="display:flex"><div style="width:{s.base * 7:.0f}px">{s.line("label", marks[kind].strip(":"), 0.8, f"color:{s.accent};")}</div>{s.line(field, text, 0.95)}</div>' for kind, field, text in s.bare_rows())
    return box(s.name(1.55) + s.job(), "left:55px;top:48px") + box(s.firm(1.1) + s.address(), "left:55px;top:205px") + box(cells, "left:55px;bottom:45px")


def lay_tongues(s, rng):
    """The work twice, side by side in two languages; either is right."""
    other = s.owner["second"]
    title = s.owner["title"]
    s.truth["titles"] = [title, other, f"{title} {other}"]
    slash = rng.random() < 0.5
    both = s.line("title", f"{title} / {other}", 0.95) if slash else f'<div style="display:flex;gap:{s.base * 3:.0f}px">{s.line("title", title, 0.95)}{s.line("title2", other, 0.95, "font-style:italic;")}</div>'
    return box(s.name(1.6) + both, "left:50px;top:50px") + box(s.firm(1.2) + s.claim(), "left:50px;top:230px") + box(s.address(), "left:50px;bottom:45px") + box(s.contacts(), "right:50px;bottom:45px")


def lay_foot(s, rng):
    """One or two dense lines at the foot hold all that can be dialled or typed."""
    bar = rng.choice(["  |  ", "  ·  ", "   ", "  /  "])
    rows = s.rows()
    pairs = [rows[i:i + 2] for i in range(0, len(rows), 2)]
    foot = "".join(s.line("+".join(field for _, field, _ in pair), bar.join(text for _, _, text in pair), 0.88, "white-space:pre;") for pair in pairs)
    return box(s.firm(1.8), "left:50px;top:60px") + box(s.name(1.3) + s.job(0.95), "left:50px;top:235px") + box(s.rule("width:900px;margin-bottom:12px") + s.address(True) + foot, "left:50px;bottom:35px")


def lay_last(s, rng):
    """The contacts at the head, the person at the foot at the right, work above the name."""
    return box(s.contacts(), "left:50px;top:45px") + box(s.address(), "right:50px;top:45px;text-align:right") + box(s.firm(1.25) + s.claim(), "left:50px;bottom:50px;max-width:480px") + box(s.job(0.95) + s.name(1.45), "right:50px;bottom:50px;text-align:right")


def lay_marked(s, rng):
    """An icon behind each value at the right edge."""
    cells = "".join(f'<div style="display:flex;gap:16px;align-items:center;justify-content:flex-end;margin:3px 0">{s.line(field, text, 0.95)}{icon(kind, s.accent, s.base * 1.1)}</div>' for kind, field, text in s.bare_rows())
    return box(s.firm(1.3), "left:50px;top:50px;max-width:520px") + box(s.name(1.4) + s.job(), "left:50px;bottom:55px;max-width:500px") + middle(cells + s.address(), "right:45px;text-align:right")


def lay_pillar(s, rng):
    """Upright and centred, a round portrait at the head."""
    s.base = min(s.base, 23)
    head = f'<div style="width:210px;height:210px;border-radius:50%;overflow:hidden;margin:0 auto">{photograph(s, 210, 210)}</div>'
    return box(head + s.space(0.8) + s.name(1.35) + s.job(0.9), "left:15px;right:15px;top:50px;text-align:center") + box(s.contacts() + s.space(0.7) + s.address(), "left:15px;right:15px;top:500px;text-align:center") + box(s.firm(1.05), "left:15px;right:15px;bottom:55px;text-align:center")


def lay_bookmark(s, rng):
    """Upright, a coloured head with the firm, the rest at the left edge."""
    s.base = min(s.base, 23)
    ground, s.accent = (s.accent, s.paper) if s.accent != s.ink else (s.ink, s.paper)
    head = s.firm(1.25)
    s.accent = ground
    return box(head, f"left:0;right:0;top:0;height:230px;background:{ground};display:flex;flex-direction:column;justify-content:center;padding-left:40px;box-sizing:border-box") + box(s.name(1.4) + s.job(), "left:40px;top:300px") + box(s.contacts() + s.space(0.7) + s.address(False) + s.space(0.7) + s.register(), "left:40px;bottom:60px")


def lay_desks(s, rng):
    """Two people's numbers: the owner's, and the office's with a word of whose it is."""
    lang = s.owner["lang"]
    desk = {"pl": "Sekretariat", "de": "Sekretariat", "en": "Reception", "cs": "Recepce", "fr": "Secrétariat", "es": "Recepción", "it": "Segreteria"}[lang]
    rows = s.rows()
    office = trades.written(rng, trades.people.number(rng, s.owner["country"], False))
    s.truth["phones"] = [*s.truth["phones"], office]
    drawn = "".join(s.line(field, text, 0.95, "white-space:pre;") for _, field, text in rows)
    return box(s.name(1.5) + s.job(), "left:50px;top:50px") + box(s.firm(1.1), "left:50px;top:200px") + box(drawn, "left:50px;bottom:45px") + box(s.address(False) + s.line("phone", f"{desk}: {office}", 0.9), "right:50px;bottom:45px;text-align:right")


def lay_margin(s, rng):
    """A wide margin, small light type, the name no larger than the rest."""
    s.base *= 0.95
    return box(s.line("logo", html.unescape("&#9670;"), 1.6, f"color:{s.accent};"), "left:60px;top:60px") + box(s.name(1.1, "font-weight:700;") + s.job() + s.space(1) + s.firm(1.0, "") + s.address(False), "left:330px;top:60px") + box(s.contacts(), "left:330px;bottom:55px")


LAYOUTS = [(name[4:], lay) for name, lay in list(globals().items()) if name.startswith("lay_")]
