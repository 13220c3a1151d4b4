"""Designs that neither the weights nor the settings were chosen on: a second opinion about `design.py`.

When: `make bench-cards CARDS=target/cards/unseen`, at the end of a change: what is mended by looking at these is no longer
unseen, and wants another seed.
"""

import html

import people
from design import ACCENT, box

FACES = ["Linux Biolinum O", "Inter Display", "Lato Light", "DejaVu Sans Condensed", "EB Garamond", "URW Gothic", "Liberation Serif", "Open Sans", "Noto Sans", "P052", "Carlito", "Roboto Light", "Clear Sans"]
PAPERS = [("#ffffff", "#202020"), ("#fbf7ef", "#2a2320"), ("#e6ebe4", "#1f2a24"), ("#101820", "#f2f2f2"), ("#2d1e2f", "#f3e9dc"), ("#0b3954", "#ffffff"), ("#d9c9b4", "#2b2118"), ("#f4d35e", "#1d1d1d"), ("#6b2737", "#fff6ee")]
# Symbols drawn as lines, so that no font has to hold them.
ICONS = {
    "phone": "M6 2c-2 1-4 3-3 6 2 6 6 10 12 12 3 1 5-1 6-3l-5-4-3 2c-2-1-4-3-5-5l2-3z",
    "mobile": "M7 2h10v20H7zM10 19h4",
    "fax": "M6 9V2h12v7M4 9h16v9h-4v4H8v-4H4z",
    "email": "M2 5h20v14H2zM2 5l10 8 10-8",
    "website": "M12 2a10 10 0 100 20 10 10 0 000-20M2 12h20M12 2c-7 7-7 13 0 20M12 2c7 7 7 13 0 20",
    "address": "M12 22c-6-8-7-10-7-13a7 7 0 0114 0c0 3-1 5-7 13M12 7a2 2 0 100 4 2 2 0 000-4",
}
FIRMS = {
    "pl": "Zakłady Mięsne Pszczółka|Łódzkie Centrum Wsparcia|Meble Jesion|Okna i Drzwi Wójcik|Stocznia Remontowa Bryza|Wydawnictwo Źródła|Hurtownia Elektryczna Iskra|Przychodnia Rodzinna Zdrowie|Geodezja Kątomierz|Szkoła Językowa Papuga|Tartak Świerk|Cukiernia Pączek",
    "de": "Bürgerenergiegenossenschaft Oberlausitz|Landmaschinenwerkstatt Hübner|Kreisbaugesellschaft Überlingen|Druckluftanlagen Pfeiffer|Schädlingsbekämpfung Mäuser|Wärmepumpen Glück|Zahntechnik Brückner|Ofenbau Kühn|Baumschulen Erlenhöfer|Feinmechanik Lößnitz",
    "en": "Wren & Daughters|Tallow Street Studios|Fenland Drainage|Bramble Learning|Keystone Actuaries|Saltmarsh Brewing|Orchard Lane Nursery|Peregrine Aerial Survey|Larkspur Care|Gatehouse Print",
    "cs": "Kamenictví Hřebec|Zahradnictví Jeřabina|Truhlářství Smrček|Výtahy Šťastný|Mlékárna Kopretina|Sklenářství Duha|Účetní Kancelář Žďár",
    "fr": "Chaudronnerie Lépine|Fromagerie des Alpages|Étanchéité Duhamel|Librairie La Plume|Maçonnerie Gonçalves|Cidrerie du Bocage|Serrurerie Châtelain",
    "es": "Carpintería Ordóñez|Viveros La Peña|Fontanería Iglesias|Quesos Ibáñez de Lara|Academia Cálamo|Instalaciones Térmicas Bilbaína|Imprenta Muñoz",
    "it": "Falegnameria Perin|Torrefazione Mirò|Pasticceria Castellò|Serramenti Dal Bò|Autotrasporti Zanetti|Molino Ghirardi|Oleificio San Nicolò",
}
WORK = {
    "pl": "Kierownik Utrzymania Ruchu|Dyrektor ds. Inwestycji|Pełnomocnik Zarządu|Starszy Specjalista ds. Wdrożeń|Główny Mechanik|Zaopatrzeniowiec|Kierowniczka Apteki|Rzecznik Patentowy|Inżynier Budowy|Koordynatorka Wolontariatu|Doradca Podatkowy|Architekt Krajobrazu",
    "de": "Leiterin Öffentlichkeitsarbeit|Geschäftsfeldentwickler Wasserstoff|Sicherheitsingenieurin|Gesellschafter-Geschäftsführer|Stellvertretender Werkleiter|Energieberaterin|Niederlassungsleiter Süd|Datenschutzbeauftragter|Kfz-Sachverständiger|Oberbauleiter",
    "en": "Trainee Solicitor|Head of People|Deputy Curator|Group Finance Director|Freelance Illustrator|Lead Software Engineer|Lettings Negotiator|Senior Hydrologist|Director of Sales, Nordics|Community Organiser",
    "cs": "Vedoucí servisu|Ekonomická ředitelka|Oblastní manažer|Revizní technik|Obchodní manažerka|Dispečer dopravy",
    "fr": "Responsable Logistique|Directrice de l'Agence|Chargé d'Affaires|Ingénieure Méthodes|Artisan Ébéniste|Secrétaire Général",
    "es": "Jefe de Obra|Directora de Marketing|Técnica de Prevención|Delegado Comercial|Gerente de Zona|Ingeniero Agrónomo",
    "it": "Responsabile Amministrativa|Direttore di Stabilimento|Tecnico Commerciale|Progettista Meccanico|Addetta alle Vendite|Perito Assicurativo",
}
ENGLISH = ["Sales Director", "Plant Manager", "Head of Purchasing", "Project Engineer", "Legal Counsel", "Managing Partner", "Service Manager", "Export Specialist"]
MARKS = {
    "phone": {"pl": ["Telefon", "tel. stac.", "Biuro"], "de": ["Telefon", "Zentrale", "Festnetz", "Durchwahl"], "en": ["Telephone", "Office", "Direct"], "cs": ["Telefon", "Kancelář"], "fr": ["Téléphone", "Standard"], "es": ["Teléfono", "Oficina"], "it": ["Telefono", "Ufficio"]},
    "email": ["E-mail", "Mail", "email"], "website": ["Web", "Internet", "www"],
    "address": {"pl": "Adres", "de": "Adresse", "en": "Address", "cs": "Adresa", "fr": "Adresse", "es": "Dirección", "it": "Indirizzo"},
}
CLAIMS = {
    "pl": "Projekty · Montaż · Serwis|Sprzedaż hurtowa i detaliczna|Rok założenia 1993|Certyfikat ISO 9001:2015", "de": "Planung · Bau · Wartung|Mitglied der Handwerkskammer|Meisterbetrieb|Zertifiziert nach ISO 9001:2015",
    "en": "Design · Build · Maintain|Authorised dealer|ISO 9001:2015 certified|Family owned", "cs": "Prodej · Montáž · Servis|Certifikát ISO 9001:2015", "fr": "Conseil · Étude · Pose|Artisan depuis trois générations|Certifié ISO 9001:2015",
    "es": "Venta · Montaje · Reparación|Empresa familiar|Certificado ISO 9001:2015", "it": "Vendita · Assistenza · Ricambi|Azienda familiare|Certificata ISO 9001:2015",
}


