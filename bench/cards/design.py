"""Sets an owner's card as HTML: a dozen arrangements, drawn with random type, colour, size and order.

Each printed line is a `<span data-f="field">`; the page's own script reports where it stands, so that the truth about
geometry comes from the browser that drew it.
"""

import html

SANS = ["Lato", "Open Sans", "Liberation Sans", "Roboto", "Carlito", "Cantarell", "Inter", "Cabin", "Karla", "Manrope", "Play", "Clear Sans", "Nimbus Sans", "URW Gothic", "Noto Sans", "DejaVu Sans", "Roboto Condensed",
        "Open Sans Condensed", "Liberation Sans Narrow", "Quicksand", "Dosis", "Jura", "Comfortaa", "League Spartan", "M PLUS 1"]
SERIF = ["EB Garamond", "Linux Libertine O", "Liberation Serif", "Caladea", "Quattrocento", "Charis SIL", "Gentium", "Nimbus Roman", "C059", "P052", "URW Bookman", "Noto Serif", "DejaVu Serif"]
MONO = ["Liberation Mono", "Nimbus Mono PS", "DejaVu Sans Mono"]
FACES = SANS + SERIF + MONO
LIGHT = ["#ffffff", "#ffffff", "#ffffff", "#faf8f2", "#f2efe6", "#eef3f6", "#f7f0e8", "#e9ece4", "#dfe6ee", "#f3e3d8"]
DARK = ["#1b1b1d", "#14233b", "#2b2b2b", "#0f3d3e", "#3a1f2b", "#22304a", "#1d3b2a", "#4a2c17", "#5b1220"]
ACCENT = ["#c0392b", "#1f6f8b", "#2e7d32", "#e67e22", "#6a1b9a", "#b8860b", "#00796b", "#1a4f9c", "#7b2d3b", "#d81b60"]
LAYOUTS = ["classic", "centred", "columns", "panel", "vertical", "right", "band", "footer", "labels", "split", "bottom", "rows"]


class Style:
    """What one card's type and colours are."""

    def __init__(self, rng):
        pick = rng.choice
        self.rng = rng
        self.dark = rng.random() < 0.27
        self.paper = pick(DARK) if self.dark else pick(LIGHT)
        self.ink = pick(["#ffffff", "#f4f4f4", "#e8e2d4"]) if self.dark else pick(["#111111", "#222222", "#333333", "#1c2a3a", "#444444"])
        self.soft = pick(["#cfcfcf", "#bdc7d3"]) if self.dark else pick([self.ink, "#555555", "#4a5560", "#666666"])
        self.accent = pick(ACCENT)
        self.tone = (pick(["#f1c40f", "#7fd1e0", "#ffb58a", "#ffffff"]) if self.dark else self.accent) if rng.random() < 0.6 else self.ink
        self.body = pick(SANS) if rng.random() < 0.72 else pick(SERIF) if rng.random() < 0.9 else pick(MONO)
        self.head = self.body if rng.random() < 0.55 else pick(SANS + SERIF)
        self.base = rng.uniform(23, 31)
        self.name = self.base * rng.uniform(1.15, 2.3)
        self.firm = self.base * pick([1.0, 1.0, 1.15, 1.3, 1.6, 2.1])
        self.job = self.base * pick([0.9, 1.0, 1.0, 1.1, 1.25])
        self.leading = rng.uniform(1.18, 1.55)
        self.capital_name = rng.random() < 0.17
        self.capital_firm = rng.random() < 0.2
        self.capital_job = rng.random() < 0.1
        self.small_job = rng.random() < 0.08
        self.weight = pick([400, 600, 700, 700])
        self.italic_job = rng.random() < 0.18
        self.spacing = pick([0, 0, 0, 0.04, 0.12])


