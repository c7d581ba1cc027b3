# dynamodb-init. Read in a minute: `make` builds build/ARCH/dynamodb-init, `make run` shows it at work, `make test` proves it.
#   ARCH=amd64|arm64          Debian's words; the other one is cross-built
#   BUILD=release|debug|asan  debug and asan (ASan, UBSan) are built on glibc, CC=gcc or clang, into build/BUILD-CC/

MACHINE := $(shell dpkg --print-architecture)
ARCH    ?= $(MACHINE)
BUILD   ?= release
VERSION ?= 0.1.0
PORT    ?= 8000
TABLE   ?= digital-downloads
SUITES  ?=

SOURCES := $(wildcard src/*.c src/*/*.c)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wcast-qual -Wundef -Werror

ifeq ($(BUILD),release)
OUT      := build/$(ARCH)
PLATFORM := $(ARCH)
CODE     := -Os -fPIE -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables \
            -fstack-protector-strong -g -ffile-prefix-map=$(CURDIR)=.
LINK     := -static-pie -Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack,--build-id
# What scanners and core dumps read: an ELF note, https://systemd.io/ELF_PACKAGE_METADATA.
LINK     += -Xlinker '--package-metadata={"type":"generic","name":"dynamodb-init","version":"$(VERSION)","architecture":"$(ARCH)",$\
            "license":"Apache-2.0","purl":"pkg:generic/dynamodb-init@$(VERSION)?arch=$(ARCH)"}'
else
ifeq ($(origin CC),default)
CC := gcc
endif
OUT      := build/$(BUILD)-$(CC)
PLATFORM := glibc
CODE     := -O1 -g -fno-omit-frame-pointer
LINK     :=
LIBS     := -lpthread -ldl
ifeq ($(BUILD),asan)
CODE += -fsanitize=address,undefined -fno-sanitize-recover=all
endif
endif

# The libraries: one folder, built once, kept in the cache (deps/build.sh).
NEEDS_DEPS := $(filter all sbom flags build/%,$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS_DEPS),)
DEPS := $(shell deps/build.sh $(PLATFORM))
ifeq ($(DEPS),)
$(error deps/build.sh $(PLATFORM) failed; it says why above)
endif
endif
ifeq ($(BUILD),release)
CC    := $(DEPS)/bin/musl-gcc
STRIP := $(DEPS)/bin/musl-strip
ifneq ($(DEPS),)
# Packed relative relocations (RELR), which musl applies: a tenth of the file. Binutils learned it for arm64 late.
LINK  += $(if $(findstring pack-relative-relocs,$(shell $(CC) -Wl,--help)),-Xlinker -z -Xlinker pack-relative-relocs)
endif
else
STRIP := true
endif

CFLAGS := -std=c11 -D_GNU_SOURCE -Isrc -I$(DEPS)/include -I$(DEPS) -DVERSION='"$(VERSION)"' -DCA_ROOTS_DER='"$(DEPS)/roots.der"' \
          $(WARN) $(CODE) -ffile-prefix-map=$(DEPS)=deps
OBJECTS := $(SOURCES:src/%.c=$(OUT)/%.o)

all: $(OUT)/dynamodb-init

# The bill of materials: the program and what is linked into it, in SPDX.
sbom: FORCE
	@mkdir -p $(OUT)
	deps/sbom.sh $(DEPS) $(ARCH) $(VERSION) >$(OUT)/dynamodb-init.spdx.json

# What is stripped from a release goes beside it, for debuggers; the build ID in both says that they belong together.
$(OUT)/dynamodb-init: $(OBJECTS)
	@echo "  LD $@"
	@$(CC) $(CODE) $(LINK) -o $@.tmp $(OBJECTS) -L$(DEPS)/lib -lcurl -lssl -lcrypto -ljansson $(LIBS)
	@$(STRIP) --only-keep-debug -o $@.debug $@.tmp
	@$(STRIP) $@.tmp
	@mv $@.tmp $@

# What the objects depend on beside their sources: flags and libraries.
$(OUT)/flags: FORCE
	@mkdir -p $(OUT)
	@echo '$(CC) $(subst ','\'',$(CFLAGS))' | cmp -s - $@ || echo '$(CC) $(subst ','\'',$(CFLAGS))' >$@

$(OUT)/%.o: src/%.c $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJECTS:.o=.d)

# Builds, starts AWS's DynamoDB Local (tables on disk in the cache), creates the seed table, shows it.
run:
	$(MAKE) --no-print-directory all
	tests/parts/dynamodb-local.sh start $(PORT)
	env -i PATH="$$PATH" DYNAMODB_MAIN_TABLE_NAME=$(TABLE) build/$(MACHINE)/dynamodb-init --endpoint-url http://127.0.0.1:$(PORT)

stop:
	tests/parts/dynamodb-local.sh stop $(PORT)

test:
	tests/run.sh $(SUITES)

# A real Kubernetes of one node, from its source: compiled once (20 minutes), started, tested, ended.
test-cluster:
	$(MAKE) --no-print-directory all
	tests/cluster/run.sh

# The simulation, for an hour rather than seconds; then a kill after each exchange on the emulators (tests/run.sh build killed).
soak:
	SEEDS=$${SEEDS:-1000000} SANITIZED=$${SANITIZED:-10000} tests/sim/run.sh
	tests/run.sh build killed

lint:
	@deps=$$(deps/build.sh glibc) && LINT_CFLAGS="-std=c11 -D_GNU_SOURCE -Isrc -isystem $$deps/include -I$$deps -DCA_ROOTS_DER=\"$$deps/roots.der\"" \
	tests/lint/run.sh && tests/lint/selftest.sh

# Each target for so many seconds: make fuzz FUZZ_SECONDS=3600
FUZZ_SECONDS ?= 60
fuzz:
	tests/fuzz/run.sh $(FUZZ_SECONDS)

# AWS's partitions and regions anew, from the pinned botocore's copy of its endpoint rules.
endpoints:
	$$(tests/parts/get.sh venv)/bin/python deps/partitions.py >src/aws/partition_tables.h.new
	mv src/aws/partition_tables.h.new src/aws/partition_tables.h

bench:
	$(MAKE) --no-print-directory all
	tests/bench/run.sh

image:
	VERSION=$(VERSION) tests/image/build.sh

# All that a release publishes, for both architectures, into build/dist; and its way into a registry.
dist:
	deploy/release/dist.sh $(VERSION) build/dist

push:
	deploy/release/push.sh build/dist $(VERSION) $(REGISTRY)

# Two images from nothing, in two folders: one digest? Takes minutes.
test-reproducible:
	tests/release/reproducible.sh

# Writes deploy/schema from the parser's own fields; the unit tests hold the two together.
schema:
	tests/unit/run.sh schema

# Writes those files of deploy/ that the charts and the program make; the suite `deploy` holds them together.
manifests:
	$(MAKE) --no-print-directory all
	$$(tests/parts/get.sh venv)/bin/python tests/deploy/generate.py "$$(tests/parts/get.sh helm4)" build/$(MACHINE)/dynamodb-init

# The README's pictures, from one run on a cluster of this machine.
figures:
	$(MAKE) --no-print-directory all
	tests/cluster/run.sh -o python_files=figures.py

flags: $(OUT)/flags
	@cat $<

clean:
	rm -rf build

.PHONY: all sbom run stop test test-cluster soak lint fuzz endpoints bench image dist push test-reproducible figures manifests schema clean flags FORCE
