"""Designs made later than `unseen.py`, whose mistakes have been looked at: with other type, other arrangements, other firms.

When: `make bench-cards CARDS=target/cards/fresh`, which installs the faces.
"""

import unseen
from design import box
from unseen import bare, icon

FACES = ["TeX Gyre Heros", "TeX Gyre Heros Cn", "TeX Gyre Adventor", "TeX Gyre Pagella", "TeX Gyre Schola", "TeX Gyre Bonum", "Andika", "Vollkorn", "Sora", "Tuffy", "Gillius ADF", "Yanone Kaffeesatz"]
SIGNED = ["TeX Gyre Chorus"]
PAPERS = [("#ffffff", "#1a1a1a"), ("#ffffff", "#3c3c3c"), ("#f6f4ee", "#33302b"), ("#e3eaf2", "#16273a"), ("#c8d5b9", "#20301a"), ("#1f1f24", "#ededed"), ("#003f44", "#f1f7f2"), ("#7a1f3d", "#ffffff"), ("#ffb703", "#1b1b1b"), ("#eadbc8", "#3b2314")]
TONES = ["#8d1b3d", "#0a5c7a", "#256d3f", "#b34700", "#4b3b8f", "#7a5c00", "#006d6f"]
FIRMS = {
    "pl": "Pompy Głębinowe Wierzba|Zespół Szkół Niepublicznych Kasztan|Śląskie Kruszywa|Gabinet Rehabilitacji Krąg|Biuro Rachunkowe Grosz|Rowery Cięciwa|Ślusarstwo Artystyczne Żelazko|Firma Ogrodnicza Jaśmin|Transport Ciężarowy Wąsik|Poligrafia Łabędź",
    "de": "Kälte Klima Brandstätter|Gärtnerei Nußbaumer|Brunnenbau Zöllner|Möbelwerkstätten Hölzl|Pflegedienst Sonnenblick|Dachdeckerei Schröder|Kaffeerösterei Jürgens|Vermessungsbüro Weißhaupt|Schlüsseldienst Böhm|Messebau Rößler",
    "en": "Ashdown Ceramics|Pike & Perch Tackle|Halyard Marine Insurance|Old Forge Bakery|Cloudberry Software|Rookwood Timber|Violet Hour Events|Tidewater Plumbing|Ironbridge Fabrication|Moorland Ecology",
    "cs": "Kovovýroba Třešňák|Pekárna Ječmínek|Projekce Šikula|Čalounictví Větrník|Elektromontáže Blažek|Květiny Pomněnka",
    "fr": "Plomberie Théoule|Traiteur Le Cèdre|Ébénisterie Faucher|Pépinières d'Auvergne|Géomètres Réunis|Vitrerie Sèvres",
    "es": "Panadería Piñón|Cristalería Ureña|Electricidad Añorga|Bodega Los Álamos|Gestoría Peñascal|Marmolería Cañada",
    "it": "Carpenteria Zanolla|Legatoria Pò|Caseificio Valbruna|Impianti Elettrici Sartù|Enoteca Rovere|Ottica Perù",
}
WORK = {
    "pl": "Menedżer Produktu|Kierownik Działu Obsługi Klienta|Dyrektor Szkoły|Brakarz|Technik Dentystyczny|Główny Energetyk|Starsza Księgowa|Wiceprezes ds. Finansowych|Inspektor Ochrony Danych|Rzemieślnik|Przewodnik Górski|Kierownik Magazynu",
    "de": "Leiter Arbeitsvorbereitung|Geschäftsführende Gesellschafterin|Fertigungsplaner|Gärtnermeisterin|Kalkulator Hochbau|Leiterin Kundendienst|Vermessungsingenieur|Teamleiter Innendienst|Pflegedienstleitung|Konditormeister",
    "en": "Insurance Underwriter|Head Baker|Senior Ecologist|Founding Partner|Workshop Manager|Director of Finance|Support Engineer|Purchasing Assistant|Ceramic Artist|Events Producer",
    "cs": "Vedoucí provozu|Finanční ředitel|Hlavní mechanik|Nákupčí|Zakladatelka|Vedoucí projektant",
    "fr": "Directeur d'Exploitation|Responsable Qualité Fournisseurs|Chef d'Atelier|Ingénieure d'Études|Conseillère Clientèle|Géomètre-Expert",
    "es": "Encargado de Almacén|Directora Técnica|Responsable de Exportación|Asesor Comercial|Jefe de Mantenimiento|Gestora de Proyectos",
    "it": "Responsabile Magazzino|Direttrice Generale|Capo Officina|Addetto Commerciale|Responsabile Tecnico|Consulente del Lavoro",
}
CLAIMS = {
    "pl": "Czynne pon.–pt. 8–16|Dostawa w 24 godziny|Członek Izby Gospodarczej", "de": "Mo–Fr 8–17 Uhr|Beratung · Verkauf · Reparatur|Innungsbetrieb", "en": "Open Monday to Friday|Established 2004|By appointment only",
    "cs": "Po–Pá 8–16 hod.|Rodinná firma", "fr": "Sur rendez-vous|Devis gratuit", "es": "Presupuesto sin compromiso|Servicio 24 horas", "it": "Preventivi gratuiti|Aperto dal lunedì al venerdì",
}
ENDINGS = {"phone": {"pl": "telefon", "de": "Telefon", "en": "phone", "cs": "telefon", "fr": "téléphone", "es": "teléfono", "it": "telefono"},
           "address": {"pl": "siedziba", "de": "Anschrift", "en": "office", "cs": "sídlo", "fr": "adresse", "es": "dirección", "it": "sede"}}


