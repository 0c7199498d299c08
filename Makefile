# Two commands matter: `make demo` and `make test`. The rest is for those who work on Biaobing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin

# The demo: where it stops, whether it stays to be looked at, where it writes, what its chance is seeded with.
STAGE :=
SERVE := 1
DATA := data
SEED :=

# What pytest is given besides, and how many tests run at once (each worker starts its own servers).
ARGS :=
JOBS := 2

# How many runs of the simulation, and from which seed on.
SEEDS := 100000
FIRST := 0

# Python compiles what is used when it is used; compiling all of it here took 30 of 60 seconds.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-compile
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help
help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: .venv/.installed ## 跑完整个云岭县演示活动并打开网页；STAGE=nomination|review|notice|publicity|inspection SERVE=0 DATA=目录 SEED=数字
	@$(BIN)/biaobing demo $(if $(STAGE),--stage $(STAGE)) $(if $(filter 0,$(SERVE)),--no-serve) \
		--data $(DATA) $(if $(SEED),--seed $(SEED))

.PHONY: test
test: .venv/.installed-dev ## 全部测试，含真实的 RabbitMQ 和 PostgreSQL；ARGS=交给 pytest 的参数 JOBS=并行数
	@$(BIN)/pytest --numprocesses $(JOBS) --dist loadfile $(ARGS)

.PHONY: simulate
simulate: .venv/.installed-dev ## 确定性仿真：故障下的追加、转发、接收；SEEDS=种子数 FIRST=从哪个开始 SEED=只看一个 JOBS=并行数
	@$(BIN)/python -m tests.simulation --jobs $(JOBS) $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --first $(FIRST))

.PHONY: mutants
mutants: .venv/.installed-dev ## 植入每个故意的缺陷，点名的测试必须失败；ARGS=只试哪几个 JOBS=并行数
	@$(BIN)/python -m tests.mutants --jobs $(JOBS) $(ARGS)

.PHONY: lint
lint: .venv/.installed-dev ## 格式、类型、导入关系和项目自己的规则
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest --quiet tests/house

.PHONY: check
check: lint test ## lint 加 test，提交之前跑

.PHONY: venv
venv: .venv/.installed ## 只建立虚拟环境并装好程序

.PHONY: venv-dev
venv-dev: .venv/.installed-dev ## 虚拟环境里再装好开发和测试要用的软件

.PHONY: bench
bench: .venv/.installed-dev ## 测量速度，写进 bench/results.md；ARGS=只测哪几项，名字是其中各节的标题
	@$(BIN)/python -m bench $(ARGS)

.PHONY: screenshots
screenshots: .venv/.installed-dev ## 重新截取说明文档里的网页图片
	@PYTHONPATH=. $(BIN)/python docs/screenshots.py $(ARGS)

.PHONY: lock
lock: .venv/.installed-dev ## 按 pyproject.toml 重新锁定依赖的版本和校验值
	@$(LOCK) --build-deps-for editable --output-file requirements/runtime.txt pyproject.toml
	@$(LOCK) --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt pyproject.toml

.PHONY: clean
clean: ## 删除虚拟环境、演示数据和各种缓存
	rm -rf .venv data build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The project itself is installed without dependencies and without a build environment of its own: the lock, whose
# hashes are checked, already holds both.
.venv/.installed: requirements/runtime.txt pyproject.toml deploy/find-python.sh
	@python=$$(sh deploy/find-python.sh) && \
		echo "正在用 $$python 建立虚拟环境 .venv 并安装依赖，约需一分钟……" && \
		$$python -m venv .venv
	@$(INSTALL) --require-hashes --requirement requirements/runtime.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements/dev.txt
	@echo "正在安装开发和测试要用的软件……"
	@$(INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@
