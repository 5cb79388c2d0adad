# tlstrail - GNU make, one file, not recursive.
#
#   make            build/tlstrail and build/libtlstrail.a
#   make check      unit, golden, CLI, documentation and corpus tests, and the
#                   fuzzers' seeds
#   make asan       the same tests with AddressSanitizer and UBSan
#   make lint       floors, library ownership, banned calls (tools/lint)
#   make rules-test every rule on its own samples and on all others
#   make fault      scans killed, interrupted and short of disk, at every
#                   point (make check takes a few of them): half an hour
#   make bench      speed against peers, in one run
#   make fuzz       libFuzzer targets in build/fuzz (needs clang)
#   make install    into $(DESTDIR)$(PREFIX)
#   make dist       a reproducible tarball of HEAD
#   make clean
#
# Knobs, on the command line or in config.mak:
#
# Define CC to choose the compiler: gcc or clang.
#
# Define CFLAGS for optimisation and debugging (default: -O3 -g).  Warnings,
# hardening and include paths are always added.
#
# Define LDFLAGS to add to every link.
#
# Define BUILD to build somewhere else (default: build).
#
# Define ISAL=0 to leave ISA-L out where it is installed.
#
# Define PORTABLE=1 to leave the vector code out.
#
# Define WERROR=1 to make every warning an error.
#
# Define SANITIZE to a list for -fsanitize=, such as address,undefined.
#
# Define PREFIX, BINDIR, DATADIR, MANDIR, LIBDIR, INCLUDEDIR, DESTDIR as
# usual (PREFIX: /usr/local).
#
# Define V=1 to see whole commands, and every test's name.

-include config.mak

ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O3 -g
BUILD ?= build
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
INSTALL ?= install
PKG_CONFIG ?= pkg-config
VERSION := $(shell cat VERSION)

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

ifndef V
Q = @
# The one-letter flags are the first word, long ones follow.
ifeq ($(findstring s,$(firstword $(filter-out --%,-$(MAKEFLAGS)))),)
say = @printf '  %-6s %s\n' '$(1)' '$(2)';
endif
endif

# ---- libraries: each belongs to one floor (doc/ARCHITECTURE.md) ----

LIBS_util = libcrypto
LIBS_source = libarchive zlib
# Found at build time, or not: inflates gzip twice as fast as zlib.
ifneq ($(ISAL),0)
LIBS_source += $(shell $(PKG_CONFIG) --exists libisal && echo libisal)
endif
LIBS_message = gmime-3.0
LIBS_rule = libpcre2-8 yaml-0.1
LIBS_trail = libpsl
LIBS_store = sqlite3
LIBS_run = libseccomp
LIBS_web = libmicrohttpd
LIBS = $(LIBS_util) $(LIBS_source) $(LIBS_message) $(LIBS_rule) \
	$(LIBS_trail) $(LIBS_store) $(LIBS_run) $(LIBS_web)

# Goals that compile nothing need no library.
ifneq ($(filter-out clean dist lint,$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell $(PKG_CONFIG) --exists '$(LIBS)' && echo yes),yes)
$(warning $(shell $(PKG_CONFIG) --print-errors --exists '$(LIBS)' 2>&1))
$(error A library or pkg-config is missing: ./try installs them, tools/packages lists them)
endif

# -isystem keeps our warnings out of other people's headers.
pkg_cflags = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1)))
LIB_CFLAGS_util := $(call pkg_cflags,$(LIBS_util))
LIB_CFLAGS_source := $(call pkg_cflags,$(LIBS_source)) \
	$(if $(filter libisal,$(LIBS_source)),-DTT_HAS_ISAL)