def card(owner, rng, index):
    """The HTML of one card and the truth about it."""
    owner = unseen.otherwise(owner, rng, FIRMS, WORK, CLAIMS)
    return unseen.set_card(owner, rng, index, LAYOUTS, Sheet, ("tag", "slip"))


class Sheet(unseen.Sheet):
    """The same parts in other type and colours."""

    def __init__(self, owner, rng, truth):
        super().__init__(owner, rng, truth)
        self.paper, self.ink = rng.choice(PAPERS)
        self.face = rng.choice(FACES)
        # A narrow or low face is set larger.
        self.base = rng.uniform(23, 30) * (1.18 if self.face in ("Yanone Kaffeesatz", "TeX Gyre Heros Cn") else 0.92 if self.face == "Sora" else 1.0)
        self.accent = rng.choice(TONES) if self.paper in ("#ffffff", "#f6f4ee") else self.ink


def rows_of(s, size=1.0, more=""):
    return "".join(s.line(field, text, size, more) for _, field, text in s.contacts())


def lay_caption(s, rng):
    """A small word above each value."""
    lang = s.owner["lang"]
    marks = {"phone": ENDINGS["phone"][lang], "email": "e-mail", "website": "web"}
    cells = [(marks[field], s.line(field, text, 0.95)) for _, field, text in s.contacts()]
    if s.owner["address"]:
        cells.append((ENDINGS["address"][lang], "".join(s.line("address", text, 0.95) for text in s.owner["address"])))
    drawn = "".join(f'<div style="margin-bottom:9px">{s.line("label", mark, 0.68, f"color:{s.accent};")}{value}</div>' for mark, value in cells)
    return box(drawn, "left:560px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center") + box(s.name(1.45) + s.job(), "left:50px;top:60px;max-width:490px") + box(s.firm(1.1) + s.claim(), "left:50px;bottom:60px;max-width:490px")


def lay_hand(s, rng):
    """The name as a signature, the rest small and light."""
    name = s.name(2.3, f"font-family:'{SIGNED[0]}';")
    return box(name, "left:0;right:0;top:60px;text-align:center") + box(s.job(0.95, "letter-spacing:.08em;") + s.firm(1.1), "left:0;right:0;top:200px;text-align:center") + box(rows_of(s, 0.92) + s.address(joined=True), "left:20px;right:20px;bottom:50px;text-align:center")


def lay_over(s, rng):
    """The work above the name, in wide capitals; the contacts at the right edge of the foot."""
    job = s.line("title", s.owner["title"].upper(), 0.8, "letter-spacing:.1em;")
    rule = f'<div style="height:2px;background:{s.accent};width:90px;margin:14px 0"></div>'
    return box(job + s.name(1.8) + rule + s.firm(1.0, ""), "left:60px;top:55px") + box(rows_of(s), "right:60px;bottom:50px;text-align:right") + box(s.address(), "left:60px;bottom:50px")


