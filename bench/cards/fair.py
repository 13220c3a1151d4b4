"""Cards as they lie in a fair's fishbowl: templates of printing services, drawn by rules that share nothing with the others'.

When: `make bench-cards CARDS=target/cards/fair`; photographed by `scene.py`. Words, numbers' spellings and arrangements are
its own: icon fonts, a signature, labels above, behind or between, extensions, an e-mail on two lines, no firm but the logo.
"""

import html

import people
import scene
from fishbowl import CLAIMS, EXTENSIONS, FIRMS, POSTNOMINALS, POWERS, WORK, dial, streets

shoot = scene.shoot

BODY = ["Roboto", "Open Sans", "Lato", "PT Sans", "Arimo", "Roboto Light", "Oxygen-Sans", "Noto Sans", "Karla", "Tinos", "PT Serif", "Inter", "Yrsa", "Carlito"]
THIN = ["Lato Light", "Roboto Light", "Roboto Thin", "Lato Thin", "League Spartan Light"]
SCRIPT = ["Kaushan Script", "TeX Gyre Chorus"]
HEAVY = ["Bebas Neue", "Roboto Condensed", "Lato Black", "League Spartan", "PT Sans Narrow"]
FACES = BODY + THIN + SCRIPT + HEAVY + ["FontAwesome"]
PAIRS = [("#ffffff", "#333333", "#00838f"), ("#ffffff", "#1d2939", "#d9480f"), ("#fafafa", "#222222", "#2f9e44"), ("#ffffff", "#4a4a4a", "#b00020"), ("#f8f5f0", "#3a3027", "#8a6d3b"), ("#20262e", "#f1f3f5", "#ffd43b"), ("#0b2545", "#ffffff", "#8da9c4"), ("#283618", "#fefae0", "#dda15e"),
         ("#fff0f3", "#590d22", "#c9184a"), ("#e7f5ff", "#0b3d63", "#1971c2"), ("#111111", "#eeeeee", "#c0a062")]
ICON = {"phone": "\uf095", "mobile": "\uf10b", "email": "\uf0e0", "website": "\uf0ac", "address": "\uf041"}


def card(owner, rng, index):
    """The HTML of one card and the truth about it."""
    owner = invented(owner, rng)
    layout, lay = rng.choice(LAYOUTS)
    truth = {key: owner[key] for key in ("country", "lang", "name", "prefix", "title", "company", "email", "website", "address", "phones")} | {"fax": "", "layout": layout}
    page = Page(owner, rng, truth)
    wide, high = (600, 1030) if layout in ("ribbon", "stack") else rng.choice([(1050, 600), (1063, 685), (1004, 650)])
    body = lay(page, rng)
    truth["size"] = [wide, high]
    style = f"width:{wide}px;height:{high}px;background:{page.paper};color:{page.ink};font:{page.px:.1f}px/{rng.uniform(1.22, 1.5):.2f} '{page.body}'"
    return f'<div class="card" id="c{index}" style="{style}">{body}</div>', truth


