# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Measurements. tests/bench/run calls | memory | radio runs one part alone.

BENCH := $(B)/bench
BENCH_PROGRAMS := $(BENCH)/calls.exe $(BENCH)/radio_session.exe $(BENCH)/memory $(BENCH)/conductor
BENCH_CONDUCTOR_OBJECTS := $(addprefix $(B)/native/$(CORE)/,wfd_ctrl.o wfd_text.o wfd_log.o)

$(BENCH)/%.exe: tests/bench/%.c
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -O2 -D__USE_MINGW_ANSI_STDIO=1 -o $@ $< -lws2_32 -ladvapi32

$(BENCH)/memory: $(B)/native/tests/bench/memory.o $(CORE_OBJECTS) $(WPA_CLIENT)
	@mkdir -p $(@D)
	$(CC) -pthread -o $@ $^ $(NL_LIBS)

$(BENCH)/conductor: $(B)/native/tests/bench/conductor.o $(BENCH_CONDUCTOR_OBJECTS) $(WPA_CLIENT)
	@mkdir -p $(@D)
	$(CC) -o $@ $^

.PHONY: bench bench-programs
bench-programs: $(BENCH_PROGRAMS) $(DLL_FILES) $(SCRIPTED)

# A make of its own after the installation: what it finds out first depends on the packages.
bench: setup
	@echo "building..."
	+@$(MAKE) -s --no-print-directory -j2 bench-programs
	BENCH_BUILD=$(B) BENCH_JSON=$(BENCH_JSON) tests/bench/run
