# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make              build everything under build/
# make demo         a Windows program opens, uses and closes a session in the radio lab
# make test         all tests; parts: test-unit test-socket test-model test-tools test-wfdpair
#                   test-install test-wine test-secrets test-radio
# make bench        measurements (BENCH_JSON=file writes them as JSON too)
# make fuzz         the fuzzers, FUZZ_SECONDS each
# make lint         format, static analysis, layers, export names, hardening
# make install      DESTDIR= PREFIX=/usr/local; make uninstall takes it back
# make deb          a Debian package, build/winewfd_VERSION_amd64.deb

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

B := build
CC := gcc
CLANG := clang
MINGW64 := x86_64-w64-mingw32
MINGW32 := i686-w64-mingw32
WINEGCC := winegcc
WINEBUILD := winebuild

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
	-Wpointer-arith -Wvla -Wwrite-strings -Wformat=2 -Wno-format-nonliteral
NL_CFLAGS := $(shell pkg-config --cflags libnl-genl-3.0 2>/dev/null)
NL_LIBS := -lnl-genl-3 -lnl-3
# libwpa_client, with its sockets made by the core: dlls/wlanapi/rules.mk.
WPA_CLIENT := $(B)/native/libwpa_client.a
HARDENING := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=3
NATIVE_CFLAGS := -std=c11 -g $(WARNINGS) -D_GNU_SOURCE -Iinclude -Itests/support -Idlls/wlanapi/core -Itools/common $(NL_CFLAGS) \
	-pthread -MMD -MP

.PHONY: all
include dlls/wlanapi/rules.mk
include tests/rules.mk
include tools/rules.mk
include tests/bench/rules.mk
include tests/radio/rules.mk

.PHONY: clean
clean:
	rm -rf $(B)

-include $(shell find $(B) -path $(B)/laptop\* -prune -o -type f -name '*.d' -print 2>/dev/null)