def invented(owner, rng):
    """The owner with a firm, work, numbers and address in the ways of this family."""
    country, lang = owner["country"], owner["lang"]
    first, last = owner["first"].split()[0], owner["last"]
    if country in ("US", "GB") and rng.random() < 0.3:
        first += f" {rng.choice('ABCDEFGHJKLMPRSTW')}."
    elif country == "ES" and rng.random() < 0.6:
        last = f"{last.split('-')[0]} {rng.choice(['García', 'Romero', 'Molina', 'Serrano', 'Prieto', 'Cano'])}"
    # Training sees every other word, which leaves some to the cards that are held out.
    firms, work, claims = (lists[lang].split("|")[::1 if owner["held_out"] else 2] for lists in (FIRMS, WORK, CLAIMS))
    core = rng.choice(firms)
    form = rng.choice(people.FORMS[country]) if rng.random() < 0.7 else ""
    domain = people.domain_of(rng, core, country) if rng.random() < 0.8 else people.slug(core)[:18] + rng.choice([".com", ".eu", ".io"])
    local = people.local(rng, first, last.split()[0])
    kinds = rng.choice([[True], [False], [False, True], [False, True], [True, True], [False, True], [False, False]])
    numbers = [(mobile, dial(rng, country, mobile)) for mobile in kinds]
    if not kinds[0] and rng.random() < 0.25:
        numbers[0] = (False, numbers[0][1] + " " + rng.choice(EXTENSIONS[country]).format(rng.randint(10, 480)))
    return owner | {
        "first": first, "last": last, "name": f"{first} {last}", "core": core, "company": f"{core} {form}".strip(), "domain": domain, "email": f"{local}@{domain}",
        "website": rng.choice([domain, domain, f"www.{domain}", f"www.{domain}", f"https://{domain}", ""]), "title": rng.choice(work), "numbers": numbers,
        "phones": [number for _, number in numbers], "address": streets(rng, country), "claim": rng.choice(claims), "suffix": rng.choice(POSTNOMINALS[country]) if rng.random() < 0.14 else "",
        "power": rng.choice(POWERS[country]) if country in POWERS and rng.random() < 0.2 else "", "register": people.register(rng, country),
    }


class Page:
    """Type, colours and the parts of one card."""

    def __init__(self, owner, rng, truth):
        self.owner, self.rng, self.truth = owner, rng, truth
        self.paper, self.ink, self.accent = rng.choice(PAIRS)
        self.body = rng.choice(BODY)
        self.head = rng.choice([self.body, rng.choice(THIN), rng.choice(HEAVY)])
        self.px = rng.uniform(23, 28)

    def t(self, field, text, em=1.0, css=""):
        return f'<div><span class="l" data-f="{field}" style="font-size:{self.px * em:.1f}px;{css}">{html.escape(text)}</span></div>'

    def name(self, em=1.7, css="", upper=None):
        owner = self.owner
        text = owner["name"].upper() if (self.rng.random() < 0.2 if upper is None else upper) else owner["name"]
        before = owner["power"] or owner["prefix"]
        if owner["power"]:
            self.truth["prefix"] = ""
        return self.t("name", f"{before} {text}".strip() + (f", {owner['suffix']}" if owner["suffix"] else ""), em, f"font-family:'{self.head}';" + css)

    def job(self, em=0.95, css=""):
        text, roll = self.owner["title"], self.rng.random()
        if roll < 0.3:
            return self.t("title", text.upper(), em * 0.8, css + "letter-spacing:.14em;")
        return self.t("title", text, em, css + ("font-style:italic;" if roll > 0.85 else ""))

    def firm(self, em=1.1, css=""):
        return self.t("company", self.owner["company"], em, css)

    def wordmark(self, em=2.0, css=""):
        """The firm's short name as a logo is drawn; all that the card says of it."""
        self.truth["company"] = self.owner["core"]
        text = self.rng.choice([self.owner["core"].lower(), self.owner["core"].upper(), self.owner["core"]])
        return self.t("company", text, min(em, 26 / len(text) * 1.4), f"font-family:'{self.head}';font-weight:700;{css}")

    def claim(self, em=0.75, css=""):
        text = self.owner["claim"]
        return self.t("slogan", text.upper() if self.rng.random() < 0.4 else text, em, css + "letter-spacing:.08em;")

    def monogram(self, em=2.2):
        letters = self.owner["first"][0] + self.rng.choice(["", "|", " "]) + self.owner["last"][0]
        return f'<div style="width:{self.px * em * 1.9:.0f}px;height:{self.px * em * 1.9:.0f}px;border:3px solid {self.accent};border-radius:{self.rng.choice(["50%", "0", "14px"])};display:flex;align-items:center;justify-content:center">{self.t("logo", letters, em, f"font-family:{self.head!r};color:{self.accent};")}</div>'

    def rows(self):
        """Kind, field and bare text of all that one can reach."""
        owner = self.owner
        rows = [("mobile" if mobile else "phone", "phone", number) for mobile, number in owner["numbers"]] + [("email", "email", owner["email"])]
        return rows + ([("website", "website", owner["website"])] if owner["website"] else [])

    def place(self, joined=False, em=0.95):
        lines = self.owner["address"]
        return "".join(self.t("address", text, em) for text in ([self.rng.choice([", ", " • ", " | "]).join(lines)] if joined else lines))

    def icon(self, kind, em=1.0):
        return f'<div style="width:{self.px * 1.7:.0f}px;text-align:center;font:{self.px * em:.0f}px FontAwesome;color:{self.accent}">{ICON[kind]}</div>'