def card(owner, rng, index):
    """The HTML of one card and the truth about it."""
    style = Style(rng)
    layout = rng.choice(LAYOUTS)
    truth = {key: owner[key] for key in ("country", "lang", "name", "prefix", "title", "company", "email", "website", "address", "phones", "fax")}
    truth["layout"] = layout
    parts = Parts(owner, style, rng, truth)
    body = globals()["lay_" + layout](parts, style, rng)
    wide, high = (600, 1050) if layout == "vertical" else rng.choice([(1050, 600), (1050, 600), (1000, 650), (1063, 685)])
    paper = style.paper if rng.random() < 0.85 else f"linear-gradient({rng.randrange(360)}deg,{style.paper},{style.paper}e0)"
    css = (f"width:{wide}px;height:{high}px;background:{paper};color:{style.ink};font-family:'{style.body}';font-size:{style.base:.1f}px;"
           f"line-height:{style.leading:.2f}")
    truth["size"] = [wide, high]
    return f'<div class="card" id="c{index}" style="{css}">{body}</div>', truth


class Parts:
    """The blocks of a card, each of some lines."""

    def __init__(self, owner, style, rng, truth):
        self.owner, self.style, self.rng, self.truth = owner, style, rng, truth

    def line(self, field, text, size, color=None, weight=400, more=""):
        color = color or self.style.ink
        return (f'<div><span class="l" data-f="{field}" style="font-size:{size:.1f}px;color:{color};font-weight:{weight};{more}">'
                f"{html.escape(text)}</span></div>")

    def name(self):
        style, owner, rng = self.style, self.owner, self.rng
        family = f"font-family:'{style.head}';letter-spacing:{style.spacing}em;"
        first, last = owner["first"], owner["last"]
        if style.capital_name:
            first, last = first.upper(), last.upper()
        prefix = owner["prefix"] + " " if owner["prefix"] else ""
        suffix = ", " + owner["suffix"] if owner.get("suffix") else ""
        if not suffix and rng.random() < 0.12:
            # Given name and surname on a line each.
            return self.line("name", prefix + first, style.name, style.tone, style.weight, family) + self.line("name", last, style.name, style.tone, style.weight, family)
        if rng.random() < 0.04:
            last = last.upper()
        return self.line("name", f"{prefix}{first} {last}{suffix}", style.name, style.tone, style.weight, family)

    def job(self):
        style, owner, rng = self.style, self.owner, self.rng
        text = owner["title"].upper() if style.capital_job else owner["title"].lower() if style.small_job else owner["title"]
        more = ("font-style:italic;" if style.italic_job else "") + f"letter-spacing:{style.spacing}em;"
        words = text.split()
        if len(words) >= 4 and rng.random() < 0.3:
            half = len(words) // 2 + len(words) % 2
            out = self.line("title", " ".join(words[:half]), style.job, style.soft, 400, more) + self.line("title", " ".join(words[half:]), style.job, style.soft, 400, more)
        else:
            out = self.line("title", text, style.job, style.soft, 400, more)
        if owner["department"]:
            out += self.line("department", owner["department"], style.job * 0.92, style.soft)
        return out

    def person(self):
        name, job = self.name(), self.job()
        return job + name if self.rng.random() < 0.06 else name + self.gap(0.15) + job

    def firm(self, color=None):
        style, owner, rng = self.style, self.owner, self.rng
        color = color or (style.tone if rng.random() < 0.5 else style.ink)
        more = f"font-family:'{style.head}';letter-spacing:{style.spacing}em;"
        text = owner["company"].upper() if style.capital_firm else owner["company"]
        words = text.split()
        if len(words) >= 4 and rng.random() < 0.25:
            half = len(words) // 2
            out = "".join(self.line("company", " ".join(part), style.firm, color, style.weight, more) for part in (words[:half], words[half:]))
        else:
            out = self.line("company", text, style.firm, color, style.weight, more)
        if owner["slogan"]:
            out += self.line("slogan", owner["slogan"], style.base * 0.85, color, 400, "font-style:italic;")
        return out

    def contacts(self, icons=False):
        """Telephone, e-mail and site lines, in one of the usual orders."""
        owner, rng = self.owner, self.rng
        lines = [("phone", text) for text in owner["phones"]]
        if owner["fax"]:
            lines.append(("fax", owner["fax"]))
        lines.append(("email", f"{owner['email_label']} {owner['email']}".strip()))
        if owner["website"]:
            lines.append(("website", f"{owner['website_label']} {owner['website']}".strip()))
        if rng.random() < 0.2:
            lines.reverse()
            self.truth["phones"] = self.truth["phones"][::-1]
        if owner["social"]:
            lines.append(("social", owner["social"]))
        if icons:
            marks = {"phone": "☎", "fax": "⎙", "email": "✉", "website": "⌂", "social": "●"}
            lines = [(field, text.split(" ", 1)[-1] if field == "email" else text, marks[field]) for field, text in lines]
            return "".join(f'<div style="display:flex;gap:.5em"><b style="color:{self.style.accent}">{mark}</b>{self.line(field, text, self.style.base, self.style.soft)}</div>' for field, text, mark in lines)
        return "".join(self.line(field, text, self.style.base, self.style.soft) for field, text in lines)

    def contact_pairs(self):
        out = [("phone", text) for text in self.owner["phones"]] + [("email", self.owner["email"])]
        return out + ([("website", self.owner["website"])] if self.owner["website"] else [])

    def address(self):
        lines = self.owner["address"]
        if not lines:
            return ""
        if len(lines) <= 3 and self.rng.random() < 0.4:
            lines = [", ".join(lines)]
        return "".join(self.line("address", text, self.style.base, self.style.soft) for text in lines)

    def register(self):
        return self.line("register", self.owner["register"], self.style.base * 0.85, self.style.soft) if self.owner["register"] else ""

    def logo(self):
        rng, style = self.rng, self.style
        size = rng.randint(60, 130)
        shape = rng.choice(["50%", "12px", "0", "50% 0"])
        kind = rng.random()
        letters = "".join(word[0] for word in self.owner["core"].split()[:2]).upper()
        if kind < 0.35:
            inner = f'<span class="l" data-f="logo" style="font-size:{size * 0.42:.0f}px;color:#fff;font-weight:700">{letters}</span>'
        elif kind < 0.75:
            inner = f'<div style="width:45%;height:45%;background:#fff;border-radius:{rng.choice(["50%", "0"])};transform:rotate({rng.randrange(90)}deg)"></div>'
        else:
            return ""
        return f'<div style="width:{size}px;height:{size}px;border-radius:{shape};background:{style.accent};display:flex;align-items:center;justify-content:center">{inner}</div>'

    def gap(self, times=1.0):
        return f'<div style="height:{self.style.base * times:.0f}px"></div>'


