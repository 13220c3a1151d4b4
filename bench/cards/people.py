"""Invents the owners of cards: ten countries, no real person. Names and streets come from Faker's locale lists."""

import random
import unicodedata

from faker import Faker

COUNTRIES = ["PL", "PL", "PL", "DE", "DE", "AT", "CH", "GB", "US", "CZ", "FR", "ES", "IT"]
LOCALES = {
    "PL": "pl_PL", "DE": "de_DE", "AT": "de_AT", "CH": "de_CH", "GB": "en_GB", "US": "en_US", "CZ": "cs_CZ", "FR": "fr_FR",
    "ES": "es_ES", "IT": "it_IT",
}
LANGUAGE = {"PL": "pl", "DE": "de", "AT": "de", "CH": "de", "GB": "en", "US": "en", "CZ": "cs", "FR": "fr", "ES": "es", "IT": "it"}
FORMS = {
    "PL": ["Sp. z o.o."] * 5 + ["S.A.", "Sp. J.", "Sp.k.", "Sp. z o.o. Sp.k.", "s.c.", "P.S.A.", ""],
    "DE": ["GmbH"] * 5 + ["GmbH & Co. KG", "AG", "KG", "e.K.", "UG (haftungsbeschränkt)", "OHG", "SE", "e.V.", "mbH", ""],
    "AT": ["GmbH", "AG", "KG", "OG", "e.U.", "Ges.m.b.H.", ""],
    "CH": ["AG", "AG", "GmbH", "SA", "Sàrl", ""],
    "GB": ["Ltd", "Ltd", "Limited", "plc", "LLP", "Ltd.", ""],
    "US": ["Inc.", "LLC", "Corp.", "Inc", "Co.", ""],
    "CZ": ["s.r.o.", "s.r.o.", "a.s.", "spol. s r.o.", "v.o.s.", ""],
    "FR": ["SARL", "SAS", "SA", "EURL", "SASU", ""],
    "ES": ["S.L.", "S.L.", "S.A.", "S.L.U.", "S. Coop.", ""],
    "IT": ["S.r.l.", "S.p.A.", "s.r.l.", "S.a.s.", "S.n.c.", ""],
}
PREFIXES = {
    "PL": ["inż.", "mgr inż.", "dr", "dr inż.", "prof. dr hab.", "mgr", "dr hab. inż.", "lek. med."],
    "DE": ["Dr.", "Dipl.-Ing.", "Prof. Dr.", "Dr.-Ing.", "Dipl.-Kfm.", "Dipl.-Ing. (FH)", "Dipl.-Inform."],
    "AT": ["Mag.", "DI", "Dr.", "Ing.", "Mag. Dr.", "Dipl.-Ing."],
    "CH": ["Dr.", "Dipl. Ing.", "Prof. Dr."],
    "GB": ["Dr", "Prof.", "Dr."], "US": ["Dr.", "Dr"],
    "CZ": ["Ing.", "Mgr.", "Bc.", "MUDr.", "JUDr.", "RNDr.", "Ing. arch.", "doc. Ing."],
    "FR": ["Dr", "Me", "Pr"], "ES": ["Dr.", "Dra.", "D.", "Dña."],
    "IT": ["Dott.", "Dott.ssa", "Ing.", "Avv.", "Arch.", "Dr."],
}
TITLES = {
    "pl": "Dyrektor Handlowy|Kierownik Sprzedaży|Prezes Zarządu|Członek Zarządu|Główny Technolog|Specjalista ds. Zakupów|Doradca Techniczno-Handlowy|Opiekun Klienta Kluczowego|Radca Prawny|Główna Księgowa|Kierownik Produkcji|Brygadzista|Mistrz Zmiany|Zastępca Dyrektora ds. Rozwoju|Pełnomocnik ds. Jakości|Współwłaściciel|Wiceprezes Zarządu|Projektant Wnętrz|Koordynator Projektów Unijnych|Manager ds. Kluczowych Klientów|Regionalny Kierownik Sprzedaży|Inspektor Nadzoru Budowlanego|Konsultant SAP|Programista|Rzeczoznawca Majątkowy|Agent Nieruchomości|Lekarz Weterynarii|Położna|Kucharz|Szef Kuchni|Serwisant|Logopeda|Analityk Danych|Kustosz|Leśniczy|Sekretarz Redakcji|Trener Personalny|Właściciel|Prokurent|Notariusz",
    "de": "Geschäftsführer|Geschäftsführerin|Vertriebsleiter Nord|Leiter Einkauf|Prokuristin|Leitung Marketing|Assistentin der Geschäftsleitung|Außendienst Bayern|Projektleiter Tiefbau|Inhaber|Gebietsverkaufsleiter|Steuerberaterin|Rechtsanwalt|Technischer Berater|Anwendungstechniker|Schreinermeister|Bereichsleiter Logistik|Key Account Manager|Qualitätsbeauftragte|Sachbearbeiterin Auftragsabwicklung|Innenarchitektin|Bauleiter|Systemadministrator|Fachärztin für Augenheilkunde|Mitglied des Vorstands|Serviceleiter|Produktmanagerin Medizintechnik|Kaufmännische Leitung|Werkstattleiter|Restaurantleiterin|Winzer|Hebamme|Pressesprecherin|Referentin für Öffentlichkeitsarbeit|Kundenbetreuer|Disponent|Entwicklungsingenieur|Ausbildungsleiter|Immobilienmaklerin|Verkauf Innendienst",
    "en": "Managing Director|Sales Manager|Head of Procurement|Senior Buyer|Chief Technology Officer|Account Executive|Regional Manager EMEA|Founder & CEO|Co-Founder|VP of Engineering|Business Development Director|Quantity Surveyor|Marketing Coordinator|Product Designer|Solicitor|Partner|Operations Lead|Customer Success Manager|Area Sales Representative|Technical Director|Quality Assurance Engineer|Executive Assistant|Real Estate Broker|Head Chef|Data Scientist|Works Foreman|Director of Philanthropy|Export Manager|Veterinary Surgeon|Curator of Modern Art|Principal Consultant|Brand Strategist|Owner|General Counsel|Site Supervisor|Estate Agent|Fundraising Officer|Store Manager|President|Editor-in-Chief",
    "cs": "Jednatel společnosti|Obchodní ředitel|Obchodní zástupce|Technický poradce|Vedoucí nákupu|Vedoucí výroby|Hlavní účetní|Projektant|Předseda představenstva|Ředitelka školy|Manažer kvality|Majitel|Specialista marketingu|Stavbyvedoucí|Mistr výroby|Advokát|Asistentka ředitele|Architekt|Správce sítě|Lékařka|Produktový manažer|Vedoucí logistiky|Daňový poradce|Konstruktér|Realitní makléř|Člen představenstva",
    "fr": "Directeur Général|Directrice Commerciale|Responsable Achats|Ingénieur Commercial|Chargée de Clientèle|Gérant|Chef de Projet|Attachée de Direction|Technico-commercial|Directeur des Opérations|Architecte d'intérieur|Avocate à la Cour|Responsable Qualité|Président|Conducteur de Travaux|Œnologue|Cheffe de Produit|Consultant en Organisation|Maître d'œuvre|Responsable des Ventes Export|Assistante de Direction|Notaire|Comptable|Agent Immobilier|Pâtissier",
    "es": "Director Comercial|Directora General|Gerente|Responsable de Compras|Jefe de Ventas|Ingeniera de Proyectos|Delegado Zona Norte|Abogada|Consultor Senior|Técnico Comercial|Jefa de Producto|Administrador Único|Responsable de Calidad|Arquitecto|Socio Fundador|Asesora Fiscal|Export Manager|Enólogo|Coordinadora de Logística|Director Financiero|Agente Inmobiliario|Jefe de Taller",
    "it": "Amministratore Delegato|Direttore Commerciale|Responsabile Vendite|Responsabile Acquisti|Titolare|Ingegnere Gestionale|Consulente Finanziario|Avvocato|Architetto|Direttrice Marketing|Capo Cantiere|Socio Fondatore|Agente di Commercio|Responsabile Qualità|Commercialista|Export Manager|Direttore Tecnico|Assistente di Direzione|Enologo|Geometra|Responsabile Produzione|Impiegata Commerciale",
}
CORES = {
    "pl": "Bałtyk Systemy Chłodnicze|Żuraw Logistyka|Hutnik Łódź|TechnoPłyt|Śnieżka Instalacje|Grupa Wiśniewscy|Piekarnia Złoty Kłos|Zakład Stolarski Dąb|EkoŹródło|Kancelaria Prawna Ostoja|Drukarnia Ćwiek|Mazowiecka Izba Rzemiosła|Pracownia Łuk|Agencja Reklamowa Żar|Medicus Przychodnia|Gryf Armatura|Wytwórnia Filmów Świt|Polskie Szkło|Browar Źrebak|Ośrodek Szkolenia Wędka",
    "de": "Grünwald Maschinenbau|Bäckereibedarf Köhler|Müller & Söhne|Vitalis Medizintechnik|Nordlicht Energie|Weingut Sonnenhang|Fenster Schäfer|Autohaus Bergmann|Kanzlei Roth & Kollegen|Schreinerei Öttl|Hausverwaltung Krüger|Alpen Logistik|Stahlbau Weiß|Gasthof Zum Löwen|Blickwinkel Fotografie|Elektro Jäger|Institut für Baustoffe|Farben Löffler|Klangraum Akustik|Röser Kunststofftechnik",
    "en": "Greenfield Foods|Bluewave Marine|Harrow & Finch|Northgate Analytics|Oakridge Joinery|The Copper Kettle|Pinnacle Surveying|Silverline Events|Hollis Wright Architects|Summit Ridge Capital|Redwood Dental|Bright Harbour Media|Thornbury Estates|Cedar Point Robotics|Lakeside Veterinary Clinic|Meridian Legal|Atlas Freight|Foxglove Interiors|Quarry Hill Cider|Beacon Health Partners",
    "cs": "Moravská Sklárna|Železárny Příbram|Pekařství U Růže|Stavby Dvořáček|Čistírna Perla|Lesní Správa Šumná|Optika Žák|Vinařství Pod Hájem|Autodílna Kučera|Ateliér Krása|Nábytek Říha|Pivovar Mlýn|Energie Pro Vás|Tiskárna Šípek|Zubní Centrum Úsměv",
    "fr": "Céramiques du Rhône|Domaine des Chênes|Boulangerie Lefèvre|Atelier Lumière|Menuiserie Gauthier|Transports Béranger|Cabinet Moreau & Associés|Éditions du Quai|Imprimerie Vallée|Groupe Hélios|Pharmacie de l'Étoile|Bâti Ouest|Clair Matin|Optique Saint-Roch|Fonderie Delâge",
    "es": "Bodegas Peñalara|Construcciones Núñez|Aceites del Sur|Talleres Ibáñez|Grupo Señal|Clínica Dental Muñiz|Cerámicas Levante|Transportes Güell|Estudio Añil|Energía Montaña|Muebles Castaño|Papelera del Ebro|Viajes Alcázar|Soluciones Domótica|Hilados Reus",
    "it": "Officine Meccaniche Bruni|Studio Legale Conti|Cantine Collalto|Arredamenti Galli|Tipografia Sant'Anna|Gruppo Aurora|Ceramiche Faenza Nuova|Caffè Vesuvio|Tessitura Comasca|Edilizia Moderna|Farmacia Bianchi|Logistica Adriatica|Vetreria Muranese|Idraulica Ferri|Marmi Apuani",
}
SLOGANS = {
    "pl": "Jakość od 1990 roku|Ciepło Twojego domu|Zawsze na czas|Z nami zbudujesz więcej|Tradycja i nowoczesność|Drukujemy z pasją",
    "de": "Qualität seit 1954|Wir bewegen Ideen|Mehr als nur Technik|Ihr Partner am Bau|Alles aus einer Hand|Handwerk mit Herz",
    "en": "Since 1987|Fresh thinking, every day|Building better places|Where ideas grow|Your partner in growth|Designed to last.",
    "cs": "Kvalita od roku 1990|Vždy o krok napřed|S námi to jde|Tradice a kvalita|Váš spolehlivý partner",
    "fr": "Depuis 1962|L'art de bien bâtir|La qualité avant tout|Votre partenaire confiance|Le goût du vrai",
    "es": "Desde 1975|Calidad y confianza|Su socio de confianza|Innovamos para usted|El sabor de siempre",
    "it": "Dal 1948|Passione e qualità|Il gusto della tradizione|Soluzioni su misura|Al vostro servizio",
}
DEPARTMENTS = {
    "pl": "Dział Sprzedaży|Dział Eksportu|Biuro Zarządu|Dział Prawny", "de": "Abteilung Vertrieb|Einkauf|Geschäftsbereich Energie",
    "en": "Sales Department|Supply Chain Division|Corporate Banking", "cs": "Oddělení nákupu|Obchodní oddělení",
    "fr": "Service Commercial|Direction Technique", "es": "Departamento Comercial|Área Técnica", "it": "Ufficio Vendite|Divisione Energia",
}
LABELS = {
    "phone": {"pl": ["tel.", "tel.:", "T:", "T", "telefon:", "Tel"], "de": ["Tel.", "Telefon", "Tel.:", "T", "Fon", "T:"], "en": ["Tel:", "T", "Phone:", "P:", "Office", "T.", "Direct:"],
              "cs": ["Tel.:", "tel.:", "T:", "Telefon:"], "fr": ["Tél.", "Tél. :", "T.", "Tél :"], "es": ["Tel.", "Tel:", "T.", "Tlf.", "Teléfono:"], "it": ["Tel.", "Tel:", "T.", "Telefono:"]},
    "mobile": {"pl": ["kom.", "tel. kom.", "mob.", "M:", "kom.:", "M"], "de": ["Mobil", "Mobil:", "M", "Handy", "Mobil.:", "M:"], "en": ["M:", "Mobile:", "Mob:", "Cell:", "M"],
               "cs": ["Mob.:", "mobil:", "M:", "GSM:"], "fr": ["Mob.", "Port.", "Mobile :", "M."], "es": ["Móvil:", "M.", "Mov.", "Móv."], "it": ["Cell.", "Mob.", "Cell:", "M."]},
    "fax": {"pl": ["fax", "faks:", "F:"], "de": ["Fax", "Fax:", "Telefax", "F"], "en": ["Fax:", "F:", "F"], "cs": ["Fax:"], "fr": ["Fax", "Fax :"], "es": ["Fax:", "F."], "it": ["Fax", "Fax:"]},
    "email": ["", "", "", "E:", "e-mail:", "E-Mail:", "Mail", "E", "email:"],
    "website": ["", "", "", "W:", "web:", "Web", "W"],
}


