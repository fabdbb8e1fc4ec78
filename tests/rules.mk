# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests. Unit and socket tests are one program for each tests/{unit,socket}/test_*.c, built from
# the core's sources under ASan and UBSan, and again under TSan. The Wine programs are built with
# mingw and with winegcc from the same source.

SUPPORT := tests/support
SCRIPTED_SOURCES := $(filter-out %_main.c,$(wildcard $(SUPPORT)/scripted_*.c))
SANITIZERS := asan tsan
SANITIZE_asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined
SANITIZE_tsan := -fsanitize=thread
TEST_CFLAGS := $(NATIVE_CFLAGS) -I$(SUPPORT) -O1 -fno-omit-frame-pointer
TEST_LIBS := -lcmocka $(NL_LIBS) -pthread

TEST_SOURCES := $(wildcard tests/unit/test_*.c tests/socket/test_*.c)
TEST_NAMES := $(TEST_SOURCES:%.c=%)
TEST_PROGRAMS := $(foreach s,$(SANITIZERS),$(TEST_NAMES:%=$(B)/$(s)/%))
LIBRARY_SOURCES := $(CORE_SOURCES) $(SCRIPTED_SOURCES)

define sanitizer_rules
$(B)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(CC) $$(TEST_CFLAGS) $$(SANITIZE_$(1)) -c $$< -o $$@
$(B)/$(1)/tests/%: $(B)/$(1)/tests/%.o $$(LIBRARY_SOURCES:%.c=$(B)/$(1)/%.o) $$(WPA_CLIENT)
	$$(CC) $$(SANITIZE_$(1)) -o $$@ $$^ $$(TEST_LIBS)
endef
$(foreach s,$(SANITIZERS),$(eval $(call sanitizer_rules,$(s))))
.SECONDARY:

# What tests/support/core_shortage.h refuses to the core.
SHORTAGE_WRAPS := malloc calloc realloc strdup socket socketpair eventfd opendir \
	open64 fcntl posix_spawn pthread_create
%/socket/test_service_shortage: TEST_LIBS += $(SHORTAGE_WRAPS:%=-Wl,--wrap=%)

# Looks at what the core gives back.
%/unit/test_wiping: TEST_LIBS += -Wl,--wrap=free

# What tests/support/core_blocking.h watches.
BLOCKING_WRAPS := pthread_mutex_lock pthread_mutex_unlock pthread_cond_wait pthread_cond_timedwait \
	poll connect send sendmsg recvmsg recv read write waitpid open64 fcntl64 posix_spawn nanosleep \
	pthread_create
%/socket/test_service_blocking: TEST_LIBS += $(BLOCKING_WRAPS:%=-Wl,--wrap=%)