def box(inner, css=""):
    return f'<div style="position:absolute;{css}">{inner}</div>'


def lay_classic(p, s, rng):
    head, person = p.firm(), p.person()
    top = head + p.gap(rng.uniform(0.8, 2)) + person if rng.random() < 0.5 else person + p.gap(rng.uniform(0.8, 1.6)) + head
    low = p.contacts() + p.address() if rng.random() < 0.6 else p.address() + p.gap(0.3) + p.contacts()
    side = box(p.logo(), "right:60px;top:50px") if rng.random() < 0.5 else ""
    return box(top, "left:60px;top:45px") + box(low + p.register(), "left:60px;bottom:40px") + side


def lay_centred(p, s, rng):
    parts = [p.firm(), p.person()]
    if rng.random() < 0.5:
        parts.reverse()
    return box(parts[0] + p.gap(rng.uniform(0.5, 1.2)) + parts[1] + p.gap(rng.uniform(0.6, 1.4)) + p.contacts() + p.address(), "inset:30px;text-align:center;display:flex;flex-direction:column;justify-content:center")


def lay_columns(p, s, rng):
    left, right = (p.contacts(), p.address() + p.register()) if rng.random() < 0.5 else (p.address() + p.register(), p.contacts())
    align = "text-align:right" if rng.random() < 0.3 else ""
    top = p.firm() + p.gap(1) + p.person() if rng.random() < 0.6 else p.person()
    firm = "" if "company" in top else box(p.firm(), "right:60px;top:45px;text-align:right")
    return box(top, "left:55px;top:45px") + firm + box(left, "left:55px;bottom:45px") + box(right, f"right:55px;bottom:45px;max-width:430px;{align}")