def invent(rng, held_out=False):
    """One owner: what is printed, in the parts that a design arranges."""
    country = rng.choice(COUNTRIES)
    lang = LANGUAGE[country]
    fake = Faker(LOCALES[country])
    fake.seed_instance(rng.randrange(1 << 30))
    first, last = names(fake, rng)
    core, form, company = firm(rng, fake, lang, country, last)
    domain = domain_of(rng, core, country)
    owner = {
        "held_out": held_out, "country": country, "lang": lang, "first": first, "last": last, "name": f"{first} {last}",
        "prefix": rng.choice(PREFIXES[country]) if rng.random() < 0.22 else "",
        "title": title(rng, fake, lang, held_out), "company": company, "core": core, "form": form,
        "email": f"{local(rng, first, last)}@{domain}", "website": website(rng, domain),
        "address": address(rng, fake, country), "phones": phones(rng, country, lang),
        "fax": labelled(rng, number(rng, country, False), LABELS["fax"][lang]) if rng.random() < 0.15 else "",
        "slogan": rng.choice(SLOGANS[lang].split("|")) if rng.random() < 0.22 else "",
        "department": rng.choice(DEPARTMENTS[lang].split("|")) if rng.random() < 0.08 else "",
        "register": register(rng, country) if rng.random() < 0.22 else "",
        "social": social(rng, first, last, core) if rng.random() < 0.14 else "",
        "email_label": rng.choice(LABELS["email"]), "website_label": rng.choice(LABELS["website"]),
    }
    if country in ("CZ", "AT", "GB", "US", "DE") and rng.random() < 0.06:
        owner["suffix"] = rng.choice({"CZ": ["Ph.D.", "CSc.", "MBA"], "AT": ["MSc", "MBA", "BSc"], "GB": ["PhD", "MBA", "FRICS"], "US": ["PhD", "MBA", "CPA"], "DE": ["LL.M.", "M.Sc.", "MBA"]}[country])
    return owner


