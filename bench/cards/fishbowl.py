"""Firms, work, numbers and streets of `fair.py`, in none of the lists before it; no real person or firm is meant."""

FIRMS = {
    "pl": "AgroMaszyny Wilczek|Novalis|Piaskownia Rogóż|Hydrotech|Miodosytnia Barć|Fundacja Zielony Krąg|Stalmet|Klinika Okulistyczna Źrenica|Oknoplus|Łuczak Automatyka|Zielone Dachy|Inkubator Technologiczny Kuźnica|Browar Zamkowy|Przetwory Sadowe Jędruś|BIMVision",
    "de": "Agrartechnik Höfle|Lumenwerk|Stadtwerke Auerfeld|Zeitgeist Medien|Holzmanufaktur Grünig|Präzisionsguss Wörner|Biohof Sonnleitner|Drehmoment|Hansekontor Reederei|Kältepunkt|Verpackungen Röder|Solarpark Heide|Ökokiste Isartal|Maschinenring Tauber",
    "en": "Brightwater Analytics|Hedgerow Farms|Quillon|North Fork Robotics|Acorn & Ash|Lakeshore Packaging|Meridian Crop Science|The Paper Mill|Stonebridge Partners|Harvest Loop|Blue Heron Media|Tillage Tech|Cobalt Freight",
    "cs": "Agroslužby Hanák|Světlomet|Pivovar Kohout|Strojírny Vltavan|Novatika|Ovocné Sady Hájek|Dřevostavby Lípa|Kovář Digital", "fr": "Vignobles Castaing|Lumivert|Agri-Services Beauce|Atelier Sept|Minoterie Roussel|Novéo|Horizon Bois|Les Serres d'Anjou",
    "es": "Frutas Almenara|Agrotec Levante|Luminaria|Conservas Marbella|Grupo Encina|Viñedos Robledal|Novasol|Taller Norte", "it": "Agrimeccanica Po|Luminosa|Cantina Sociale Valdarco|Officina Nove|Frutteti Emiliani|Tecnoserra|Gruppo Lanterna|Novarredo",
}
WORK = {
    "pl": "Prokurent|Wspólnik|Wiceprezes Zarządu|Kierownik Regionu Wschód|Inżynier Sprzedaży|Dyrektor Operacyjny|Doradca Klienta Biznesowego|Product Owner|Założyciel|Przedstawiciel Handlowy|Agronom|Kierownik Projektów B+R|Specjalistka ds. Eksportu|Brand Manager|Adiunkt",
    "de": "Prokurist|Geschäftsführender Gesellschafter|Leiter Vertrieb Innendienst|Key Account Managerin|Bereichsleiter Landtechnik|Referentin Fördermittel|Gebietsleiter Nord-Ost|Einkäufer Saatgut|Werkstattleiter|Bauleiterin|Anwendungstechniker|Leiterin Personal",
    "en": "Head of R&D|Regional Sales Director|Agronomist|Partner|Chief Operating Officer|Field Sales Engineer|VP Product|Grower Relations Manager|Founder|Customer Success Lead|Professor of Soil Physics|Procurement Lead|Key Account Manager",
    "cs": "Jednatel|Ředitel divize|Obchodně-technický zástupce|Vedoucí vývoje|Agronom|Společník|Specialistka marketingu", "fr": "Gérante|Responsable Export|Directeur Technique|Chef de Secteur|Œnologue|Associé|Responsable R&D", "es": "Socio Director|Jefa de Exportación|Ingeniero Técnico Agrícola|Responsable de Calidad|Gerente|Directora de Operaciones",
    "it": "Socio|Responsabile Export|Direttore Tecnico|Agronomo|Area Manager|Responsabile Ricerca e Sviluppo|Procuratore",
}
CLAIMS = {
    "pl": "Technologie dla rolnictwa|Systemy nawadniania|Innowacje w uprawie|Grupa Producentów Owoców|Rozwiązania dla przemysłu|Zdrowo i smacznie", "de": "Technik für den Acker|Lösungen für die Industrie|Systeme und Anlagen|Frisch vom Feld|Gesellschaft für Messtechnik",
    "en": "Solutions for growers|Precision Systems|Engineering & Consulting|Better soil, better food|Media Group Services", "cs": "Technologie pro zemědělství|Řešení pro průmysl|Poctivé řemeslo", "fr": "Solutions pour l'agriculture|Conseil & Ingénierie|Cultivons demain", "es": "Soluciones para el campo|Ingeniería y Servicios|Cultivamos futuro",
    "it": "Soluzioni per l'agricoltura|Ingegneria & Servizi|Coltiviamo domani",
}
EXTENSIONS = {"PL": ["wew. {}", "w. {}", "wewn. {}"], "DE": ["DW {}", "App. {}"], "AT": ["DW {}", "DW: {}", "Kl. {}"], "CH": ["int. {}"], "GB": ["ext. {}", "x{}", "ext {}"], "US": ["ext. {}", "x{}", "Ext {}"], "CZ": ["kl. {}", "linka {}"], "FR": ["poste {}"], "ES": ["ext. {}"], "IT": ["int. {}"]}
POSTNOMINALS = {"PL": ["MBA", "PhD", "CFA"], "DE": ["MBA", "LL.M.", "M.Sc."], "AT": ["MBA", "MSc", "BA"], "CH": ["MBA", "CFA"], "GB": ["PhD, CEng", "MBA", "BSc (Hons)", "CEng MIMechE", "FCA"], "US": ["PhD, MBA", "P.E.", "CPA", "Esq.", "PMP"], "CZ": ["Ph.D.", "MBA", "CSc.", "Ph.D., MBA"], "FR": ["PhD", "MBA"], "ES": ["PhD", "MBA"], "IT": ["PhD", "MBA"]}
POWERS = {"DE": ["i. V.", "ppa.", "i. A."], "AT": ["ppa.", "i. V."]}


