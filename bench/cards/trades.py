"""Firms, work and wordings for `later.py`, none of which stands in the lists before it; no real person or firm is meant."""

import people

FIRMS = {
    "pl": "Kancelaria Radców Prawnych Sowa i Wspólnicy|Biuro Projektów Przęsło|Gospodarstwo Pasieczne Miodunka|Indywidualna Praktyka Lekarska Zefir|Gabinet Stomatologiczny Kieł|P.P.H.U. Kopyto|F.H.U. Marzanna|Firma Handlowo-Usługowa Grab|Przedsiębiorstwo Robót Drogowych Szutr|Spółdzielnia Mleczarska Sarenka|Fundacja Na Skraju|Stowarzyszenie Przyjaciół Wisły|Miejski Ośrodek Kultury w Olszynach|Nadleśnictwo Czarny Bór|Uzdrowisko Źródełko|Pensjonat Pod Modrzewiem|Atelier Cisza|Halny|Wiatrak & Syn|nocnylot|KOLEJKA studio|Mosty i Wiadukty|Zespół Adwokacki Rojek Lampart|Warsztaty Terapii Pomost|Akademia Ruchu Gibon|Sad Karłowaty|Pralnia Bąbel|Hodowla Koni Kasztanka|Galeria Podwórko|Teatr Na Strychu",
    "de": "Ingenieurbüro Stegmaier|Praxis für Physiotherapie Lenz|Architekten Kolb + Partner|Notariat am Rathaus|Sozietät Brandt Uhlig Noll|Hofgut Apfelbach|Manufaktur Silberdistel|Kulturverein Alte Spinnerei|Zimmerei Holzapfel|Stadtwerke Waldau|Volkshochschule Rabental|nordwind.media|Fahrschule Kurve|Tierarztpraxis Dachs|Kinderhaus Purzelbaum|Raumausstattung Vogt|Sägewerk Tannhof|Gebrüder Eichinger|Rheinische Kiesgruben|Reisebüro Fernweh|Optik Scharfblick|Elbtal Gerüste|Hofladen Streuobst|Goldschmiede Opal|Ateliergemeinschaft Hinterhof|Bestattungen Ruhland|Spielwaren Kreisel|Textilpflege Weber & Töchter|Zentrum für Ergotherapie|Wohnungsgenossenschaft Lindenhof",
    "en": "Marlow Pike Solicitors|St Brannock's School|The Willow Trust|Hartwell|Fox Hollow Farm|Nine Elms Osteopathy|Tern & Gull|Copperfield Associates|University of Westmere|Lowland Wind|Juniper Studio|Pembrey District Council|Quill and Anchor|Blackthorn|Rowan Tree Hospice|Dales Heritage Railway|Kestrel Airfield|Stonebridge Advisory|Puddleduck Nursery|Salt & Slate|Tinker Street|The Lantern Theatre|Millbrook Vets|Harbourside Chiropractic|Greyfriars Antiques",
    "cs": "Advokátní kancelář Vrána|Ordinace praktického lékaře Borůvka|Kamnářství Ohníček|Město Lipová|Nakladatelství Sýkora|Divadlo Na Půdě|Stavební huť Kopec|Zámečnictví Klíček|Včelařství Medunka|Školka Sluníčko|Geodetické práce Olovnice|Dřevo Javor|Reality Dvorek|Penzion U Vrby",
    "fr": "Cabinet d'Avocats Leroux-Payan|Étude de Maître Brisac|Clinique vétérinaire des Saules|Agence Papillon|Mairie de Sainte-Aubaine|Les Jardins de Luce|Théâtre du Passage|Maison Corbier|La Petite Forge|Groupe Scolaire Les Tilleuls|Bureau d'Études Montclar|Scierie du Vallon|Chambre d'Hôtes Le Figuier|Ferme des Trois Chemins",
    "es": "Bufete Roldán y Asociados|Despacho Ortuño|Clínica Veterinaria La Dehesa|Ayuntamiento de Villarrobla|Fundación Horizonte Claro|Estudio de Arquitectura Membrillo|Hermanos Quiroga|Casa Rural El Nogal|Colegio Santa Brígida|Taller de Vidrio Azul|Grupo Almendro|Librería El Faro|Asesoría Valcárcel|Huertas del Tajo",
    "it": "Studio Associato Belfiore|Notaio Ravasio|Agriturismo Il Gelso|Comune di Montesereno|F.lli Pagani|Centro Estetico Ninfea|Associazione Culturale Lanterna|Panificio Spiga d'Oro|Studio Dentistico Aldini|Impresa Edile Scalabrin|Teatro dell'Angolo|Cooperativa Il Ponte|Ditta Marchesin|Vivai Ronchetto",
}
# For cards that are held out: training draws from the lists above, never from these.
OTHER_FIRMS = {
    "pl": "Kuźnia Pod Klonem|Żłobek Tuptuś|Biblioteka Pedagogiczna w Jaworniku|Winiarnia Zacisze|Przedsiębiorstwo Wodociągów Struga|Kwiaty Konwalia|Orkiestra Kameralna Arco|Laboratorium Optyczne Lupa|Rusznikarstwo Szymkowiak|Dom Aukcyjny Sygnet|Hurtownia Papieru Ryza|Szkółka Drzew Buczyna|Schronisko Górskie Halina|Rękodzieło|Centrum Nurkowe Płetwa|Zakład Szewski Kopytko|Usługi Transportowe Bocian|Wytwórnia Świec Knot|Przychodnia Weterynaryjna Jeż",
    "de": "Schuhmacherei Absatz|Musikschule Tonleiter|Steinmetz Grabowski|Ziegelei Lehmann & Co.|Gasthaus Zur Post|Seilerei Knoten|Apotheke am Markt|Landkreis Sonnental|Orgelbau Pfeifer|Hebammenpraxis Storchennest|Kunstverein Treppenhaus|Gerberei Hirsch|Tauchsport Flosse|Imkerei Wabe|Buchbinderei Falz|Kletterhalle Steilwand|Agentur Zwischenraum|Bäderbetriebe Quelle",
    "en": "Sandpiper Ceramics Guild|Bell Tower Dental|Oxlip|Harrow Lane Allotments|Whitcombe & Vane|The Bookbinders|Gannet Ferries|Parish of St Wilfrid|Coldwater Diving|Thistle Wool|Marchbank Architects|Aldergrove Academy|Lamp & Loom|Penrose Saddlery|Riverbend Pharmacy|Corvid Labs",
    "cs": "Knihařství Vazba|Obec Kamenice|Cukrárna Mlsná|Lékárna U Lípy|Sady Jablko|Ševcovství Podrážka|Hudební škola Tón|Mlýn Kolář|Horská chata Sněhule", "fr": "Cordonnerie du Pont|Pharmacie des Arcades|Orchestre de Chambre Arpège|Cave Coopérative des Coteaux|Tonnellerie Marchal|Crèche Les Lutins|Commune de Valfleury|Reliure Dorée|Moulin Neuf",
    "es": "Zapatería Suela|Farmacia del Puerto|Orquesta Alborada|Almazara Los Olivos|Guardería Pompas|Encuadernación Folio|Diputación de Sierraclara|Relojería Péndulo|Molino Viejo", "it": "Calzoleria Tacco|Farmacia del Borgo|Orchestra Armonia|Frantoio Ulivi|Asilo Nido Coccinella|Legatoria Frontespizio|Provincia di Vallescura|Orologeria Pendolo|Mulino Vecchio",
}
OTHER_WORK = {
    "pl": "Szewc|Bibliotekarka|Ratownik Medyczny|Zegarmistrz|Wychowawczyni|Kierownik Budowy|Naczelnik Wydziału Geodezji|Hydrolog|Kapelmistrz|Windykator|Ogrodniczka|Przewodnicząca Rady|Opiekun Medyczny|Monter Instalacji|Konserwatorka Zabytków|Zastępczyni Kierownika ds. Szkoleń|Sołtys|Cieśla|Rezydent Chirurgii",
    "de": "Schuhmacher|Bibliothekarin|Rettungssanitäter|Uhrmachermeister|Erzieherin|Kantor|Amtsleiterin Bauordnung|Hydrologe|Gärtner|Bilanzbuchhalterin|Schichtführer|Rechtspflegerin|Stellv. Vorsitzende|Orgelbauer|Filialleitung|Logopädin|Tischler|Dezernent für Kultur und Bildung|Zerspanungsmechaniker",
    "en": "Shoemaker|School Librarian|Paramedic|Watchmaker|Vicar|Bursar|Harbour Master|Bookbinder|Dive Instructor|Payroll Clerk|Archivist|Saddler|Head Gardener|Community Nurse|Cellist|Joint Managing Partner|Fellow|Bookseller",
    "cs": "Knihovnice|Zdravotní sestra|Hodinář|Účetní|Švec|Místostarostka|Zahradník|Tajemník|Kapelník|Knihař", "fr": "Bibliothécaire|Ambulancier|Horloger|Secrétaire de Mairie|Cordonnier|Jardinière|Chef d'Orchestre|Pharmacienne|Tonnelier",
    "es": "Bibliotecaria|Relojero|Zapatero|Secretaria Municipal|Jardinero|Directora de Orquesta|Farmacéutica|Maestro Almazarero|Enfermera", "it": "Bibliotecaria|Orologiaio|Calzolaio|Segretario Comunale|Giardiniera|Direttore d'Orchestra|Farmacista|Infermiere|Mugnaio",
}
OTHER_CLAIMS = {
    "pl": "Szyjemy na miarę|wt.–sob. 11:00–19:00|Punkty w Opolu i Nysie|oprawa · renowacja · złocenia|Rok zał. 1926|Ręcznie robione w Beskidach", "de": "Di–Sa 10:00–18:30 Uhr|Maßarbeit aus Leder|Reparatur – Verkauf – Verleih|Standorte: Kiel und Husum|Gegründet 1926|Innung der Schuhmacher",
    "en": "made to measure|Tue to Sat 10.00–18.30|repairs | hire | lessons|Branches in Bath and Wells|Founded 1926|Hand sewn in Dorset", "cs": "Út–So 10:00–18:00|oprava · prodej · půjčovna|Založeno 1926", "fr": "Mar–Sam 10h00–18h30|Fondée en 1926|réparation · vente · location", "es": "Ma–Sá 10:00–18:30|Fundada en 1926|reparación · venta · alquiler", "it": "Mar–Sab 10:00–18:30|Fondata nel 1926|riparazione · vendita · noleggio",
}
DESCRIBED = {
    "pl": ["Kancelaria Adwokacka {l}", "Biuro Rachunkowe {l}", "Zakład Usługowy {f} {l}", "{l} i Synowie", "Gabinet {l}", "{l} Nieruchomości"],
    "de": ["{l} & Söhne", "Kanzlei {l}", "Malerbetrieb {f} {l}", "Ingenieurbüro {l}", "{l} Immobilien", "Weingut {l}"],
    "en": ["{l} & Sons", "{l} Associates", "{f} {l} Photography", "{l} Legal", "The {l} Practice", "{l} + Co"],
    "cs": ["Stavby {l}", "{f} {l} – truhlářství", "Advokátní kancelář {l}", "{l} a syn"], "fr": ["Cabinet {l}", "Maison {l}", "{l} et Fils", "Étude {l}"],
    "es": ["Hermanos {l}", "Bufete {l}", "{l} Abogados", "Talleres {l}"], "it": ["Studio Legale {l}", "Fratelli {l}", "{l} & Figli", "Studio {l}"],
}
WORK = {
    "pl": "Pszczelarz|Adwokat|Dyrygentka|Kierowniczka Zespołu ds. Rekrutacji|Geodeta Uprawniony|Burmistrz|Nadleśniczy|Ordynator Oddziału Kardiologii|Architekt IARP|Zastępca Burmistrza|Brygadier|Tłumacz Przysięgły Języka Niemieckiego|Dietetyk Kliniczny|Spawacz|Prezeska Fundacji|Adiunkt|Kierownik Katedry|Z-ca Dyrektora ds. Technicznych|Specjalistka ds. Mediów Społecznościowych|Młodszy Inspektor|Mistrz Cukiernictwa|Dyrektor Artystyczny|Makler Ubezpieczeniowy|Stolarz|Fizjoterapeutka|Pracownik Socjalny|Lider Zespołu Testów|Kwiaciarka|Kierownik Robót Elektrycznych|Dział Obsługi Posprzedażowej",
    "de": "Zimmermeister|Notarin|Bürgermeister|Staatlich geprüfter Techniker|Studienrätin|Goldschmiedin|Physiotherapeutin|Oberarzt für Chirurgie|Landschaftsgärtner|Geschäftsstellenleitung|Kfm. Leiter|Leitung Finanzen & Controlling|Ortsvorsteherin|Imker|Projektsteuerung|Restauratorin im Handwerk|Fahrlehrer|Dirigent|Stv. Geschäftsführer|Betriebswirtin (VWA)|Vertriebsbeauftragter Süd-West|Ansprechpartnerin Presse|Heilpraktikerin|Diplom-Psychologin|Wissenschaftlicher Mitarbeiter|Schulsozialarbeiter|Verkauf & Beratung|Sattler|Tierärztin|Bankkaufmann",
    "en": "Headteacher|Beekeeper|Consultant Cardiologist|Registered Osteopath|Town Clerk|Chartered Surveyor|Reader in Soil Science|Conductor|Goldsmith|Admissions Tutor|Barrister-at-Law|Practice Nurse|Volunteer Lead|Chair of Trustees|Stonemason|Airfield Manager|Senior Lecturer|Interim Chief People Officer|Head of Growth|Translator & Interpreter|Photographer|Client Services|Dispensing Optician|Garden Designer|Boatbuilder",
    "cs": "Starosta|Včelař|Praktický lékař|Soudní tlumočnice|Truhlář|Zástupce ředitele|Fyzioterapeutka|Vedoucí odboru dopravy|Geodet|Dramaturg|Personalistka|Provozní|Kameník",
    "fr": "Maire Adjoint|Apicultrice|Vétérinaire|Ostéopathe D.O.|Paysagiste|Clerc de Notaire|Chirurgien-Dentiste|Ébéniste|Infirmière Libérale|Metteur en Scène|Professeure des Écoles|Expert-Comptable|Ferronnier d'Art",
    "es": "Alcaldesa|Veterinario|Procuradora|Apicultor|Fisioterapeuta|Aparejador|Profesora Titular|Carpintero|Traductora Jurada|Concejal de Cultura|Odontóloga|Cocinero|Librera",
    "it": "Sindaco|Notaio|Veterinaria|Apicoltore|Fisioterapista|Ristoratrice|Falegname|Dottore Commercialista|Docente di Violino|Ingegnere Strutturista|Restauratrice|Assessore alla Cultura|Odontoiatra",
}
SECOND = ["Beekeeper", "Attorney at Law", "Deputy Mayor", "Chief Physician", "Surveyor", "Head of Finance", "Carpenter", "Artistic Director", "Area Sales", "Sworn Translator", "Partner", "Managing Director", "Export"]
CLAIMS = {
    "pl": "Od pokoleń blisko natury|miód · świece · propolis|Projekt | Nadzór | Wycena|pon.–pt. 9.00–17.00, sob. 9.00–13.00|Oddziały: Kraków, Gdańsk, Lublin|Rzetelnie i na czas!|odzyskiwanie należności, upadłości, umowy|Twoje wnętrze, nasza pasja",
    "de": "Neubau, Umbau, Sanierung|Mo bis Fr 7.30 – 16.30 Uhr|Termine nach Vereinbarung|Filialen in Ulm, Kempten und Lindau|Familienrecht · Erbrecht · Mietrecht|seit drei Generationen|Wir machen das schon.|Obst, Säfte, Brände",
    "en": "wills · trusts · probate|Mon–Sat 9am–6pm|Offices in Leeds, York and Hull|Registered charity|small boats, built slowly|Weddings, portraits, events|An Investor in People|Care that comes to you",
    "cs": "med · svíčky · medovina|Po–Čt 8.00–17.00|Pobočky: Brno, Zlín, Opava|S úctou k řemeslu", "fr": "droit des affaires · droit social|Du mardi au samedi|Agences à Nantes et à Brest|le bois, autrement",
    "es": "Derecho civil · laboral · mercantil|Lunes a viernes de 9 a 14 h|Delegaciones en Vigo y León|hecho a mano", "it": "civile · penale · tributario|Lun–Ven 9.00–18.00|Filiali a Lecco e Sondrio|fatto a mano, da sempre",
}
GROUPS = {
    "pl": ["Grupa {g}", "{g} Holding", "Spółka Grupy {g}", "członek Grupy {g}"], "de": ["{g} Gruppe", "Ein Unternehmen der {g}-Gruppe", "{g} Holding"], "en": ["{g} Group", "Part of the {g} Group", "A {g} company"],
    "cs": ["Skupina {g}", "člen skupiny {g}"], "fr": ["Groupe {g}", "Une société du groupe {g}"], "es": ["Grupo {g}", "Una empresa del Grupo {g}"], "it": ["Gruppo {g}", "Una società del Gruppo {g}"],
}
PHONES = {
    "pl": (["tel.", "tel./fax", "centrala", "Centrala:", "sekretariat", "T", "biuro:", "tel. bezpośredni", "t."], ["kom.", "tel. kom.:", "M", "komórka", "mob:", "m.", "tel. służb."]),
    "de": (["Tel.", "Zentrale", "Durchwahl", "T", "Fon", "Büro:", "Telefon:", "Tel", "t", "Fon:"], ["Mobil", "Handy", "Handy:", "M", "mobil:", "Funk", "m"]),
    "en": (["T", "Tel", "Switchboard", "Direct", "Direct line:", "DDI", "Office:", "t:", "Telephone", "Landline"], ["M", "Mob", "Mobile:", "Cell", "m:", "Mobile"]),
    "cs": (["tel.:", "T", "ústředna", "pevná linka:", "Tel.", "kancelář:"], ["mobil:", "M", "GSM", "mob.:", "m:"]), "fr": (["Tél.", "Standard :", "Ligne directe :", "T", "Fixe :", "Bureau :"], ["Port. :", "Mobile", "M", "GSM", "Portable :"]),
    "es": (["Tel.", "Centralita:", "T", "Fijo:", "Tfno.:", "Directo:"], ["Móvil", "M", "Mov.:", "Móvil:", "Cel."]), "it": (["Tel.", "Centralino:", "T", "Fisso", "Uff.", "tel:"], ["Cell.", "M", "Cellulare:", "Mob.", "cell:"]),
}
FAXES = {"pl": ["fax", "faks", "F", "fax:"], "de": ["Fax", "Telefax", "F", "Fax:"], "en": ["Fax", "F", "fax:"], "cs": ["fax:", "F"], "fr": ["Fax", "Télécopie :"], "es": ["Fax", "F"], "it": ["Fax", "F"]}
MAILS = ["", "", "", "", "E", "e-mail:", "mail", "@", "E-Mail", "e:", "Mail:", "email"]
SITES = ["", "", "", "", "W", "www:", "web", "Internet", "w:", "Web:"]
FREEMAIL = {"PL": ["wp.pl", "onet.pl", "gmail.com", "interia.pl", "o2.pl"], "DE": ["gmx.de", "web.de", "t-online.de", "gmail.com"], "AT": ["gmx.at", "aon.at"], "CH": ["bluewin.ch", "gmx.ch"], "GB": ["btinternet.com", "gmail.com", "outlook.com"], "US": ["gmail.com", "yahoo.com"],
            "CZ": ["seznam.cz", "email.cz", "centrum.cz"], "FR": ["orange.fr", "wanadoo.fr", "gmail.com"], "ES": ["hotmail.es", "gmail.com"], "IT": ["libero.it", "tiscali.it", "gmail.com"]}