def names(fake, rng):
    female = rng.random() < 0.5
    first = (fake.first_name_female if female else fake.first_name_male)()
    last = (fake.last_name_female if female else fake.last_name_male)() if hasattr(fake, "last_name_female") else fake.last_name()
    if rng.random() < 0.1:
        last += "-" + fake.last_name()
    if rng.random() < 0.06:
        first += " " + rng.choice([fake.first_name(), first[0] + "."])
    return first, last


def firm(rng, fake, lang, country, last):
    roll = rng.random()
    if roll < 0.45:
        core = rng.choice(CORES[lang].split("|"))
    elif roll < 0.6:
        core = coined(rng)
    elif roll < 0.75:
        core = f"{rng.choice([last, fake.last_name()])} {rng.choice(['Group', 'Consulting', '& Partner', 'Design', 'Trade', 'Solutions', 'Bau', 'Studio', 'Invest', 'Transport'])}"
    elif roll < 0.85:
        core = coined(rng).upper()
    else:
        core = f"{coined(rng)} {rng.choice(['Technologies', 'Energy', 'Pharma', 'Systems', 'Labs', 'Robotics', 'Polska', 'Deutschland', 'Europe', 'Solar', 'Foods', 'Textil', 'Agro', 'Med'])}"
    form = rng.choice(FORMS[country])
    return core, form, f"{core} {form}".strip()