LIB_CFLAGS_message := $(call pkg_cflags,$(LIBS_message))
LIB_CFLAGS_rule := $(call pkg_cflags,$(LIBS_rule))
LIB_CFLAGS_trail := $(call pkg_cflags,$(LIBS_trail))
LIB_CFLAGS_store := $(call pkg_cflags,$(LIBS_store))
LIB_CFLAGS_run := $(call pkg_cflags,$(LIBS_run))
LIB_CFLAGS_web := $(call pkg_cflags,$(LIBS_web))
# Libraries that are loaded on first use (util/library.h), by the name that
# their linker name stands for.
LOADED = libcrypto libarchive libmicrohttpd
LDLIBS := $(shell $(PKG_CONFIG) --libs $(filter-out $(LOADED),$(LIBS)))
soname = $(or $(shell readelf -d "$$($(CC) \
	$$($(PKG_CONFIG) --libs-only-L $(1)) -print-file-name=$(1).so)" | \
	sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p'),$(1).so)
LIB_CFLAGS_util += -DTT_LIBCRYPTO='"$(call soname,libcrypto)"'
LIB_CFLAGS_source += -DTT_LIBARCHIVE='"$(call soname,libarchive)"'
LIB_CFLAGS_web += -DTT_LIBMICROHTTPD='"$(call soname,libmicrohttpd)"'
CMOCKA_CFLAGS := $(call pkg_cflags,cmocka 2>/dev/null)
# ... and libarchive, to write archives with.
CMOCKA_LIBS := $(shell $(PKG_CONFIG) --libs cmocka libarchive 2>/dev/null)
# The second opinion of one test.
JANSSON_LIBS := $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null)

# A flag, where the compiler takes it without a word.
hash := \#
cc_has = $(shell printf '$(hash)include <string.h>\nint main(void){return 0;}\n' | \
	$(CC) -Werror $(1) -x c -o /dev/null - >/dev/null 2>&1 && echo '$(1)')
comma := ,
# GCC clears and copies structs of some hundred bytes with an instruction that
# takes as long to begin as all of it takes with vectors.
BY_VECTORS := vector_loop:1024:noalign$(comma)libcall:-1:noalign
TUNE := $(call cc_has,-mmemset-strategy=$(BY_VECTORS)) \
	$(call cc_has,-mmemcpy-strategy=$(BY_VECTORS))
HARDEN := -fPIE $(call cc_has,-fstack-protector-strong) \
	$(call cc_has,-fstack-clash-protection) $(call cc_has,-fcf-protection)
HARDEN_LINK := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
# _FORTIFY_SOURCE wants an optimiser, and hides faults from the sanitizers.
ifeq ($(SANITIZE),)
ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
HARDEN += $(or $(call cc_has,-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3), \
	-D_FORTIFY_SOURCE=2)
HARDEN := $(filter-out -O2,$(HARDEN))
endif
endif
endif

# ---- flags ----

WARN = -Wall -Wextra -Wconversion -Wshadow -Wvla -Wformat=2 \
	-Wstrict-prototypes -Wmissing-prototypes
ifeq ($(WERROR),1)
WARN += -Werror
endif
ifneq ($(SANITIZE),)
SAN = -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif

BASE_CFLAGS = -std=c11 -pthread -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L \
	-D_FILE_OFFSET_BITS=64 $(CFLAGS) $(TUNE) $(WARN) $(HARDEN) $(SAN)
BASE_CPPFLAGS = -Iinclude -Isrc -I$(BUILD)/gen -DTT_VERSION='"$(VERSION)"' \
	-DTT_RULES_DIR='"$(DATADIR)/tlstrail/rules"' $(CPPFLAGS)
ifeq ($(PORTABLE),1)
BASE_CPPFLAGS += -DTT_PORTABLE
endif
COMPILE = $(CC) $(BASE_CFLAGS) $(BASE_CPPFLAGS) -MMD -MP -c
LINK = $(CC) -pthread $(CFLAGS) $(SAN) $(HARDEN_LINK) $(LDFLAGS)

# ---- what there is, by wildcard ----

FLOORS := util source record message rule trail store emit run web
LIB_SRC := $(foreach f,$(FLOORS),$(sort $(wildcard src/$(f)/*.c)))
CLI_SRC := $(sort $(wildcard src/cli/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(patsubst src/%,%,$(1)))
LIB_OBJ := $(call obj,$(LIB_SRC))
CLI_OBJ := $(call obj,$(CLI_SRC))
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
REPLAY_BIN := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/replay_%,$(FUZZ_SRC))
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(FUZZ_SRC))
DAMAGE_BIN := $(BUILD)/tests/damage
EXPORT_BIN := $(BUILD)/tests/export
REPORT_BIN := $(BUILD)/tests/report
LOOK_BIN := $(BUILD)/tests/look
POISON_BIN := $(BUILD)/poison

LIB = $(BUILD)/libtlstrail.a
PROGRAM = $(BUILD)/tlstrail

.PHONY: all check tests asan lint rules-test fault bench fuzz fuzz-bins \
	install dist clean FORCE
.SECONDARY:

all: $(PROGRAM) $(LIB)

# ---- made once, remade when their content changes ----

MOVE_IF_CHANGED = if cmp -s $@.new $@; then rm -f $@.new; \
	else mv $@.new $@; fi

# Everything compiled depends on the flags it was compiled with.
FLAGS_NOW = $(CC) $(BASE_CFLAGS) $(BASE_CPPFLAGS) $(LINK) $(LDLIBS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' >$@.new; \
	$(MOVE_IF_CHANGED)

# An archive must be remade when a source file goes.
$(BUILD)/objects: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(LIB_OBJ) >$@.new; $(MOVE_IF_CHANGED)

# The rule set that was tested with this program.
$(BUILD)/gen/rules_hash.h: FORCE
	@mkdir -p $(@D)
	@hash=$$(tools/rules-hash rules) && \
	printf '#define TT_RULES_HASH "%s"\n' "$$hash" >$@.new; \
	$(MOVE_IF_CHANGED)

# ... and what its files hold, read by the same code as the program's.
RULES_BUILT_IN = $(BUILD)/gen/rules_built_in.h
RULE_COMPILER = $(BUILD)/gen/compile_rules
$(RULE_COMPILER): $(BUILD)/obj/tools/compile_rules.o \
		$(BUILD)/obj/rule/yaml.o $(filter $(BUILD)/obj/util/%,$(LIB_OBJ))
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS)

$(RULES_BUILT_IN): $(RULE_COMPILER) FORCE
	@$(RULE_COMPILER) rules $$(cd rules && find . -maxdepth 2 \
		-name '.?*' -prune -o -type f -name '*.yaml' -print | \
		sed 's|^\./||' | LC_ALL=C sort) >$@.new && $(MOVE_IF_CHANGED)

# The page of `serve`: its script and style in one file, and their hashes.
PAGE_SRC := src/web/page/page.html $(sort $(wildcard src/web/page/*.css)) \
	$(sort $(wildcard src/web/page/*.js))
EMBED = $(BUILD)/gen/embed
$(EMBED): $(BUILD)/obj/tools/embed.o $(filter $(BUILD)/obj/util/%,$(LIB_OBJ))
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS)

# A page that is taken away must be seen too.
$(BUILD)/pages: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(PAGE_SRC) >$@.new; $(MOVE_IF_CHANGED)

$(BUILD)/gen/page_bytes.h: $(EMBED) $(PAGE_SRC) $(BUILD)/pages
	@mkdir -p $(@D)
	$(call say,EMBED,$@)$(EMBED) $(PAGE_SRC) >$@.new && mv $@.new $@

$(BUILD)/obj/web/page.o $(BUILD)/obj/web/reply.o: $(BUILD)/gen/page_bytes.h

# ---- compile and link ----

# The directory under src/ is the floor, and names the libraries it may see.
$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags | $(BUILD)/gen/rules_hash.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(COMPILE) $(LIB_CFLAGS_$(notdir $(@D))) -o $@ $<

$(BUILD)/obj/tools/%.o: tools/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(COMPILE) -o $@ $<

$(BUILD)/obj/rule/built_in.o: $(RULES_BUILT_IN)

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/flags | $(BUILD)/gen/rules_hash.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(COMPILE) $(CMOCKA_CFLAGS) $(LIB_CFLAGS_message) -o $@ $<

# Made anew each time: an archive keeps members whose source is gone.
$(LIB): $(LIB_OBJ) $(BUILD)/objects
	$(call say,AR,$@)rm -f $@.new && $(AR) rcsD $@.new $(LIB_OBJ) && \
		mv $@.new $@

$(PROGRAM): $(CLI_OBJ) $(LIB)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS) $(CMOCKA_LIBS)

$(BUILD)/tests/test_jansson: private CMOCKA_LIBS += $(JANSSON_LIBS) -lm

$(BUILD)/tests/replay_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o \
		$(BUILD)/obj/tests/fuzz/replay.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS)

$(DAMAGE_BIN): $(BUILD)/obj/tests/damage/damage.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS)

$(EXPORT_BIN): $(BUILD)/obj/tests/export/export.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS) $(CMOCKA_LIBS)

$(REPORT_BIN): $(BUILD)/obj/tests/report/report.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS) $(CMOCKA_LIBS)

$(LOOK_BIN): $(BUILD)/obj/tests/browse/look.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(LINK) -o $@ $^ $(LDLIBS)

# The program, with messages that do what no test could make a parser do.
$(POISON_BIN): $(BUILD)/obj/tests/fault/poison.o $(CLI_OBJ) $(LIB)
	$(call say,LINK,$@)$(LINK) -Wl,--wrap=tt_timeline_read \
		-Wl,--wrap=tt_event_put -Wl,--wrap=tt_book_take \
		-Wl,--wrap=tt_guard_begin -Wl,--wrap=fork \
		-Wl,--wrap=tt_pool_new -Wl,--wrap=sched_getaffinity -o $@ $^ \
		$(LDLIBS)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# ---- tests ----

tests: $(UNIT_BIN) $(REPLAY_BIN) $(DAMAGE_BIN) $(EXPORT_BIN) $(REPORT_BIN) \
	$(LOOK_BIN) $(POISON_BIN)

check: all tests
	$(Q)BUILD='$(BUILD)' CC='$(CC)' V='$(V)' tests/run $(SUITES)

asan:
	+$(Q)$(MAKE) BUILD=$(BUILD)/asan SANITIZE=address,undefined \
		CFLAGS='-O1 -g' check

lint:
	$(Q)tools/lint

rules-test: all
	$(Q)$(PROGRAM) rules test

fault: all tests
	$(Q)FAULT=full BUILD='$(BUILD)' V='$(V)' tests/run fault

bench: all
	$(Q)BUILD='$(BUILD)' tests/bench/run

# The library once more, with clang and coverage for the fuzzer.
fuzz:
	+$(Q)$(MAKE) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='-O1 -g' \
		SANITIZE=fuzzer-no-link,address,undefined fuzz-bins

fuzz-bins: $(FUZZ_BIN)

$(FUZZ_BIN): $(BUILD)/%: $(BUILD)/obj/tests/fuzz/%.o $(LIB)
	$(call say,LINK,$@)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# ---- install, dist, clean ----

install: all
	$(INSTALL) -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(LIBDIR)'
	$(INSTALL) -m 755 $(PROGRAM) '$(DESTDIR)$(BINDIR)/tlstrail'
	$(INSTALL) -m 644 $(LIB) '$(DESTDIR)$(LIBDIR)/libtlstrail.a'
	set -e; (cd rules && find . -name '*.yaml') | \
	while IFS= read -r f; do \
		$(INSTALL) -D -m 644 "rules/$$f" \
			"$(DESTDIR)$(DATADIR)/tlstrail/rules/$$f"; \
	done
	set -e; (cd include && find tlstrail -name '*.h') | \
	while IFS= read -r f; do \
		$(INSTALL) -D -m 644 "include/$$f" \
			"$(DESTDIR)$(INCLUDEDIR)/$$f"; \
	done
	set -e; for f in $(wildcard doc/*.[1-9]); do \
		$(INSTALL) -D -m 644 "$$f" \
			"$(DESTDIR)$(MANDIR)/man$${f##*.}/$${f##*/}"; \
	done

# git archive stamps the commit's time; gzip -n adds none.
dist:
	$(Q)mkdir -p $(BUILD)
	git archive --format=tar --prefix=tlstrail-$(VERSION)/ HEAD | \
		gzip -9n >$(BUILD)/tlstrail-$(VERSION).tar.gz

clean:
	rm -rf $(BUILD)
