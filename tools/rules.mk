# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The demo, the checks, and installing.

.PHONY: setup demo
setup:
	tools/setup

$(B)/tools/wfd-demo.exe: tools/demo/wfd_demo.c $(B)/lib/mingw64/libwlanapi.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -o $@ $< -L$(B)/lib/mingw64 $(PE_TEST_LIBS)


$(B)/tools/echo-server: tools/demo/echo_server.c
	@mkdir -p $(@D)
	$(CC) $(NATIVE_CFLAGS) -O2 -o $@ $<

DEMO_FILES := $(B)/tools/wfd-demo.exe $(B)/tools/echo-server
all: $(DEMO_FILES)

# A Linux command, of the very objects that the Unix half is made of.
WFDCTL := $(B)/tools/wfdctl
WFDCTL_SOURCES := $(wildcard tools/wfdctl/*.c) tools/common/words.c
$(WFDCTL): $(WFDCTL_SOURCES:%.c=$(B)/native/%.o) $(CORE_OBJECTS) $(WPA_CLIENT)
	@mkdir -p $(@D)
	$(CC) -pthread -o $@ $^ $(NL_LIBS) -ljson-c -Wl,-z,now,-z,relro

all: $(WFDCTL)

# Its like with a window, a Windows program: `wine wfdpair`. A builtin, so that Wine finds it in its
# module folders, as winewfd.dll, with which it goes.
WFDPAIR_SOURCES := $(wildcard tools/wfdpair/*.c) tools/common/words.c
WFDPAIR_FLAGS := -std=gnu11 -O2 -g $(WARNINGS) -D_WIN32_WINNT=0x0601 -DUNICODE -Iinclude \
	-Itools/common -MMD -MP

# wfdpair_rules ARCHITECTURE,TARGET
define wfdpair_rules
$(B)/wfdpair/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$(2)-gcc $$(WFDPAIR_FLAGS) -c $$< -o $$@

$(B)/wfdpair/$(1)/resources.o: $(addprefix tools/wfdpair/wfdpair.,rc manifest) \
		tools/wfdpair/resource.h
	@mkdir -p $$(@D)
	$(2)-windres -Itools/wfdpair $$< $$@

$(WINE_DIR)/$(1)-windows/wfdpair.exe: $(WFDPAIR_SOURCES:%.c=$(B)/wfdpair/$(1)/%.o) \
		$(B)/wfdpair/$(1)/resources.o
	@mkdir -p $$(@D)
	$(2)-gcc -municode -mwindows -o $$@ $$^ -Wl,--file-alignment,0x1000,--nxcompat -lcomctl32
	$$(WINEBUILD) -b $(2) --builtin $$@
endef
$(eval $(call wfdpair_rules,x86_64,$(MINGW64)))
$(eval $(call wfdpair_rules,i386,$(MINGW32)))

# A make of its own after the installation: what it finds out first depends on the packages.
demo: setup
	@echo "building..."
	+@$(MAKE) -s --no-print-directory -j2 all
	tools/demo/run $(B)

# Checks. C files of the PE half are left to GCC's analyser: clang-tidy has no Wine headers.
.PHONY: lint lint-format lint-tidy lint-analyzer lint-cppcheck lint-shell lint-layers lint-exports \
	lint-hardening
FORMATTED := $(shell git ls-files '*.c' '*.h' '*.cpp' 2>/dev/null)
TIDIED := $(filter dlls/wlanapi/core/%.c dlls/wlanapi/unix/%.c tools/wfdctl/%.c tools/common/%.c,$(FORMATTED))
SHELL_SCRIPTS := $(shell git grep -lE '^\#!/bin/(ba)?sh' -- tools tests .ci 2>/dev/null)

# A make of its own after the installation, as above.
lint: setup
	+@$(MAKE) -s --no-print-directory -j2 lint-format lint-tidy lint-analyzer lint-cppcheck lint-shell \
		lint-layers lint-exports lint-hardening
	@echo "lint: clean"

lint-format:
	clang-format --dry-run -Werror $(FORMATTED)

lint-tidy:
	clang-tidy --quiet $(TIDIED) -- $(filter-out -MMD -MP -Werror,$(NATIVE_CFLAGS))

# As it is compiled for use. Leaks are left to AddressSanitizer: this analyser loses sight of what
# hangs on a list inside of another struct, and calls it leaked.
ANALYZE := -fanalyzer -Wno-analyzer-malloc-leak
lint-analyzer:
	@for file in $(TIDIED); do \
		$(CC) $(filter-out -MMD -MP,$(NATIVE_CFLAGS)) -O2 $(HARDENING) -fPIC $(ANALYZE) \
			-c $$file -o /dev/null || exit 1; \
	done
	@for file in $(PE_SOURCES); do \
		$(WINEGCC) -b $(MINGW64) -mno-cygwin $(filter-out -MMD -MP,$(PE_CFLAGS)) $(ANALYZE) \
			-c $$file -o /dev/null || exit 1; \
	done
	@for file in $(wildcard tools/wfdpair/*.c); do \
		for compiler in $(MINGW64)-gcc $(MINGW32)-gcc; do \
			$$compiler $(filter-out -MMD -MP,$(WFDPAIR_FLAGS)) $(ANALYZE) -c $$file -o /dev/null || \
				exit 1; \
		done; \
	done

lint-cppcheck:
	cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr \
		--error-exitcode=1 -Iinclude -Idlls/wlanapi/core -Itools/common dlls/wlanapi/core dlls/wlanapi/unix \
		tools/wfdctl tools/common

lint-shell:
	shellcheck -x -S warning $(SHELL_SCRIPTS)

# The core includes nothing of Wine or Windows, the PE half nothing of the core.
lint-layers:
	! grep -nE '#[[:space:]]*include[[:space:]]*[<"](wine/|win(def|base|ternl|nt|reg|nls|sock2)\.h|windows\.h|ntstatus\.h)' \
		dlls/wlanapi/core/* include/wfd_core.h include/wfd_unixlib.h
	! grep -nE '#[[:space:]]*include[[:space:]]*[<"](\.\./core|.*wfd_(core|service|session|supplicant|ctrl|event|command|group|text|log|list|netif|completion|handle_table)\.h)' \
		dlls/wlanapi/pe/*

# Of winewfd itself also what the window that pairs looks up.
lint-exports: $(PE_FILES)
	tools/check-exports tests/pe/wlanapi-exports.tsv $^
	@sed -n 's/.*"\(__winewfd_[a-z_]*\)".*/\1/p' tools/wfdpair/api.c >$(B)/wfdpair-imports
	tools/check-exports $(B)/wfdpair-imports $(filter-out $(B)/native-dll/%,$^) >/dev/null
	! grep -n __winewfd $(B)/forwarder.def

# A 32-bit Unix half is looked at where there is one.
lint-hardening: $(DLL_FILES) $(WFDCTL)
	tools/check-hardening $^ $(wildcard $(UNIX32_FILES))

# Installing overwrites nothing of the distribution's. Wine finds the builtin winewfd.dll by links in
# its own module folders, where that name is nobody else's; winewfd-activate then switches a prefix.
# WINE_MODULES= leaves the links out: each program then needs WINEDLLPATH.
DESTDIR :=
PREFIX := /usr/local
WINE_ROOTS := /usr/lib/x86_64-linux-gnu/wine /usr/lib/i386-linux-gnu/wine /usr/lib64/wine /usr/lib/wine
WINE_MODULES := $(wildcard $(foreach kind,x86_64-windows x86_64-unix i386-windows i386-unix,\
	$(WINE_ROOTS:%=%/$(kind))))
INSTALLED_LIB := $(PREFIX)/lib/winewfd
INSTALL_LIST := $(INSTALLED_LIB)/installed
INSTALLED_DLLS := $(DLL_FILES)

# A 32-bit Unix half that was built is renewed and installed; one that was not is left out.
ifneq ($(CAN_BUILD_32)$(wildcard $(UNIX32_FILES)),)
INSTALLED_DLLS += $(UNIX32_FILES)
install: i386-unix
endif

define NEWLINE


endef
# lines MODE,FILES,FOLDER; module_links ARCHITECTURE-KIND,FILE: in each module folder of that kind
lines = $(foreach file,$(2),$(1) $(file) $(3)/$(notdir $(file))$(NEWLINE))
module_links = $(foreach modules,$(filter %/$(1),$(WINE_MODULES)),\
	link $(INSTALLED_LIB)/wine/$(1)/$(2) $(modules)/$(2)$(NEWLINE))
define INSTALLATION
$(foreach file,$(filter-out %-reaper,$(INSTALLED_DLLS)) $(IMPORT_LIBRARIES),\
	644 $(file) $(INSTALLED_LIB)/$(file:$(B)/%=%)$(NEWLINE))
$(foreach file,$(filter %-reaper,$(INSTALLED_DLLS)),755 $(file) $(INSTALLED_LIB)/$(file:$(B)/%=%)$(NEWLINE))
$(foreach file,$(filter $(WINE_DIR)/%winewfd.dll $(WINE_DIR)/%winewfd.so $(WFDPAIR),$(INSTALLED_DLLS)),\
	$(call module_links,$(notdir $(patsubst %/,%,$(dir $(file)))),$(notdir $(file))))
$(call lines,644,include/wlanapi.h,$(PREFIX)/include/winewfd)
755 tools/wine-activate $(PREFIX)/bin/winewfd-activate
755 tools/addresses/wifi-direct-addresses $(INSTALLED_LIB)/wifi-direct-addresses
755 tools/addresses/wifi-direct-settings $(INSTALLED_LIB)/wifi-direct-settings
$(call lines,644,$(wildcard tools/addresses/*.network),$(PREFIX)/lib/systemd/network)
$(call lines,644,$(wildcard tools/addresses/*.rules),$(PREFIX)/lib/udev/rules.d)
644 $(ADDRESS_SERVICE) $(PREFIX)/lib/systemd/system/$(notdir $(ADDRESS_SERVICE))
755 $(WFDCTL) $(PREFIX)/bin/wfdctl
644 tools/wfdctl/wfdctl.1 $(PREFIX)/share/man/man1/wfdctl.1
644 tools/wfdctl/completion.bash $(PREFIX)/share/bash-completion/completions/wfdctl
endef

# Written for where it is installed.
ADDRESS_SERVICE := $(B)/tools/wifi-direct-addresses@.service
$(ADDRESS_SERVICE): tools/addresses/wifi-direct-addresses@.service
	@mkdir -p $(@D)
	sed 's|@LIB@|$(INSTALLED_LIB)|' $< >$@

.PHONY: install uninstall $(ADDRESS_SERVICE)
export INSTALLATION
install: $(filter-out $(UNIX32_FILES),$(INSTALLED_DLLS)) $(IMPORT_LIBRARIES) $(ADDRESS_SERVICE) $(WFDCTL)
	@printf '%s\n' "$$INSTALLATION" | sed '/^ *$$/d' | tools/install "$(DESTDIR)" $(INSTALL_LIST)
	@echo "installed under $(DESTDIR)$(PREFIX); now: winewfd-activate, for each Wine prefix"

uninstall:
	tools/install --undo "$(DESTDIR)" $(INSTALL_LIST)

# For Debian 12 and later, whatever this machine's Wine is like: built in a small Debian 12 where this
# machine is another (as root).
VERSION := 0.1
DEB_STAGE := $(B)/deb
DEB_ROOTS := /usr/lib/x86_64-linux-gnu/wine /usr/lib/i386-linux-gnu/wine
.PHONY: deb
deb: all i386-unix
	rm -rf $(DEB_STAGE)
	+$(MAKE) -s --no-print-directory install DESTDIR=$(abspath $(DEB_STAGE)) PREFIX=/usr \
		WINE_MODULES="$(foreach kind,windows unix,$(DEB_ROOTS:%=%/i386-$(kind)) $(firstword $(DEB_ROOTS))/x86_64-$(kind))"
	rm $(DEB_STAGE)/usr/lib/winewfd/installed
	tools/deb/build $(DEB_STAGE) $(VERSION) $(B)