def coined(rng):
    heads = "al bel cor da el fer gal hy in ka lu mer no or pra qua re sol ta ul ve xi ze lo vi tri am".split()
    middles = "ba ra vi no di ta li mo ri ga ne so va ki".split()
    tails = "x ris tech nex via lon tis do ra ko mint das flow gen cell bit ro tor".split()
    return (rng.choice(heads) + "".join(rng.choice(middles) for _ in range(rng.randint(0, 1))) + rng.choice(tails)).capitalize()


def title(rng, fake, lang, held_out):
    """From the list, or, for what no list knows, one of Faker's occupations."""
    listed = TITLES[lang].split("|")
    if rng.random() < (0.5 if held_out else 0.55):
        text = rng.choice(listed[::2] if not held_out else listed)
    else:
        for _ in range(30):
            text = fake.job()
            if 4 < len(text) < 36 and not set(text) & set(",*/()"):
                break
        else:
            text = rng.choice(listed)
        text = text[0].upper() + text[1:]
    if lang != "en" and rng.random() < 0.05:
        text = rng.choice(TITLES["en"].split("|"))
    return text


def ascii_of(text, german=False):
    for a, b in (("ł", "l"), ("Ł", "L"), ("ß", "ss"), ("œ", "oe"), ("Œ", "Oe")):
        text = text.replace(a, b)
    if german:
        for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")):
            text = text.replace(a, b)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def slug(text, german=True):
    return "".join(c for c in ascii_of(text, german).lower() if c.isalnum())