def card(owner, rng, index):
    """The HTML of one card and the truth about it."""
    return set_card(otherwise(owner, rng, FIRMS, WORK, CLAIMS), rng, index, LAYOUTS, Sheet, ("tall", "tall_left"))


def set_card(owner, rng, index, layouts, sheets, uprights):
    """A card in one of `layouts`; those named in `uprights` stand upright."""
    truth = {key: owner[key] for key in ("country", "lang", "name", "prefix", "title", "company", "email", "website", "address", "phones", "fax")}
    name, lay = rng.choice(layouts)
    truth["layout"] = name
    sheet = sheets(owner, rng, truth)
    wide, high = (610, 1010) if name in uprights else rng.choice([(1004, 638), (1050, 600), (1063, 685)])
    inner = lay(sheet, rng)
    truth["size"] = [wide, high]
    css = f"width:{wide}px;height:{high}px;background:{sheet.paper};color:{sheet.ink};font-family:'{sheet.face}';font-size:{sheet.base:.1f}px;line-height:{sheet.leading:.2f}"
    return f'<div class="card" id="c{index}" style="{css}">{inner}</div>', truth


def otherwise(owner, rng, firms, work, claims):
    """The owner with a firm and work that no other list names."""
    lang, country = owner["lang"], owner["country"]
    if rng.random() < 0.75:
        core = rng.choice(firms[lang].split("|"))
        domain = people.domain_of(rng, core, country)
        owner = owner | {"core": core, "company": f"{core} {owner['form']}".strip(), "email": f"{owner['email'].split('@')[0]}@{domain}", "website": people.website(rng, domain)}
    if rng.random() < 0.75:
        owner = owner | {"title": rng.choice(work[lang].split("|"))}
    return owner | {"claim": rng.choice(claims[lang].split("|")) if rng.random() < 0.35 else ""}