def lay_panel(p, s, rng):
    width = rng.randint(250, 400)
    side = rng.choice(["left", "right"])
    other = "right" if side == "left" else "left"
    panel = f"{side}:0;top:0;bottom:0;width:{width}px;background:{s.accent};display:flex;flex-direction:column;align-items:center;justify-content:center;text-align:center;padding:12px;box-sizing:border-box"
    s.firm = min(s.firm, s.base * 1.2)
    inner = p.logo() + p.gap(0.6) + p.firm("#ffffff")
    rest = p.person() + p.gap(rng.uniform(0.8, 1.6)) + p.contacts() + p.gap(0.4) + p.address()
    return box(inner, panel) + box(rest, f"{other}:40px;top:0;bottom:0;width:{1000 - width - 70}px;display:flex;flex-direction:column;justify-content:center")


def lay_vertical(p, s, rng):
    s.base = min(s.base, 24)
    s.name, s.firm, s.job = min(s.name, 44), min(s.firm, 38), min(s.job, 27)
    align = rng.choice(["center", "left", "center"])
    return box(p.logo() + p.gap(0.5) + p.firm(), f"left:35px;right:35px;top:60px;text-align:{align}") + box(p.person(), f"left:35px;right:35px;top:400px;text-align:{align}") + box(p.contacts(rng.random() < 0.3) + p.gap(0.5) + p.address() + p.register(), f"left:35px;right:35px;bottom:55px;text-align:{align}")


def lay_right(p, s, rng):
    return box(p.logo(), "left:55px;top:55px") + box(p.person() + p.gap(0.8) + p.firm(), "right:60px;top:45px;text-align:right") + box(p.contacts() + p.address(), "right:60px;bottom:45px;text-align:right")


def lay_band(p, s, rng):
    where = rng.choice(["top", "bottom"])
    high = rng.randint(95, 170)
    s.firm = min(s.firm, s.base * 1.5)
    band = f"left:0;right:0;{where}:0;height:{high}px;background:{s.accent};display:flex;flex-direction:column;justify-content:center;padding:0 55px"
    low, top = ("40px", f"{high + 35}px") if where == "top" else (f"{high + 25}px", "45px")
    return box(p.firm("#ffffff"), band) + box(p.person(), f"left:55px;top:{top}") + box(p.address(), f"right:55px;bottom:{low};text-align:right") + box(p.contacts(), f"left:55px;bottom:{low}")


def lay_footer(p, s, rng):
    """Contacts in one or two rows, parted by bars, at the foot."""
    bar = rng.choice(["  |  ", " • ", " · ", "  /  ", "   "])
    pairs = p.contact_pairs()
    p.truth["fax"] = ""
    s.base = min(s.base, 24)
    rows = [pairs[i:i + 2] for i in range(0, len(pairs), 2)]
    foot = "".join(p.line("+".join(field for field, _ in row), bar.join(text for _, text in row), s.base, s.soft, 400, "white-space:pre;") for row in rows)
    if p.owner["address"]:
        joined = (", " if bar == "  /  " else bar if rng.random() < 0.4 and bar.strip() else ", ").join(p.owner["address"])
        foot += p.line("address", joined, s.base, s.soft, 400, "white-space:pre;")
    return box(p.firm(), "left:0;right:0;top:60px;text-align:center") + box(p.person(), "left:0;right:0;top:230px;text-align:center") + box(foot, "left:20px;right:20px;bottom:40px;text-align:center")