def domain_of(rng, core, country):
    words = [slug(word) for word in core.replace("-", " ").replace("'", " ").split() if slug(word)]
    name = rng.choice(["".join(words), "-".join(words), words[0] if len(words[0]) > 3 else "".join(words), words[0] + (words[-1][:3] if len(words) > 1 else "")])
    endings = {"PL": ["pl", "pl", "com.pl", "eu"], "DE": ["de", "de", "com"], "AT": ["at"], "CH": ["ch"], "GB": ["co.uk", "com", "uk"], "US": ["com", "com", "net", "io"],
               "CZ": ["cz", "cz", "eu"], "FR": ["fr", "com"], "ES": ["es", "com"], "IT": ["it", "it", "eu"]}
    return f"{name[:24].strip('-')}.{rng.choice(endings[country])}"


def local(rng, first, last):
    first, last = slug(first.split()[0]), slug(last.split("-")[0])
    role = rng.choice(["info", "biuro", "office", "kontakt", "sales"])
    return rng.choice([f"{first}.{last}"] * 4 + [f"{first[0]}.{last}"] * 3 + [f"{first[0]}{last}"] * 2 + [first, last, f"{last}.{first}", f"{first}_{last}", f"{last}{first[0]}", role])


def website(rng, domain):
    return rng.choice([f"www.{domain}"] * 5 + [domain, domain, f"https://{domain}", f"https://www.{domain}", f"www.{domain.upper()}", ""])


def phones(rng, country, lang):
    count = rng.choice([0, 1, 1, 1, 2, 2, 2]) if rng.random() < 0.97 else 3
    kinds = [rng.random() < 0.5 for _ in range(count)]
    return [labelled(rng, number(rng, country, mobile), LABELS["mobile" if mobile else "phone"][lang] + [""]) for mobile in kinds]