# The model test: the core and the scripted supplicant with threads and a clock of its own.
MODEL := $(B)/asan/tests/model/test_model
MODEL_SEQUENCES := 20000
MODEL_SEED := 1
MODEL_OBJECTS := $(patsubst %.c,$(B)/asan/%.o,$(wildcard tests/model/*.c) $(LIBRARY_SOURCES))
MODEL_WRAPS := poll clock_gettime nanosleep pthread_create pthread_join pthread_mutex_lock \
	pthread_mutex_unlock pthread_cond_wait pthread_cond_timedwait pthread_cond_broadcast
$(MODEL): $(MODEL_OBJECTS) $(WPA_CLIENT)
	$(CC) $(SANITIZE_asan) $(MODEL_WRAPS:%=-Wl,--wrap=%) -o $@ $^ $(TEST_LIBS)

SCRIPTED := $(B)/tests/scripted-supplicant
SCRIPTED_OBJECTS := $(SCRIPTED_SOURCES:%.c=$(B)/native/%.o) \
	$(B)/native/$(SUPPORT)/scripted_supplicant_main.o
$(SCRIPTED): $(SCRIPTED_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ -pthread

# Programs for Wine: NAME.exe with mingw, for 64 and 32 bits, NAME.exe.so with winegcc.
WINE_SOURCES := $(filter-out %header_order.c,$(wildcard tests/pe/*.c))
PART_PROGRAMS := $(B)/tests/pe64/wfd_dispatch.exe $(B)/tests/pe64/wfd_policy.exe
WINE_PROGRAMS := $(WINE_SOURCES:tests/pe/%.c=$(B)/tests/pe64/%.exe) \
	$(WINE_SOURCES:tests/pe/%.c=$(B)/tests/pe32/%.exe) \
	$(WINE_SOURCES:tests/pe/%.c=$(B)/tests/elf64/%.exe.so) $(B)/tests/plain/wfd_rows.exe \
	$(B)/tests/victim/victim.exe $(PART_PROGRAMS)
PE_TEST_FLAGS := -std=gnu11 -O1 -g $(WARNINGS) -Wno-unused-parameter -Wno-cast-function-type \
	-Iinclude -I$(SUPPORT) -MMD -MP
PE_TEST_LIBS := -lwlanapi -liphlpapi -lws2_32 -lole32 -ladvapi32 -lkernel32

$(B)/tests/pe64/%.exe: tests/pe/%.c $(B)/lib/mingw64/libwlanapi.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -o $@ $< -L$(B)/lib/mingw64 $(PE_TEST_LIBS)

$(B)/tests/pe32/%.exe: tests/pe/%.c $(B)/lib/mingw32/libwlanapi.a
	@mkdir -p $(@D)
	$(MINGW32)-gcc $(PE_TEST_FLAGS) -o $@ $< -L$(B)/lib/mingw32 $(PE_TEST_LIBS)

# Parts of the DLL, on Unix halves of the tests' own.
part_objects = $(foreach part,$(1),$(B)/x86_64/dlls/wlanapi/pe/$(part).o)
$(B)/tests/pe64/wfd_dispatch.exe: $(call part_objects,wfd_dispatch)
$(B)/tests/pe64/wfd_policy.exe: $(call part_objects,policy policy_xml)
$(PART_PROGRAMS): $(B)/tests/pe64/%.exe: tests/pe/parts/%.c $(B)/x86_64/libntdebug.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -Idlls/wlanapi/pe -o $@ $(filter %.c %.o,$^) -L$(B)/x86_64 \
		-lntdebug -ladvapi32 -lkernel32

# What ends in every way, for tests/pe/deaths.sh.
VICTIM := $(B)/tests/victim/victim.exe
$(VICTIM): tests/pe/victim/victim.c include/wlanapi.h
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -o $@ $<

# As anyone builds it, with the toolchain's own libraries, to run it on Windows.
$(B)/tests/plain/wfd_rows.exe: tests/pe/wfd_rows.c $(wildcard tests/pe/*.h) include/wlanapi.h
	@mkdir -p $(@D)
	$(MINGW64)-gcc -Iinclude $< -o $@ -lwlanapi -liphlpapi -lws2_32 -lole32

# elf_rules BITS,LIBRARY-FOLDER; in two steps, because with -MMD winegcc does not link.
define elf_rules
$(B)/tests/elf$(1)/%.o: tests/pe/%.c
	@mkdir -p $$(@D)
	$$(WINEGCC) -m$(1) $$(PE_TEST_FLAGS) -c -o $$@ $$<

$(B)/tests/elf$(1)/%.exe.so: $(B)/tests/elf$(1)/%.o $(B)/lib/$(2)/libwlanapi.a
	$$(WINEGCC) -m$(1) -o $$(@:.so=) $$< -L$(B)/lib/$(2) $$(PE_TEST_LIBS)
endef
$(eval $(call elf_rules,64,winegcc))
$(eval $(call elf_rules,32,winegcc32))

# No key may be in what a program writes, nor stay in its memory.
SECRETS := $(B)/tests/secrets/wfd_secrets.exe $(B)/tests/find-in-memory
$(B)/tests/secrets/%.exe: tests/secrets/%.c $(B)/lib/mingw64/libwlanapi.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -o $@ $< -L$(B)/lib/mingw64 $(PE_TEST_LIBS)
$(B)/tests/find-in-memory: tests/secrets/find_in_memory.c
	@mkdir -p $(@D)
	$(CC) $(NATIVE_CFLAGS) -O2 -o $@ $<

# What the 32-bit columns need beside WINE_PROGRAMS.
.PHONY: i386-tests
ifneq ($(and $(CAN_BUILD_32),$(wildcard /usr/lib/i386-linux-gnu/wine/i386-unix/libkernel32.a)),)
i386-tests: $(UNIX32_FILES) $(WINE_SOURCES:tests/pe/%.c=$(B)/tests/elf32/%.exe.so)
else
i386-tests:
	+$(MAKE_IN_BOOKWORM) $@
endif

# Headers must compile alone and beside the toolchains' own, in C and C++, 32 and 64 bits; and the
# two halves must agree on their structs, whichever is of how many bits.
HEADER_ORDERS := 0 1 2 3 4
.PHONY: test-headers
test-headers:
	@mkdir -p $(B)/tests
	@for order in $(HEADER_ORDERS); do \
		for compiler in "$(MINGW64)-gcc -std=gnu11" "$(MINGW32)-gcc -std=gnu11" \
			"$(WINEGCC) -m64 -std=gnu11"; do \
			$$compiler -Wall -Wextra -Werror -Iinclude -DHEADER_ORDER=$$order \
				-c tests/pe/header_order.c -o $(B)/tests/header_order.o || exit 1; \
		done; \
		$(MINGW64)-g++ -x c++ -Wall -Wextra -Werror -Iinclude -DHEADER_ORDER=$$order \
			-c tests/pe/header_order.c -o $(B)/tests/header_order.o || exit 1; \
	done
	@for compiler in "$(CC) -m64" "$(CC) -m32" $(MINGW64)-gcc $(MINGW32)-gcc; do \
		$$compiler -x c -ffreestanding -fsyntax-only -Wpadded -Werror include/wfd_unixlib.h || exit 1; \
	done

.PHONY: test test-unit test-socket test-model test-wine test-install test-deb test-radio
SOCKET_PROGRAMS := $(filter $(foreach s,$(SANITIZERS),$(B)/$(s)/tests/socket/%),$(TEST_PROGRAMS))

test-unit: $(filter $(foreach s,$(SANITIZERS),$(B)/$(s)/tests/unit/%),$(TEST_PROGRAMS)) test-headers fuzz-replay
	tests/run-native $(filter $(B)/%,$^)

# Of the objects that are installed, without sanitizers.
SOAK := $(B)/native/tests/socket/soak
$(SOAK): $(B)/native/tests/socket/soak.o $(CORE_OBJECTS) $(SCRIPTED_SOURCES:%.c=$(B)/native/%.o) \
		$(WPA_CLIENT)
	$(CC) -Wl,--wrap=poll,--wrap=__poll_chk -o $@ $^ $(TEST_LIBS)

# Where memory is looked at, which sanitizers keep.
FLOOD := $(B)/native/tests/socket/test_service_flood
$(FLOOD): $(FLOOD).o $(CORE_OBJECTS) $(SCRIPTED_SOURCES:%.c=$(B)/native/%.o) $(WPA_CLIENT)
	$(CC) -o $@ $^ $(TEST_LIBS)

test-socket: export WFD_REAPER := $(abspath $(WINE_DIR)/x86_64-unix/winewfd-reaper)
test-socket: $(SOCKET_PROGRAMS) $(FLOOD) $(SOAK) $(WINE_DIR)/x86_64-unix/winewfd-reaper
	tests/run-native $(SOCKET_PROGRAMS) $(FLOOD) $(SOAK)

# 100000 events a second for ten seconds.
.PHONY: test-flood
test-flood: $(FLOOD)
	WFD_FLOOD_SECONDS=10 tests/run-native $<

# At length: make soak SOAK_MINUTES=60; soak-radio is in the radio lab, with Wine.
SOAK_MINUTES := 10
.PHONY: soak soak-radio
soak: export WFD_REAPER := $(abspath $(WINE_DIR)/x86_64-unix/winewfd-reaper)
soak: $(SOAK) $(WINE_DIR)/x86_64-unix/winewfd-reaper
	SOAK_SECONDS=$$((60 * $(SOAK_MINUTES))) $(SOAK)

soak-radio: $(RADIO_PROGRAM) $(DLL_FILES)
	WFD_VERBOSE=1 WFD_TEST_TIMEOUT=$$((60 * $(SOAK_MINUTES) + 300)) SOAK_MINUTES=$(SOAK_MINUTES) \
		tests/radio/run $(B) tests/radio/soak.sh

# Sharing between programs at length.
CONTENTION := $(B)/asan/tests/socket/test_service_contention
.PHONY: test-contention
test-contention: $(CONTENTION)
	WFD_ROUNDS=200 tests/run-native $<

# Deaths of programs, and of the supplicant, at length: every way at every stage.
DEATH_ROUNDS := 20
DEATHS := $(addprefix $(B)/asan/tests/socket/,test_service_deaths test_service_supplicant_deaths)
.PHONY: test-deaths test-wine-deaths
test-wine-deaths: all $(VICTIM) $(SCRIPTED)
	DEATH_ROUNDS=$(DEATH_ROUNDS) tests/pe/run $(B) deaths
	root=$$(tools/wine-root trixie) && \
		WFD_WINE_ROOT=$$root DEATH_ROUNDS=$(DEATH_ROUNDS) tests/pe/run $(B) deaths

test-deaths: $(DEATHS) $(WINE_DIR)/x86_64-unix/winewfd-reaper
	WFD_REAPER=$(abspath $(WINE_DIR)/x86_64-unix/winewfd-reaper) DEATH_ROUNDS=$(DEATH_ROUNDS) \
		WFD_TEST_LIMIT=3600 tests/run-native $(DEATHS)

# More, or others: make test-model MODEL_SEQUENCES=1000000 MODEL_SEED=$$RANDOM
test-model: $(MODEL)
	UBSAN_OPTIONS=print_stacktrace=1 $(MODEL) --sequences $(MODEL_SEQUENCES) --seed $(MODEL_SEED)

test-wine: all $(WINE_PROGRAMS) $(SCRIPTED)
	+tests/pe/matrix $(B)

.PHONY: test-secrets
test-secrets: all $(SECRETS) $(SCRIPTED)
	tests/pe/run $(B) secrets

test-install: all $(B)/tests/pe64/wfd_rows.exe $(SCRIPTED)
	+tests/install/run $(B)

# The package, in fresh roots of the suites that it is for, at once.
test-deb: deb $(B)/tests/pe64/wfd_rows.exe $(B)/tests/pe32/wfd_rows.exe $(SCRIPTED)
	tests/install/packages $(B) bookworm trixie

# The command line, against the same.
.PHONY: test-tools
test-tools: $(B)/tools/wfdctl $(SCRIPTED) $(DLL_FILES)
	tests/wfdctl/run $(B)

# The window that pairs, on a screen of its own.
.PHONY: test-wfdpair
WFDPAIR_LOOK := $(B)/tests/wfdpair/look.exe $(B)/tests/wfdpair/look32.exe
$(WFDPAIR_LOOK): tests/wfdpair/look.c tools/wfdpair/resource.h
	@mkdir -p $(@D)
	$(if $(filter %32.exe,$@),$(MINGW32),$(MINGW64))-gcc $(PE_TEST_FLAGS) -D_WIN32_WINNT=0x0601 \
		-DUNICODE -o $@ $<
test-wfdpair: all $(WFDPAIR_LOOK) $(B)/tests/find-in-memory $(SCRIPTED)
	+tests/wfdpair/all $(B)

# A make of its own after the installation: what it finds out first depends on the packages.
test: setup
	@echo "building..."
	+@$(MAKE) -s --no-print-directory -j2 all tests
	tests/run-all test-unit test-socket test-model test-tools test-wfdpair test-install test-wine \
		test-secrets test-radio

.PHONY: tests
tests: $(TEST_PROGRAMS) $(FLOOD) $(SOAK) $(MODEL) $(WINE_PROGRAMS) $(SCRIPTED) $(SECRETS) \
	$(WFDPAIR_LOOK)

# Each fuzzer starts from its corpus in the tree and keeps what it finds under build/.
FUZZ_SECONDS := 60
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := -fno-sanitize-recover=undefined -O1
FUZZ_OBJECTS := $(patsubst %.c,$(B)/fuzz/%.o,$(CORE_SOURCES) dlls/wlanapi/pe/policy_xml.c)
# Those that run the service's loop by themselves: tests/fuzz/world.h.
FUZZ_WRAPS := poll clock_gettime pthread_create pthread_join pthread_mutex_lock pthread_mutex_unlock \
	pthread_cond_wait pthread_cond_timedwait pthread_cond_broadcast
$(B)/fuzz/fuzz_service $(B)/fuzz/fuzz_config: FUZZ_LINK := $(FUZZ_WRAPS:%=-Wl,--wrap=%)

$(B)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(CLANG) $(NATIVE_CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined \
		-Idlls/wlanapi/pe -c $< -o $@
$(FUZZERS:%=$(B)/fuzz/%): $(B)/fuzz/%: $(B)/fuzz/tests/fuzz/%.o $(FUZZ_OBJECTS) $(WPA_CLIENT)
	$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined $(FUZZ_LINK) -o $@ $^ \
		$(NL_LIBS) -pthread

tests: $(FUZZERS:%=$(B)/fuzz/%)

# Only what is in the tree, as a test.
.PHONY: fuzz fuzz-replay
fuzz-replay: $(FUZZERS:%=$(B)/fuzz/%)
	@for fuzzer in $(FUZZERS); do \
		$(B)/fuzz/$$fuzzer -runs=0 tests/fuzz/corpus/$$fuzzer >$(B)/fuzz/replay.log 2>&1 || \
			{ cat $(B)/fuzz/replay.log; exit 1; }; \
	done

fuzz: $(FUZZERS:%=$(B)/fuzz/%)
	@for fuzzer in $(FUZZERS); do \
		mkdir -p $(B)/fuzz/corpus/$$fuzzer; \
		echo "== $$fuzzer, $(FUZZ_SECONDS) s"; \
		words=; [ ! -e tests/fuzz/$$fuzzer.dict ] || words=-dict=tests/fuzz/$$fuzzer.dict; \
		$(B)/fuzz/$$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=20000 -print_final_stats=1 $$words \
			-artifact_prefix=$(B)/fuzz/ $(B)/fuzz/corpus/$$fuzzer tests/fuzz/corpus/$$fuzzer \
			2>&1 | grep -E 'stat::|ERROR|SUMMARY|runtime error' || exit 1; \
	done
