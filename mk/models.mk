# The models that read business cards: fetched once, each file checked against scripts/models.lock.

PYTHON ?= python3

.PHONY: models
models: ## Fetch, check and cut the models that read business cards
	$(PYTHON) scripts/models.py