def labelled(rng, text, labels):
    return f"{rng.choice(labels)} {text}".strip()


def number(rng, country, mobile):
    d = lambda n: "".join(rng.choice("0123456789") for _ in range(n))  # noqa: E731
    e = lambda n: rng.choice("23456789") + d(n - 1)  # noqa: E731
    if country == "PL":
        three = f"{rng.choice(['501', '602', '693', '512', '731', '784', '888', '660'])} {d(3)} {d(3)}" if mobile else f"{rng.choice(['22', '12', '61', '71', '58', '32', '42'])} {e(3)} {d(2)} {d(2)}"
        three = three.replace(" ", rng.choice([" ", " ", "-"])) if mobile else three
        return rng.choice([f"+48 {three}", f"+48 {three}", three, f"0048 {three}", f"(+48) {three}"] + ([] if mobile else [f"({three[:2]}) {three[3:]}"]))
    if country in ("DE",):
        area = rng.choice(["151", "160", "170", "172", "176"]) if mobile else rng.choice(["30", "89", "40", "221", "511", "711", "351"])
        rest = d(8) if mobile else e(3) + rng.choice([f" {d(4)}", f" {d(2)} {d(2)}", f"{d(2)}-{d(2)}", d(4)])
        return rng.choice([f"+49 {area} {rest}", f"0{area} {rest}", f"+49 (0) {area} {rest}", f"+49 (0){area} {rest}", f"(0{area}) {rest}", f"0{area} / {rest}", f"0{area}/{rest}"])
    if country == "AT":
        area, rest = ("664", d(7)) if mobile else (rng.choice(["1", "316", "512", "662"]), e(3) + " " + d(4))
        return rng.choice([f"+43 {area} {rest}", f"+43 (0){area} {rest}", f"0{area} {rest}", f"+43 ({area}) {rest}"])
    if country == "CH":
        area = rng.choice(["79", "78", "76"]) if mobile else rng.choice(["44", "31", "61", "22", "21"])
        rest = f"{e(3)} {d(2)} {d(2)}"
        return rng.choice([f"+41 {area} {rest}", f"0{area} {rest}", f"+41 (0){area} {rest}"])
    if country == "GB":
        if mobile:
            return rng.choice([f"07{d(3)} {d(6)}", f"+44 7{d(3)} {d(6)}", f"+44 (0)7{d(3)} {d(6)}"])
        area = rng.choice(["20 7", "20 3", "161 ", "113 ", "131 "])
        rest = f"{d(3)} {d(4)}"
        return rng.choice([f"0{area}{rest}", f"+44 {area}{rest}", f"+44 (0){area}{rest}", f"(0{area.split()[0]}) {area.split(' ')[1]}{rest}"])
    if country == "US":
        area, a, b = rng.choice(["415", "212", "312", "617", "206", "303"]), e(3), d(4)
        return rng.choice([f"({area}) {a}-{b}", f"{area}-{a}-{b}", f"{area}.{a}.{b}", f"+1 {area} {a} {b}", f"+1 ({area}) {a}-{b}"])
    if country == "CZ":
        body = f"{rng.choice(['602', '603', '724', '731', '777']) if mobile else rng.choice(['222', '545', '596', '377'])} {d(3)} {d(3)}"
        return rng.choice([f"+420 {body}", f"+420 {body}", body, f"00420 {body}"])
    if country == "FR":
        head = rng.choice(["6", "7"]) if mobile else rng.choice(["1", "2", "3", "4", "5"])
        tail = f"{d(2)} {d(2)} {d(2)} {d(2)}"
        return rng.choice([f"0{head} {tail}", f"+33 {head} {tail}", f"+33 (0){head} {tail}", f"0{head} {tail}".replace(" ", ".")])
    if country == "ES":
        body = f"{rng.choice('67') if mobile else '9'}{d(2)} {d(3)} {d(3)}" if mobile or rng.random() < 0.5 else f"9{rng.choice('1345')} {d(3)} {d(2)} {d(2)}"
        return rng.choice([f"+34 {body}", body, f"(+34) {body}"])
    body = f"3{rng.choice('234')}{d(1)} {d(3)} {d(4)}" if mobile else f"{rng.choice(['02', '06', '051', '011'])} {e(4)} {d(3)}"
    return rng.choice([f"+39 {body}", body, body.replace(" ", "/", 1)])