def at(inner, css):
    return f'<div style="position:absolute;{css}">{inner}</div>'


def flex(inner, css=""):
    return f'<div style="display:flex;{css}">{inner}</div>'


def lay_awesome(p, rng):
    """An icon font before each value, the address with a pin last."""
    rows = "".join(flex(p.icon(kind) + p.t(field, text, 0.92), "align-items:center;gap:10px;margin:5px 0") for kind, field, text in p.rows())
    rows += flex(p.icon("address") + f"<div>{p.place(rng.random() < 0.6, 0.92)}</div>", "align-items:center;gap:10px;margin:5px 0")
    return at(p.name(1.8) + p.job(0.95, f"color:{p.accent};"), "left:60px;top:55px") + at(rows, "left:60px;bottom:45px") + at(p.firm(1.0, "font-weight:700;"), "right:55px;top:60px;text-align:right")


def lay_signed(p, rng):
    """The name as a signature, all in the middle."""
    p.head = rng.choice(SCRIPT)
    bar = rng.choice(["  ·  ", "  |  ", "   "])
    foot = bar.join(text for _, _, text in p.rows()[:-1]) if len(p.rows()) > 2 else p.rows()[0][2]
    fields = "+".join(field for _, field, _ in (p.rows()[:-1] if len(p.rows()) > 2 else p.rows()[:1]))
    tail = p.rows()[-1] if len(p.rows()) > 2 else p.rows()[1]
    return at(p.name(2.3, f"color:{p.accent};", False) + p.job(0.9) + f'<div style="width:90px;height:2px;background:{p.accent};margin:22px auto"></div>' + p.firm(1.0) + f'<div style="height:26px"></div>' + p.t(fields, foot, 0.85, "white-space:pre;") + p.t(tail[1], tail[2], 0.85) + p.place(True, 0.85), "inset:0;text-align:center;display:flex;flex-direction:column;justify-content:center")


def lay_rule(p, rng):
    """Initials and firm at the left, a vertical rule, letters with a colon before the values."""
    letters = {"phone": rng.choice(["p:", "t:"]), "mobile": "m:", "email": "e:", "website": "w:", "address": "a:"}
    rows = "".join(p.t(field, f"{letters[kind]} {text}", 0.92) for kind, field, text in p.rows()) + p.t("address", letters["address"] + " " + ", ".join(p.owner["address"]), 0.86)
    left = p.monogram() + '<div style="height:22px"></div>' + p.firm(0.9)
    return at(left, "left:30px;width:370px;top:0;bottom:0;display:flex;flex-direction:column;align-items:center;justify-content:center;text-align:center") + at("", f"left:415px;width:2px;top:80px;bottom:80px;background:{p.accent}") + at(p.name(1.6) + p.job() + '<div style="height:40px"></div>' + rows, "left:445px;right:10px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center")