def dial(rng, country, mobile):
    """A number as it is written there, in one of the less usual ways too."""
    d = lambda n: "".join(rng.choice("0123456789") for _ in range(n))  # noqa: E731
    e = lambda n: rng.choice("23456789") + d(n - 1)  # noqa: E731
    pick = rng.choice
    if country == "PL":
        if mobile:
            a, b, c = pick(["501", "609", "695", "513", "730", "797", "881", "662"]), d(3), d(3)
            return pick([f"+48 {a} {b} {c}", f"{a} {b} {c}", f"{a}-{b}-{c}", f"+48-{a}-{b}-{c}", f"{a}.{b}.{c}", f"(+48) {a} {b} {c}", f"+48 {a}{b}{c}", f"48 {a} {b} {c}"])
        area, a, b, c = pick(["22", "12", "71", "58", "81", "17"]), e(3), d(2), d(2)
        return pick([f"{area} {a} {b} {c}", f"({area}) {a} {b} {c}", f"+48 ({area}) {a} {b} {c}", f"{area} {a}-{b}-{c}", f"+48 {area} {a} {b} {c}", f"(0-{area}) {a} {b} {c}"])
    if country == "DE":
        if mobile:
            area, rest = pick(["151", "170", "172", "176", "160"]), d(8 if rng.random() < 0.4 else 7)
            if area in ("151", "176"):
                rest = d(8)
            return pick([f"+49 {area} {rest}", f"0{area}-{rest}", f"0{area} / {rest[:3]} {rest[3:]}", f"+49 (0){area} {rest[:4]} {rest[4:]}", f"+49.{area}.{rest}"])
        area, body, tail = pick(["89", "30", "711", "221", "341", "8421", "7931"]), e(4), d(2)
        return pick([f"+49 (0){area} {body}-{tail}", f"0{area} {body}-{tail}", f"0{area} / {body[:2]} {body[2:]} {tail}", f"+49 {area} {body}{tail}", f"+49.{area}.{body}{tail}", f"(0{area}) {body}-{tail}", f"+49 {area} / {body} {tail}"])
    if country == "AT":
        if mobile:
            return pick([f"0664 / {d(3)} {d(2)} {d(2)}", f"+43 664 {d(7)}", f"+43 (0)676 {d(3)} {d(4)}", f"0699-{d(4)} {d(4)}"])
        area, body = pick(["1", "732", "316", "662"]), e(3)
        return pick([f"+43 (0){area} {body} {d(4)}", f"+43 {area} {body} {d(2)} {d(2)}", f"0{area} / {body} {d(2)} {d(2)}", f"+43/{area}/{body} {d(4)}"])
    if country == "CH":
        area = pick(["79", "78", "76"]) if mobile else pick(["44", "31", "41", "71", "52"])
        a, b, c = e(3), d(2), d(2)
        return pick([f"+41 {area} {a} {b} {c}", f"0{area} {a} {b} {c}", f"+41 (0){area} {a} {b} {c}", f"+41 (0) {area} {a} {b} {c}", f"0{area}/{a} {b} {c}"])
    if country == "GB":
        if mobile:
            return pick([f"07700 900{d(3)}", f"+44 7700 900{d(3)}", f"+44 (0)7{pick('4589')}{d(2)} {d(6)}", f"07{pick('4589')}{d(2)} {d(3)} {d(3)}"])
        area, body = pick([("20", f"7946 0{d(3)}"), ("161", f"496 0{d(3)}"), ("1632", f"960{d(3)}"), ("117", f"496 0{d(3)}"), ("1223", f"{e(3)}{d(3)}")])
        return pick([f"0{area} {body}", f"+44 (0){area} {body}", f"+44 {area} {body}", f"(0{area}) {body}"])
    if country == "US":
        area, body = pick(["202", "312", "415", "555", "646", "701"]), f"555-01{d(2)}"
        if area == "555":
            body = f"010-{d(4)}"
        a, b = body.split("-")
        return pick([f"({area}) {a}-{b}", f"{area}.{a}.{b}", f"+1 {area} {a} {b}", f"{area}-{a}-{b}", f"+1 ({area}) {a}-{b}", f"1-{area}-{a}-{b}", f"+1.{area}.{a}.{b}"])
    if country == "CZ":
        body = f"{pick(['602', '721', '777', '608']) if mobile else pick(['222', '541', '377', '495'])} {d(3)} {d(3)}"
        return pick([f"+420 {body}", body, f"+420 {body.replace(' ', '')}", f"(+420) {body}", f"+420/{body}"])
    if country == "FR":
        tail = [pick("67") if mobile else pick("12345"), *(d(2) for _ in range(4))]
        return pick(["0" + " ".join(tail), "0" + ".".join(tail), "+33 " + " ".join(tail), "+33 (0)" + " ".join(tail), "+33." + ".".join(tail), "0" + "-".join(tail)])
    if country == "ES":
        if mobile:
            a = pick("67") + d(2)
            return pick([f"+34 {a} {d(3)} {d(3)}", f"{a} {d(2)} {d(2)} {d(2)}", f"(+34) {a} {d(3)} {d(3)}", f"{a}.{d(3)}.{d(3)}"])
        return pick([f"91 {e(3)} {d(2)} {d(2)}", f"+34 93 {e(3)} {d(2)} {d(2)}", f"96{pick('1356')} {d(2)} {d(2)} {d(2)}", f"(+34) 95{pick('45')} {d(3)} {d(3)}"])
    if mobile:
        a = pick(["333", "347", "328", "392"])
        return pick([f"+39 {a} {d(3)} {d(4)}", f"{a} {d(7)}", f"+39.{a}.{d(7)}", f"{a}/{d(7)}", f"{a}-{d(7)}"])
    return pick([f"+39 {area} {rest}" if plus else f"{area}{mark}{rest}" for area, rest, plus, mark in [(pick(["02", "06", "051", "045"]), f"{e(3)} {d(4)}", rng.random() < 0.5, pick([" ", "/", "."]))]])