CITIES = {
    "PL": "87-100 Toruń|90-562 Łódź|31-567 Kraków|00-950 Warszawa|80-863 Gdańsk|41-902 Bytom|25-310 Kielce|61-842 Poznań|50-123 Wrocław|43-300 Bielsko-Biała|15-224 Białystok|26-600 Radom|70-415 Szczecin|33-300 Nowy Sącz|58-500 Jelenia Góra",
    "DE": "50996 Köln|20354 Hamburg|80331 München|10115 Berlin|70173 Stuttgart|01067 Dresden|60311 Frankfurt am Main|48143 Münster|97070 Würzburg|79098 Freiburg im Breisgau|06108 Halle (Saale)|90402 Nürnberg",
    "AT": "1070 Wien|8010 Graz|5020 Salzburg|4020 Linz|6020 Innsbruck|9500 Villach|3100 St. Pölten",
    "CH": "8008 Zürich|3011 Bern|4051 Basel|6003 Luzern|9000 St. Gallen|1204 Genève|1003 Lausanne|8400 Winterthur",
    "GB": "London EC2A 4NE|Leeds LS10 1RT|Manchester M3 4EN|Bristol BS1 5DB|Edinburgh EH2 4AD|Ludlow SY8 1BE|Cambridge CB2 1TN|Brighton BN1 1AF",
    "US": "San Francisco, CA 94102|Chicago, IL 60606|New York, NY 10018|Austin, TX 78701|Portland, OR 97205|Denver, CO 80202-1234|Boston, MA 02110",
    "CZ": "702 00 Ostrava|603 00 Brno|110 00 Praha 1|301 00 Plzeň|460 01 Liberec|779 00 Olomouc|500 03 Hradec Králové|370 01 České Budějovice",
    "FR": "69002 Lyon|75008 Paris|33000 Bordeaux|59800 Lille|67000 Strasbourg|13001 Marseille|44000 Nantes|31000 Toulouse Cedex 5",
    "ES": "28013 Madrid|08036 Barcelona|41001 Sevilla|46002 Valencia|48009 Bilbao|50001 Zaragoza|15001 A Coruña",
    "IT": "20121 Milano|00187 Roma|40121 Bologna (BO)|10121 Torino|50123 Firenze|31100 Treviso (TV)|25121 Brescia",
}
STREETS = {
    "PL": "ul. Mostowa|ul. Józefa Piłsudskiego|al. Jerozolimskie|os. Źródlane|pl. Solidarności|ul. Świętojańska|ul. Łąkowa|al. Niepodległości|ul. 3 Maja|ul. Źródlana|Rynek",
    "DE": "Industriestraße|Große Bleichen|Hauptstr.|Lindenallee|Am Alten Markt|Schillerplatz|Bahnhofstraße|Im Wiesengrund|Mühlweg|Königsallee|Werner-von-Siemens-Str.",
    "AT": "Lindengasse|Mariahilfer Straße|Hauptplatz|Landstraßer Hauptstraße|Getreidegasse|Am Heumarkt",
    "CH": "Seefeldstrasse|Bahnhofstrasse|Rue du Rhône|Marktgasse|Birkenweg|Dorfstrasse",
    "GB": "High Street|Riverside Park|Station Road|Queen Square|Church Lane|Albion Street|Market Place|Old Mill Lane",
    "US": "Market Street|Main Street|Lakeview Drive|Broadway|Elm Avenue|Commerce Blvd|N Wacker Drive|Pine Road",
    "CZ": "Nádražní|Křížová|náměstí Míru|Palackého|U Zámku|Hlavní třída|Masarykova|Na Příkopě",
    "FR": "rue de la République|avenue Jean Jaurès|boulevard Haussmann|place du Marché|chemin des Vignes|rue Sainte-Catherine|quai de la Fosse|allée des Tilleuls",
    "ES": "C/ Mayor|Calle de Alcalá|Avda. Diagonal|Plaza de España|Paseo de Gracia|Gran Vía|Pol. Ind. El Pinar, Nave",
    "IT": "Via Garibaldi|Corso Italia|Piazza Dante|Viale Europa|Via Roma|Largo Augusto|Via dell'Industria",
}
NATIONS = {"PL": ["Polska", "Poland"], "DE": ["Deutschland", "Germany"], "AT": ["Österreich", "Austria"], "CH": ["Schweiz", "Switzerland"], "GB": ["United Kingdom", "UK"], "US": ["USA", "USA"],
           "CZ": ["Česká republika", "Czech Republic"], "FR": ["France", "France"], "ES": ["España", "Spain"], "IT": ["Italia", "Italy"]}