def lay_above(p, rng):
    """A small label above each value, in two columns."""
    words = {"pl": ("Telefon", "Komórka", "E-mail", "Strona", "Adres"), "de": ("Telefon", "Mobil", "E-Mail", "Web", "Adresse"), "en": ("Phone", "Mobile", "Email", "Web", "Address"), "cs": ("Telefon", "Mobil", "E-mail", "Web", "Adresa"), "fr": ("Téléphone", "Mobile", "E-mail", "Site", "Adresse"), "es": ("Teléfono", "Móvil", "E-mail", "Web", "Dirección"), "it": ("Telefono", "Cellulare", "E-mail", "Sito", "Indirizzo")}
    names = dict(zip(("phone", "mobile", "email", "website", "address"), words[p.owner["lang"]]))
    upper = rng.random() < 0.5
    def cell(kind, inner):
        return f'<div>{p.t("label", names[kind].upper() if upper else names[kind], 0.68, f"color:{p.accent};")}{inner}</div>'
    cells = "".join(cell(kind, p.t(field, text, 0.9)) for kind, field, text in p.rows()) + cell("address", p.place(False, 0.9))
    return at(p.name(1.55, "font-weight:700;") + p.job(), "left:55px;top:45px") + at(p.firm(0.95, f"color:{p.accent};"), "right:55px;top:52px;text-align:right") + at(cells, "left:55px;right:45px;bottom:35px;display:grid;grid-template-columns:1fr 1fr;gap:10px 30px")


def lay_behind(p, rng):
    """The letter that says what a value is stands behind it, at the right edge."""
    marks = {"phone": rng.choice(["T", "tel"]), "mobile": rng.choice(["M", "mob"]), "email": rng.choice(["E", "@", "mail"]), "website": rng.choice(["W", "web"])}
    rows = "".join(flex(p.t(field, text, 0.92) + p.t("label", marks[kind], 0.92, f"color:{p.accent};font-weight:700;"), "justify-content:flex-end;gap:22px") for kind, field, text in p.rows())
    return at(p.name(1.6) + p.job(), "right:60px;top:50px;text-align:right") + at(rows, "right:60px;bottom:50px") + at(p.firm(1.05, "font-weight:600;") + p.claim(), "left:55px;top:55px") + at(p.place(), "left:55px;bottom:50px")


def lay_halves(p, rng):
    """No firm but the mark on a coloured half; a line beneath that could be one."""
    dark = p.accent if p.paper != "#ffffff" else p.ink
    left = p.wordmark(1.9, f"color:{p.paper};") + p.claim(0.66, f"color:{p.paper};")
    rows = "".join(p.t(field, text, 0.92) for _, field, text in p.rows())
    return at(left, f"left:0;top:0;bottom:0;width:440px;background:{dark};display:flex;flex-direction:column;justify-content:center;align-items:center;text-align:center") + at(p.name(1.5) + p.job() + '<div style="height:44px"></div>' + rows + p.place(), "left:480px;right:15px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center")


def lay_dense(p, rng):
    """All in one corner, small, name and work on a line, dots between the rest."""
    mid = rng.choice([", ", " | ", " – ", " / "])
    who = p.t("name+title", f"{p.owner['name']}{mid}{p.owner['title']}", 1.0, "font-weight:700;")
    p.truth["prefix"] = ""
    rows = p.rows()
    cut = max(1, len(rows) - 2)
    lines = "".join(p.t("+".join(field for _, field, _ in part), "  •  ".join(text for _, _, text in part), 0.85, "white-space:pre;") for part in (rows[:cut], rows[cut:]) if part)
    return at(p.wordmark(2.2, f"color:{p.accent};") + p.claim(0.7), "left:55px;top:60px") + at(who + lines + p.place(True, 0.85), "left:55px;bottom:55px")


def lay_ribbon(p, rng):
    """Upright; the e-mail is too long for the line and goes on behind its sign."""
    p.px = min(p.px, 24)
    local, domain = p.owner["email"].split("@")
    mail = p.t("email", local, 0.95) + p.t("email", "@" + domain, 0.95)
    rest = "".join(p.t(field, text, 0.95) for _, field, text in p.rows() if field == "phone")
    site = p.t("website", p.owner["website"], 0.95) if p.owner["website"] else ""
    gap = '<div style="height:22px"></div>'
    return at(p.monogram(2.0), "left:45px;top:50px") + at(p.name(1.5) + p.job(0.88), "left:45px;top:270px") + at(rest + gap + mail + gap + site + p.place() + gap + p.firm(0.95, "font-weight:700;"), "left:45px;bottom:55px")