class Sheet:
    """Type and colour of one card, and its parts as lines."""

    def __init__(self, owner, rng, truth):
        self.owner, self.rng, self.truth = owner, rng, truth
        self.paper, self.ink = rng.choice(PAPERS)
        self.face = rng.choice(FACES)
        self.base = rng.uniform(22, 29)
        self.leading = rng.uniform(1.2, 1.5)
        self.accent = rng.choice(ACCENT) if self.paper in ("#ffffff", "#fbf7ef", "#e6ebe4") else self.ink

    def line(self, field, text, size=1.0, more=""):
        return f'<div><span class="l" data-f="{field}" style="font-size:{self.base * size:.1f}px;{more}">{html.escape(text)}</span></div>'

    def name(self, size=1.7, more="font-weight:600;"):
        owner = self.owner
        text = f"{owner['prefix']} {owner['name']}".strip() + (f", {owner['suffix']}" if owner.get("suffix") else "")
        return self.line("name", text, size, more)

    def job(self, size=1.0, more=""):
        return self.line("title", self.owner["title"], size, more)

    def firm(self, size=1.25, more="font-weight:600;"):
        return self.line("company", self.owner["company"], size, more + f"color:{self.accent};")

    def claim(self):
        text = self.owner["claim"] or self.owner["slogan"]
        return self.line("slogan", text, 0.85) if text else ""

    def register(self):
        return self.line("register", self.owner["register"], 0.85) if self.owner["register"] else ""

    def address(self, joined=False):
        lines = self.owner["address"]
        return "".join(self.line("address", text) for text in ([", ".join(lines)] if joined and lines and len(lines) <= 3 else lines))

    def contacts(self):
        """Kind, field and text without its label; kinds are what an icon shows."""
        owner = self.owner
        rows = [("phone", "phone", text) for text in map(bare, owner["phones"])]
        self.truth["phones"] = [text for _, _, text in rows]
        self.truth["fax"] = ""
        rows.append(("email", "email", owner["email"]))
        return rows + ([("website", "website", owner["website"])] if owner["website"] else [])


def bare(phone):
    """A number without the label before it."""
    at = next(i for i, c in enumerate(phone) if c in "+(" or c.isdigit())
    return phone[at:]


def icon(kind, color, size):
    return f'<svg width="{size:.0f}" height="{size:.0f}" viewBox="0 0 24 24" fill="none" stroke="{color}" stroke-width="2" style="flex:none"><path d="{ICONS[kind]}"/></svg>'


def lay_icons(s, rng):
    """Drawn symbols in discs, no word says what follows."""
    def row(kind, field, text):
        disc = f'<div style="width:{s.base * 1.5:.0f}px;height:{s.base * 1.5:.0f}px;border-radius:50%;background:{s.accent};display:flex;align-items:center;justify-content:center">{icon(kind, s.paper, s.base * 0.9)}</div>'
        return f'<div style="display:flex;gap:18px;align-items:center;margin:3px 0">{disc}{s.line(field, text)}</div>'
    rows = "".join(row(*entry) for entry in s.contacts())
    if s.owner["address"]:
        rows += row("address", "address", ", ".join(s.owner["address"]))
    return box(s.name() + s.job(), "left:55px;top:48px") + box(s.firm(1.2) + s.claim(), "right:55px;top:48px;text-align:right;max-width:430px") + box(rows, "left:55px;bottom:42px")