def lay_band(s, rng):
    """A field of colour at the right with contacts upon it, the person on paper."""
    ground, print_ = (s.accent, s.paper) if s.accent != s.ink else (s.ink, s.paper)
    panel = "".join(s.line(field, text, 0.9, f"color:{print_};") for _, field, text in s.contacts()) + f'<div style="height:{s.base:.0f}px"></div>' + "".join(s.line("address", text, 0.9, f"color:{print_};") for text in s.owner["address"])
    return box(panel, f"right:0;top:0;bottom:0;width:460px;background:{ground};display:flex;flex-direction:column;justify-content:center;padding-left:40px;box-sizing:border-box") + box(s.firm(1.25) + s.claim(), "left:45px;top:50px;max-width:480px") + box(s.name(1.4) + s.job(), "left:45px;bottom:55px;max-width:480px")


def lay_register(s, rng):
    """The firm with all its numbers at the head, the person below in the middle, a fax among the numbers."""
    fax = s.line("fax", s.owner["fax"] or "Fax " + (bare(s.owner["phones"][0])[:-2] + "99" if s.owner["phones"] else "")) if s.owner["phones"] else ""
    head = s.firm(1.35) + s.address(joined=True) + s.register()
    phones = "".join(s.line("phone", text) for text in s.owner["phones"])
    others = "".join(s.line(field, text) for _, field, text in s.contacts() if field != "phone")
    return box(head, "left:50px;top:40px") + box(s.name(1.45) + s.job(), "left:50px;top:270px") + box(phones + fax, "left:50px;bottom:40px") + box(others, "right:50px;bottom:40px;text-align:right")


def lay_corner(s, rng):
    """A drawn mark, the firm beside it; icons in two columns at the foot."""
    mark = f'<svg width="84" height="84" viewBox="0 0 10 10" style="flex:none"><path d="{rng.choice(["M5 0L10 10H0z", "M0 0h6v6H0zM4 4h6v6H4z", "M5 0a5 5 0 100 10A5 5 0 005 0"])}" fill="{s.accent}"/></svg>'
    cells = s.contacts() + ([("address", "address", ", ".join(s.owner["address"]))] if s.owner["address"] else [])
    drawn = "".join(f'<div style="display:flex;gap:14px;align-items:center;margin:4px 0">{icon(kind, s.accent, s.base * 1.1)}{s.line(field, text, 0.92)}</div>' for kind, field, text in cells)
    return box(f'<div style="display:flex;gap:22px;align-items:center">{mark}<div>{s.firm(1.3)}{s.claim()}</div></div>', "left:50px;top:45px") + box(s.name(1.35) + s.job(0.95, "font-style:italic;"), "left:50px;top:225px") + box(drawn, "left:50px;bottom:35px")


def lay_running(s, rng):
    """Contacts run on in one or two lines, each with a letter before it."""
    marks = {"phone": "T", "email": "E", "website": "W"}
    bar = rng.choice(["   ", "  /  ", "  |  "])
    rows = s.contacts()
    pairs = [rows[i:i + 2] for i in range(0, len(rows), 2)]
    drawn = "".join(s.line("+".join(field for _, field, _ in pair), bar.join(f"{marks[field]} {text}" for _, field, text in pair), 0.9, "white-space:pre;") for pair in pairs)
    return box(s.name(1.7) + s.job(), "left:55px;top:55px") + box(s.firm(1.15) + s.address(joined=True) + drawn, "left:55px;bottom:50px")


def lay_tag(s, rng):
    """Upright: the person upon a coloured head, the firm at the foot."""
    s.base = min(s.base, 24)
    ground, print_ = (s.accent, s.paper) if s.accent != s.ink else (s.ink, s.paper)
    color = f"color:{print_};"
    head = s.line("name", s.owner["name"], 1.5, "font-weight:600;" + color) + s.line("title", s.owner["title"], 0.95, color)
    s.truth["prefix"] = ""
    return box(head, f"left:0;right:0;top:0;height:300px;background:{ground};display:flex;flex-direction:column;justify-content:center;text-align:center") + box(rows_of(s) + f'<div style="height:{s.base:.0f}px"></div>' + s.address(), "left:30px;right:30px;top:420px;text-align:center") + box(s.firm(1.15), "left:20px;right:20px;bottom:70px;text-align:center")


def lay_slip(s, rng):
    """Upright and narrow in type: firm, person, contacts down the left, ruled apart."""
    s.base = min(s.base, 24)
    rule = f'<div style="height:1px;background:{s.ink};margin:26px 0;width:520px"></div>'
    body = s.firm(1.2) + s.claim() + rule + s.name(1.35) + s.job() + rule + rows_of(s) + rule + s.address()
    return box(body, "left:45px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center")


LAYOUTS = [(name[4:], lay) for name, lay in list(globals().items()) if name.startswith("lay_")]