def lay_stack(p, rng):
    """Upright and centred, an icon above each value."""
    p.px = min(p.px, 23)
    cells = "".join(f'<div style="display:flex;justify-content:center">{p.icon(kind, 1.1)}</div>{p.t(field, text, 0.95)}<div style="height:10px"></div>' for kind, field, text in p.rows())
    return at(p.firm(1.1, "font-weight:700;") + p.claim(0.66), "left:20px;right:20px;top:50px;text-align:center") + at(p.name(1.5) + p.job(0.88), "left:10px;right:10px;top:230px;text-align:center") + at(cells + f'<div style="display:flex;justify-content:center">{p.icon("address", 1.1)}</div>' + p.place(), "left:20px;right:20px;bottom:45px;text-align:center")


def lay_imprint(p, rng):
    """As a letterhead ends: firm, street and place on a line at the foot, registers beneath."""
    foot = rng.choice([" · ", " | ", " • "])
    line = p.t("company+address", foot.join([p.owner["company"], *p.owner["address"]]), 0.72, "white-space:pre;")
    dots = {"phone": "T", "mobile": "M", "email": "", "website": ""}
    rows = "".join(p.t(field, f"{dots[kind]} {text}".strip(), 0.95) for kind, field, text in p.rows())
    return at(p.name(1.5, "font-weight:600;") + p.job(), "left:60px;top:70px") + at(rows, "left:60px;top:230px") + at(f'<div style="height:2px;width:920px;background:{p.accent};margin-bottom:12px"></div>' + line + p.t("register", p.owner["register"], 0.66), "left:60px;bottom:40px")


def lay_division(p, rng):
    """Work and the field in which it is done, parted by a bar; either is the title."""
    fields = {"pl": "Rolnictwo precyzyjne|Energetyka|Eksport DACH", "de": "Präzisionslandwirtschaft|Vertrieb Süd|Energie", "en": "Precision Farming|EMEA|Digital Services", "cs": "Energetika|Export|Zemědělství", "fr": "Énergie|Export|Grands Comptes", "es": "Energía|Exportación|Agro", "it": "Energia|Export|Agricoltura"}
    part = rng.choice(fields[p.owner["lang"]].split("|"))
    text = p.owner["title"] + rng.choice([" | ", " – ", " / "]) + part
    p.truth["titles"] = [p.owner["title"], text]
    rows = "".join(p.t(field, text, 0.92) for _, field, text in p.rows())
    return at(p.firm(1.3, f"color:{p.accent};font-weight:700;") + p.claim(), "right:55px;top:50px;text-align:right") + at(p.name(1.5) + p.t("title", text, 0.92), "left:55px;top:200px") + at(p.place(), "left:55px;bottom:50px") + at(rows, "right:55px;bottom:50px;text-align:right")


def lay_corners(p, rng):
    """Each corner holds one thing; coloured circles run off the edges."""
    disc = "".join(f'<div style="position:absolute;width:{size}px;height:{size}px;border-radius:50%;background:{p.accent};opacity:.22;{where}"></div>' for size, where in ((300, "left:-160px;top:-150px"), (220, "right:-110px;bottom:-120px")))
    phones = "".join(p.t(field, text, 0.92) for _, field, text in p.rows() if field == "phone")
    net = "".join(p.t(field, text, 0.92) for _, field, text in p.rows() if field != "phone")
    return disc + at(p.name(1.7) + p.job(), "left:0;right:0;top:215px;text-align:center") + at(p.firm(1.0), "right:50px;top:45px;text-align:right") + at(phones, "left:50px;top:45px") + at(p.place(), "left:50px;bottom:45px") + at(net, "right:50px;bottom:45px;text-align:right")


LAYOUTS = [(name[4:], lay) for name, lay in list(globals().items()) if name.startswith("lay_")]