def lay_labels(p, s, rng):
    """Labels in a column of their own."""
    marks = {"phone": rng.choice(["T", "P", "tel", "M"]), "email": rng.choice(["E", "@", "mail"]), "website": rng.choice(["W", "web", "www"])}
    rows = [(marks[field], field, text.split(" ", 1)[1] if field == "phone" and not text[0].isdigit() and text[0] not in "+(" and " " in text else text) for field, text in p.contact_pairs()]
    p.truth["fax"] = ""
    rows += [("A" if i == 0 else "", "address", text) for i, text in enumerate(p.owner["address"])]
    table = "".join(f'<div style="display:flex"><div style="width:{rng.randint(50, 52)}px;color:{s.tone}">{p.line("label", mark, s.base, s.tone, 700) if mark else ""}</div>{p.line(field, text, s.base, s.soft)}</div>' for mark, field, text in rows)
    top = p.person() if rng.random() < 0.5 else p.firm() + p.gap(0.8) + p.person()
    firm = "" if "company" in top else box(p.firm(), "right:55px;top:50px;text-align:right;max-width:440px")
    return box(top, "left:55px;top:50px") + firm + box(table, "left:55px;bottom:45px")


def lay_split(p, s, rng):
    """Firm on the left half, person and contacts on the right, a rule between."""
    return box(p.logo() + p.gap(0.4) + p.firm() + p.gap(0.4) + (p.address() if rng.random() < 0.4 else ""), "left:45px;top:0;bottom:0;width:420px;display:flex;flex-direction:column;justify-content:center") + box("", f"left:500px;top:70px;bottom:70px;width:3px;background:{s.accent}") + box(p.person() + p.gap(1) + p.contacts() + p.gap(0.2), "left:535px;right:20px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center")


def lay_bottom(p, s, rng):
    """The person at the foot, contacts above or beside, the firm large."""
    s.firm = s.base * rng.uniform(1.5, 2.4)
    return box(p.firm(), "left:55px;top:50px") + box(p.person(), "left:55px;bottom:50px") + box(p.contacts() + p.address(), "right:55px;bottom:50px;text-align:" + rng.choice(["right", "left"]))


def lay_rows(p, s, rng):
    """Everything in one column, as letters are typed, set with icons at times."""
    parts = [p.firm(), p.person(), p.address(), p.contacts(rng.random() < 0.5)]
    order = rng.choice([[0, 1, 2, 3], [1, 0, 2, 3], [1, 0, 3, 2], [1, 3, 0, 2]])
    s.base = min(s.base, 25)
    return box(p.gap(0.5).join(parts[i] for i in order), "left:60px;top:0;bottom:0;display:flex;flex-direction:column;justify-content:center") + (box(p.logo(), "right:50px;bottom:50px") if rng.random() < 0.5 else "")


PAGE = """<!doctype html><meta charset="utf-8"><style>body{{margin:0;background:#888}}.card{{position:relative;overflow:hidden;margin:0}}.l{{white-space:pre}}</style>{cards}
<script>document.fonts.ready.then(()=>{{const out=[];for(const c of document.querySelectorAll('.card')){{const b=c.getBoundingClientRect();
out.push({{id:c.id,top:b.top,lines:[...c.querySelectorAll('.l')].map(e=>{{const r=document.createRange();r.selectNodeContents(e);const q=r.getBoundingClientRect();
return [e.dataset.f,e.textContent,[q.left-b.left,q.top-b.top,q.right-b.left,q.bottom-b.top],parseFloat(getComputedStyle(e).fontSize)]}})}})}}
const p=document.createElement('pre');p.id='report';p.textContent=JSON.stringify(out);document.body.append(p)}})</script>"""