DESKS = {"pl": ["biuro", "kontakt", "sekretariat", "info"], "de": ["info", "kontakt", "post", "buero", "mail"], "en": ["hello", "info", "office", "enquiries"], "cs": ["info", "kancelar"], "fr": ["contact", "accueil"], "es": ["info", "contacto"], "it": ["info", "segreteria"]}
PARTICLES = {"PL": [], "DE": ["von", "von der", "van", "zu"], "AT": ["von"], "CH": ["von", "de"], "GB": ["O'", "Mc", "Fitz", "de"], "US": ["O'", "Mc", "Van", "De La"], "CZ": [], "FR": ["de", "Le ", "du", "de La"], "ES": ["de la", "del", "de"], "IT": ["De ", "Di ", "D'", "Della "]}
EXTRAS = {"PL": ["bud. B", "III piętro", "lok. 12", "wejście C"], "DE": ["Gebäude 4", "2. OG", "Haus C", "Hinterhof"], "AT": ["Stiege 2", "3. Stock"], "CH": ["2. Stock", "Postfach"], "GB": ["Second Floor", "Unit 12", "Fern House"], "US": ["Suite 210", "3rd Floor", "P.O. Box 418"], "CZ": ["2. patro", "budova A"],
          "FR": ["BP 1204", "Bâtiment C", "2e étage"], "ES": ["Bajo", "2º izda.", "Oficina 4"], "IT": ["Scala B", "Interno 3", "2° piano"]}