def lay_spine(s, rng):
    """The firm runs up the edge, a quarter turned."""
    spine = f'<div style="position:absolute;left:0;top:0;bottom:0;width:110px;background:{s.accent};color:{s.paper};display:flex;align-items:center;justify-content:center"><div style="writing-mode:vertical-rl;transform:rotate(180deg);white-space:pre">{spined(s)}</div></div>'
    rows = "".join(s.line(field, text) for _, field, text in s.contacts())
    return spine + box(s.name() + s.job() + f'<div style="height:{s.base * 1.6:.0f}px"></div>' + rows + s.address(), "left:170px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center")


def spined(s):
    size = min(s.base * 1.5, 900 / max(1, len(s.owner["company"])))
    return f'<span class="l" data-f="company" style="font-size:{size:.1f}px;font-weight:600">{html.escape(s.owner["company"])}</span>'


def lay_ledger(s, rng):
    """A label at the left edge, its value at a distance, a rule below each."""
    lang, pick = s.owner["lang"], rng.choice
    def label(field):
        known = MARKS[field]
        return pick(known if isinstance(known, list) else known[lang]) if field != "address" else MARKS["address"][lang]
    rows = [(label(field), field, text) for _, field, text in s.contacts()]
    if s.owner["address"]:
        rows.append((label("address"), "address", ", ".join(s.owner["address"])))
    drawn = "".join(f'<div style="display:flex;border-bottom:1px solid {s.accent};padding:4px 0"><div style="width:200px">{s.line("label", mark, 0.85)}</div>{s.line(field, text, 0.95)}</div>' for mark, field, text in rows)
    return box(s.firm(1.1), "left:50px;top:40px") + box(s.name(1.5) + s.job(), "left:50px;top:120px") + box(drawn, "left:50px;right:50px;bottom:40px")


def lay_wordmark(s, rng):
    """A large mark of one word; the firm's whole name stands over its address, small."""
    mark = s.owner["core"].split()[0]
    low = s.firm(1.0) + s.address()
    return box(s.line("logo", mark.lower() if rng.random() < 0.5 else mark, 2.6, f"font-weight:700;color:{s.accent};"), "left:50px;top:36px") + box(s.name(1.4) + s.job(), "left:50px;top:190px") + box(low, "left:50px;bottom:40px;max-width:470px") + box("".join(s.line(field, text) for _, field, text in s.contacts()) + s.register(), "right:50px;bottom:40px;text-align:right")


def lay_sentence(s, rng):
    """Name and work on one line; contacts in rows of two, parted by dots."""
    dot = rng.choice(["  ·  ", "  |  ", "  •  "])
    mid = rng.choice([", ", " – ", "  |  "])
    rows = s.contacts()
    pairs = [rows[i:i + 2] for i in range(0, len(rows), 2)]
    drawn = "".join(s.line("+".join(field for _, field, _ in pair), dot.join(text for _, _, text in pair), 0.9, "white-space:pre;") for pair in pairs)
    head = s.line("name+title", f"{s.owner['name']}{mid}{s.owner['title']}", 1.15, "font-weight:600;white-space:pre;")
    s.truth["prefix"] = ""
    return box(s.firm(1.5) + s.claim(), "left:0;right:0;top:70px;text-align:center") + box(head + drawn + s.address(joined=True), "left:20px;right:20px;bottom:60px;text-align:center")


def lay_tongues(s, rng):
    """The work in two languages, one below the other; either is right."""
    other = rng.choice(ENGLISH)
    s.truth["titles"] = [s.truth["title"], other, f"{s.truth['title']} {other}"]
    both = s.job() + s.line("title2", other, 1.0, "font-style:italic;")
    rows = "".join(s.line(field, text) for _, field, text in s.contacts())
    return box(s.name(1.6) + both, "left:60px;top:60px") + box(s.firm(1.15) + s.address() + s.register(), "left:60px;bottom:45px;max-width:450px") + box(rows, "right:60px;bottom:45px;text-align:right")