def address(rng, fake, country):
    """The lines of a postal address; none on one card in twenty."""
    if rng.random() < 0.05:
        return []
    town = rng.choice(CITIES[country].split("|"))
    name = rng.choice(STREETS[country].split("|"))
    if rng.random() < 0.35 and country in ("PL", "DE", "CZ", "GB", "US", "IT", "ES", "FR"):
        name = fake.street_name()
    n = str(rng.randint(1, 180)) + rng.choice(["", "", "", "a", "B", f"/{rng.randint(1, 40)}"])
    if country in ("GB", "US"):
        street = f"{n.split('/')[0]} {name}" + (f", {rng.choice(['Suite', 'Floor', 'Unit'])} {rng.randint(2, 40)}" if rng.random() < 0.2 else "")
    elif country == "FR":
        street = f"{n.split('/')[0]}{rng.choice([',', ''])} {name}"
    elif country in ("IT", "ES"):
        street = f"{name}{rng.choice([', ', ' '])}{n}"
    else:
        street = f"{name} {n}"
    if country in ("DE", "AT", "CH", "FR", "CZ") and rng.random() < 0.12:
        town = {"DE": "D-", "AT": "A-", "CH": "CH-", "FR": "F-", "CZ": "CZ-"}[country] + town
    if country == "GB" and rng.random() < 0.25:
        city, code = town.split(" ", 1)
        lines = [street, city, code]
    else:
        lines = [street, town]
    if country == "GB" and rng.random() < 0.15:
        lines.insert(0, rng.choice(["Albion House", "Unit 7 Mill Business Park", "The Old Foundry", "Suite 4, Crown Court"]))
    if rng.random() < 0.12:
        lines.append(rng.choice(NATIONS[country]))
    return lines


def register(rng, country):
    d = lambda n: "".join(rng.choice("0123456789") for _ in range(n))  # noqa: E731
    return rng.choice({
        "PL": [f"NIP {d(3)}-{d(3)}-{d(2)}-{d(2)}", f"NIP: {d(10)}", f"KRS 0000{d(6)}", f"REGON {d(9)}", f"NIP: {d(10)}, REGON: {d(9)}"],
        "DE": [f"USt-IdNr. DE{d(9)}", f"HRB {d(5)}", f"IBAN DE{d(2)} {d(4)} {d(4)} {d(4)} {d(4)} {d(2)}", f"Amtsgericht Köln HRB {d(5)}"],
        "AT": [f"UID: ATU{d(8)}", f"FN {d(6)}a"], "CH": [f"CHE-{d(3)}.{d(3)}.{d(3)} MWST", f"UID CHE-{d(3)}.{d(3)}.{d(3)}"],
        "GB": [f"Company No. {d(8)}", f"VAT GB {d(9)}", f"Registered in England {d(7)}"], "US": [f"License # {d(7)}", f"DRE {d(8)}"],
        "CZ": [f"IČO: {d(8)}", f"DIČ: CZ{d(8)}", f"IČ {d(8)}, DIČ CZ{d(8)}"], "FR": [f"SIRET {d(3)} {d(3)} {d(3)} {d(5)}", f"RCS Lyon {d(9)}", f"TVA FR{d(11)}"],
        "ES": [f"CIF B{d(8)}", f"NIF: B-{d(8)}"], "IT": [f"P.IVA {d(11)}", f"P. IVA IT{d(11)}", f"C.F. {d(11)}"],
    }[country])


def social(rng, first, last, core):
    a, b, c = slug(first.split()[0]), slug(last.split("-")[0]), slug(core)
    return rng.choice([f"linkedin.com/in/{a}-{b}", f"@{c}", f"facebook.com/{c}", f"in/{a}{b}", f"instagram.com/{c}", f"Skype: {a}.{b}", f"www.linkedin.com/in/{a}{b}"])


if __name__ == "__main__":
    for seed in range(10):
        print(invent(random.Random(seed)))