# Places small enough that no list of large towns has them; the codes have the shapes that are in use.
PLACES = {
    "PL": "05-806 Komorów|34-700 Rabka-Zdrój|16-300 Augustów|64-330 Opalenica|83-330 Żukowo|37-700 Przemyśl|78-500 Drawsko Pomorskie|62-030 Luboń", "DE": "72202 Nagold|25832 Tönning|94469 Deggendorf|99423 Weimar|26465 Langeoog|74523 Schwäbisch Hall|61348 Bad Homburg v. d. Höhe",
    "AT": "2500 Baden|6850 Dornbirn|8430 Leibnitz|4810 Gmunden", "CH": "7000 Chur|3800 Interlaken|1800 Vevey|6900 Lugano|8400 Winterthur", "GB": "Totnes TQ9 5RY|Hexham NE46 1XD|Whitby YO21 3DZ|London SE1 2TF|Ely CB7 4DL", "US": "Taos, NM 87571|Brattleboro, VT 05301|Moab, UT 84532|St. Paul, MN 55102|Winston-Salem NC 27101",
    "CZ": "516 01 Rychnov nad Kněžnou|381 01 Český Krumlov|686 01 Uherské Hradiště|140 00 Praha 4 - Nusle", "FR": "56000 Vannes|74940 Annecy-le-Vieux|12100 Millau|84800 L'Isle-sur-la-Sorgue|92100 Boulogne-Billancourt", "ES": "17001 Girona|27002 Lugo|08720 Vilafranca del Penedès|33201 Gijón", "IT": "39012 Merano (BZ)|53045 Montepulciano SI|10015 Ivrea|73100 Lecce (LE)",
}


