# Everyday commands. `make` alone lists them. CI runs `make check` and `make test`, nothing else.
SETUP ?= sh tools/setup.sh
BIN := .venv/bin
SCRIPTS := tools/docs.py tools/vendor.py

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench docs migration browser wheel clean lock setup

help: ## 列出命令 · list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## 安装、建库、演示数据并启动 · set up everything and serve with demo data
	@$(SETUP) run $(ARGS)

test: ## 安装并运行全部测试（ARGS=… 交给 pytest）· set up and run every test
	@$(SETUP) test $(ARGS)

setup:
	@$(SETUP) python

check: setup ## 格式、规则、类型、分层 · format, lint, types, layers
	@status=0; \
	for step in "ruff format --check ." "ruff check ." "mypy" "mypy $(SCRIPTS)" "lint-imports --no-logo"; do \
		echo "$$step"; $(BIN)/$$step || status=1; \
	done; \
	exit $$status

fix: setup ## 自动整理格式与可自动修正的问题 · format and repair what can be repaired
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

browser: ## 只运行浏览器测试 · browser journeys only
	@$(SETUP) test tests/browser $(ARGS)

bench: ## 测速，打印比值（ARGS="docx pdf"）· measure, print ratios
	@$(SETUP) bench $(ARGS)

docs: setup ## 由代码生成 docs/ 下的列表 · regenerate the lists in docs/
	$(BIN)/python tools/docs.py

migration: setup ## 新建数据库迁移 M="切片: 内容" · a new migration file, M="slice: what"
	@test -n "$(M)" || { echo '用法 usage: make migration M="tasks: add due date"'; exit 2; }
	$(BIN)/formserver migration "$(M)"

wheel: ## 打包到 dist/ · build the wheel
	@$(SETUP) wheel

lock: setup ## 重新锁定依赖版本（UPGRADE=--upgrade 升级）· pin versions anew
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header $(UPGRADE) \
		--quiet -o requirements-dev.lock > /dev/null
	$(BIN)/uv pip compile pyproject.toml --group setup --universal --generate-hashes --no-header \
		-c requirements-dev.lock --quiet -o requirements.lock > /dev/null

clean: ## 删除生成物，保留数据与 .venv · remove what was generated; data and .venv stay
	rm -rf build dist node_modules .setup .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