def lay_tall(s, rng):
    """Upright, the person at the foot."""
    s.base = min(s.base, 23)
    rows = "".join(f'<div style="display:flex;gap:12px;justify-content:center;align-items:center">{icon(kind, s.accent, s.base)}{s.line(field, text)}</div>' for kind, field, text in s.contacts())
    return box(s.firm(1.2) + s.claim(), "left:25px;right:25px;top:60px;text-align:center") + box(rows + f'<div style="height:{s.base:.0f}px"></div>' + s.address(), "left:25px;right:25px;top:300px;text-align:center") + box(s.name(1.5) + s.job(), "left:25px;right:25px;bottom:70px;text-align:center")


def lay_tall_left(s, rng):
    """Upright, wide letters, everything at the left edge."""
    s.base = min(s.base, 22)
    first, last = s.owner["first"], s.owner["last"]
    s.truth["prefix"] = ""
    name = s.line("name", first.upper(), 1.5, "letter-spacing:.14em;") + s.line("name", last.upper(), 1.5, "letter-spacing:.14em;font-weight:700;")
    marks = {"phone": "T", "email": "E", "website": "W"}
    rows = "".join(s.line(field, f"{marks[field]}  {text}", 1.0, "white-space:pre;") for _, field, text in s.contacts())
    return box(name + s.job(0.95, "letter-spacing:.05em;"), "left:45px;top:70px") + box(rows + f'<div style="height:{s.base:.0f}px"></div>' + s.address() + s.register(), "left:45px;top:420px") + box(s.firm(1.2), "left:45px;right:20px;bottom:70px")


def lay_ghost(s, rng):
    """Pale initials of the firm behind the print."""
    letters = "".join(word[0] for word in s.owner["core"].split()[:2])
    ghost = f'<div style="position:absolute;right:20px;bottom:-90px;font-size:420px;font-weight:700;opacity:.07">{html.escape(letters)}</div>'
    rows = "".join(s.line(field, text) for _, field, text in s.contacts())
    return ghost + box(s.name(1.9, "font-weight:400;") + s.job(1.05, "font-style:italic;"), "left:60px;top:60px") + box(s.firm(1.1) + s.address(joined=True), "left:60px;top:250px") + box(rows, "left:60px;bottom:45px")


def lay_quarters(s, rng):
    """Each part in a corner, the person at the lower right."""
    rows = "".join(s.line(field, f"{rng.choice(['t', 'm', 'tel'])} {text}" if field == "phone" else text, 0.92) for _, field, text in s.contacts())
    return box(s.firm(1.2) + s.claim(), "left:45px;top:42px;max-width:480px") + box(s.address(), "right:45px;top:42px;text-align:right") + box(rows, "left:45px;bottom:42px") + box(s.name(1.35) + s.job(0.95), "right:45px;bottom:42px;text-align:right")


def lay_diagonal(s, rng):
    """A slanted field of colour, the contacts upon it."""
    ground, print_ = (s.accent, s.paper) if s.accent != s.ink else (s.ink, s.paper)
    field = f'<div style="position:absolute;inset:0;background:{ground};clip-path:polygon(0 62%,100% 46%,100% 100%,0 100%)"></div>'
    rows = "".join(s.line(field_, text, 0.95, f"color:{print_};") for _, field_, text in s.contacts())
    where = "".join(s.line("address", text, 0.95, f"color:{print_};") for text in s.owner["address"])
    return field + box(s.name(1.7) + s.job(), "left:50px;top:45px") + box(s.firm(1.1), "right:50px;top:45px;text-align:right;max-width:420px") + box(rows, "left:50px;bottom:35px") + box(where, "right:50px;bottom:35px;text-align:right")


LAYOUTS = [(name[4:], lay) for name, lay in list(globals().items()) if name.startswith("lay_")]