def otherwise(owner, rng, held_out):
    """The owner with another firm, work, mail and address than `people` gives."""
    lang, country = owner["lang"], owner["country"]
    firms, work, claims = (OTHER_FIRMS, OTHER_WORK, OTHER_CLAIMS) if held_out else (FIRMS, WORK, CLAIMS)
    first, last = owner["first"], named(rng, owner["last"], country)
    roll = rng.random()
    if roll < 0.62:
        core = rng.choice(firms[lang].split("|"))
    elif roll < 0.82:
        core = rng.choice(DESCRIBED[lang]).format(f=first.split()[0], l=last.split("-")[0])
    else:
        core = owner["core"]
    form = owner["form"] if rng.random() < 0.55 else ""
    domain = people.domain_of(rng, core, country) if rng.random() < 0.72 else people.domain_of(rng, people.coined(rng), country)
    roll = rng.random()
    local = rng.choice(DESKS[lang]) if roll < 0.18 else people.local(rng, first, last.replace("'", ""))
    free = roll > 0.87
    email = f"{local}{rng.randint(1, 89) if free and rng.random() < 0.5 else ''}@{rng.choice(FREEMAIL[country]) if free else domain}"
    website = "" if rng.random() < 0.22 else rng.choice(["www.", "www.", "", "https://", "https://www."]) + domain + rng.choice(["", "", "", "", "/kontakt" if lang == "pl" else "/team"])
    kinds = rng.choice([[False], [True], [False, True], [False, True], [True, True], []])
    fax = people.number(rng, country, False) if rng.random() < 0.22 else ""
    return owner | {
        "first": first, "last": last, "name": f"{first} {last}", "core": core, "company": f"{core} {form}".strip(), "email": email, "website": website,
        "title": rng.choice(work[lang].split("|")) if rng.random() < 0.8 else owner["title"], "address": address(rng, owner),
        "numbers": [(mobile, written(rng, people.number(rng, country, mobile))) for mobile in kinds], "fax": fax,
        "claim": claim(rng, claims[lang]), "claims": claims[lang], "group": rng.choice(GROUPS[lang]).format(g=people.coined(rng)), "second": rng.choice(SECOND),
        "register": " ".join(people.register(rng, country) for _ in range(rng.choice([1, 1, 2]))),
    }


