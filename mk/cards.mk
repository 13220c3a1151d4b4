# Reading business cards, measured. `CARDS` names sets of photos, each a folder with a gt.json.

CARDS ?= target/cards/own $(if $(ZGODA_DATA),$(ZGODA_DATA)/cards)
CARDS_VENV := target/cards/venv

.PHONY: bench-cards
bench-cards: models $(CARDS_VENV)/ready $(filter target/cards/own target/cards/unseen target/cards/fresh target/cards/later target/cards/fair,$(CARDS)) ## fields right per tier, CPU and memory, beside Tesseract
	cargo build --release -p zgoda-capture --features bench --example bench_cards
	ZGODA_MODELS=models $(CARDS_VENV)/bin/python bench/cards/bench.py target/release/examples/bench_cards $(CARDS) --tesseract
	ZGODA_MODELS=models $(CARDS_VENV)/bin/python bench/cards/bench.py target/release/examples/bench_cards $(CARDS) --light

.PHONY: train-cards
train-cards: models $(CARDS_VENV)/ready ## fit the weights that tell names, titles and companies apart
	cargo build --release -p zgoda-capture --features bench --example bench_cards
	$(CARDS_VENV)/bin/python bench/cards/generate.py lines target/cards/train.jsonl --count 4000 --seed 1
	$(CARDS_VENV)/bin/python bench/cards/generate.py lines target/cards/later.jsonl --count 2000 --seed 21 --designs later
	head -n 3000 target/cards/train.jsonl | cat - target/cards/later.jsonl > target/cards/both.jsonl
	$(CARDS_VENV)/bin/python bench/cards/generate.py lines target/cards/dev.jsonl --count 600 --seed 2 --held-out
	$(CARDS_VENV)/bin/python bench/cards/train.py target/release/examples/bench_cards target/cards/both.jsonl target/cards/dev.jsonl

.PHONY: soak-cards
soak-cards: models ## 5,000 mutated photos: none may panic
	ZGODA_MODELS=$(CURDIR)/models ZGODA_SOAK=5000 ZGODA_REQUIRE_MODELS=1 cargo test --release -p zgoda-capture --test cards mutated -- --nocapture

# The generator needs Chromium and the designs' typefaces, the peer Tesseract; all are Debian's.
DEBIAN_CARDS := chromium fontconfig tesseract-ocr tesseract-ocr-pol tesseract-ocr-deu python3-venv \
  fonts-lato fonts-open-sans fonts-liberation fonts-roboto-unhinted fonts-crosextra-carlito fonts-crosextra-caladea fonts-cantarell \
  fonts-inter fonts-cabin fonts-karla fonts-manrope fonts-play fonts-clear-sans fonts-urw-base35 fonts-noto-core fonts-dejavu-core \
  fonts-dejavu-extra fonts-quicksand fonts-dosis fonts-jura fonts-comfortaa fonts-league-spartan fonts-mplus fonts-ebgaramond \
  fonts-linuxlibertine fonts-quattrocento fonts-sil-charis fonts-sil-gentium \
  fonts-texgyre fonts-sil-andika fonts-vollkorn fonts-yanone-kaffeesatz fonts-sora fonts-tuffy fonts-adf-gillius \
  fonts-roboto-slab fonts-national-park fonts-junicode fonts-averia-sans-gwf fonts-averia-serif-gwf fonts-oldstandard fonts-karmilla \
  fonts-jetbrains-mono fonts-freefont-ttf fonts-sil-doulos fonts-comic-neue \
  fonts-font-awesome fonts-kaushanscript fonts-bebas-neue fonts-oxygen fonts-paratype fonts-croscore fonts-yrsa-rasa

.PHONY: cards-setup
cards-setup: $(CARDS_VENV)/ready ## what drawing the cards of a set needs, its typefaces included

$(STAMPS)/debian-cards: mk/cards.mk mk/debian
	@mk/debian $(DEBIAN_CARDS)
	@mkdir -p $(@D) && touch $@

$(CARDS_VENV)/ready: bench/cards/requirements.txt $(STAMPS)/debian-cards
	$(PYTHON) -m venv $(CARDS_VENV)
	$(CARDS_VENV)/bin/pip install --quiet -r $<
	touch $@

target/cards/own: $(CARDS_VENV)/ready
	$(CARDS_VENV)/bin/python bench/cards/generate.py photos $@ --count 60 --seed 7 --held-out

# For whoever has changed the reader, at the end: `make bench-cards CARDS=target/cards/unseen`.
target/cards/unseen: $(CARDS_VENV)/ready
	$(CARDS_VENV)/bin/python bench/cards/generate.py photos $@ --count 66 --seed 31 --held-out --designs unseen

target/cards/fresh: $(CARDS_VENV)/ready
	$(CARDS_VENV)/bin/python bench/cards/generate.py photos $@ --count 72 --seed 53 --held-out --designs fresh

target/cards/later: $(CARDS_VENV)/ready
	$(CARDS_VENV)/bin/python bench/cards/generate.py photos $@ --count 72 --seed 4711 --held-out --designs later

target/cards/fair: $(CARDS_VENV)/ready
	$(CARDS_VENV)/bin/python bench/cards/generate.py photos $@ --count 72 --seed 1105 --held-out --designs fair