STREETS = {
    "PL": "ul. Wrzosowa {n}|ul. gen. W. Sikorskiego {n}|Aleja Róż {n}|ul. Bohaterów Westerplatte {n} m. 7|Pl. Wolności {n}|ul. Przemysłowa {n}, hala C|Stara Wieś {n}", "DE": "Ahornweg {n}|Carl-Benz-Straße {n}|An der Alten Ziegelei {n}|Hofgarten {n}|Dorfstr. {n} a|Am Technologiepark {n}",
    "AT": "Wiedner Hauptstraße {n}/2/14|Industriezeile {n}|Am Stadtpark {n}|Feldgasse {n}", "CH": "Technoparkstrasse {n}|Im Grund {n}|Via Nassa {n}|Hofackerweg {n}", "GB": "{n} Granary Wharf|Unit {n}, Harvest Way|{n}a Mill Road|{n} King's Parade", "US": "{n}00 Prairie Ave, Suite 310|{n} W 3rd St|{n}15 County Road 12|PO Box {n}4",
    "CZ": "Polní {n}/12|Tovární {n}|nám. Svobody {n}|Na Kopečku {n}", "FR": "{n} bis, rue des Tanneurs|{n}, route de Chartres|ZA des Acacias, {n} rue du Moulin|{n} cours Mirabeau", "ES": "C/ del Olivo, {n}|Avda. de la Constitución {n}, 3º B|Polígono Industrial Sur, nave {n}|Camino Viejo, {n}", "IT": "Via dei Mille {n}|Strada Provinciale {n}|Piazza Cavour, {n}|Via G. Mazzini {n}/A",
}
PLACES = {
    "PL": "20-601 Lublin|35-105 Rzeszów|05-500 Piaseczno|62-080 Tarnowo Podgórne|99-300 Kutno|32-700 Bochnia", "DE": "85072 Eichstätt|97980 Bad Mergentheim|04109 Leipzig|21218 Seevetal|88212 Ravensburg|D-50667 Köln", "AT": "1040 Wien|4020 Linz|A-8010 Graz|3430 Tulln an der Donau", "CH": "8005 Zürich|CH-6900 Lugano|8280 Kreuzlingen|3250 Lyss",
    "GB": "Leeds LS1 4BR|Norwich NR3 1TT|London N1 9AG|Cambridge CB3 0AX|Hereford HR4 9HZ", "US": "Fargo, ND 58102|Des Moines, IA 50309|San Jose, CA 95110|Chicago, IL 60607|Ithaca NY 14850", "CZ": "500 02 Hradec Králové|602 00 Brno|375 01 Týn nad Vltavou|130 00 Praha 3", "FR": "28000 Chartres|13100 Aix-en-Provence|49000 Angers|75011 Paris",
    "ES": "30007 Murcia|28850 Torrejón de Ardoz|46980 Paterna (Valencia)|41013 Sevilla", "IT": "37121 Verona VR|43122 Parma (PR)|20134 Milano|40026 Imola (BO)",
}


def streets(rng, country):
    """The address in two lines, or three with the country or the town apart."""
    street = rng.choice(STREETS[country].split("|")).format(n=rng.randint(1, 98))
    place = rng.choice(PLACES[country].split("|"))
    if country == "GB" and rng.random() < 0.3:
        town, code = place.split(" ", 1)
        return [street, town, code]
    nation = {"PL": "Poland", "DE": "Germany", "AT": "Österreich", "CH": "Switzerland", "GB": "United Kingdom", "US": "USA", "CZ": "Česko", "FR": "France", "ES": "España", "IT": "Italy"}[country]
    return [street, place] + ([nation] if rng.random() < 0.2 else [])