def claim(rng, claims):
    lines = claims.replace(" | ", " ¦ ").split("|")
    return rng.choice(lines).replace("¦", "|")


def named(rng, last, country):
    """A family name, with a particle where the country has them."""
    particle = rng.choice(PARTICLES[country]) if PARTICLES[country] and rng.random() < 0.16 else ""
    glued = particle.endswith(("'", " ")) or particle in ("Mc", "Fitz")
    return f"{particle}{'' if glued or not particle else ' '}{last}"


def written(rng, number):
    """The same number with other marks between its groups."""
    if number.startswith("+") and "(" not in number and rng.random() < 0.3:
        return number.replace(" ", rng.choice([".", "-", " "]))
    return number


def address(rng, owner):
    lines, country = list(owner["address"]), owner["country"]
    if not lines:
        return []
    street = lines[0]
    place = rng.choice(PLACES[country].split("|")) if rng.random() < 0.6 else lines[1] if len(lines) == 2 else rng.choice(PLACES[country].split("|"))
    mark = {"PL": "PL-", "DE": "D-", "AT": "A-", "CH": "CH-", "FR": "F-", "ES": "E-", "IT": "I-", "CZ": "CZ-"}.get(country, "")
    if mark and place[0].isdigit() and rng.random() < 0.15:
        place = mark + place
    extra = rng.choice(EXTRAS[country]) if rng.random() < 0.2 else ""
    nation = rng.choice(people.NATIONS[country]) if rng.random() < 0.15 else ""
    if country == "PL" and rng.random() < 0.25:
        # The place first, as many letterheads have it.
        parts = [place, street + (f", {extra}" if extra else "")]
    elif country in ("GB", "US") and extra and rng.random() < 0.5:
        parts = [extra, street, place]
    else:
        parts = [street + (f", {extra}" if extra else ""), place]
    return parts + ([nation] if nation else [])
