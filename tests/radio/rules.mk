# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The radio tests: real supplicants on simulated radios, Wine, the DLL.

RADIO_PROGRAM := $(B)/tests/radio/wfd-session.exe

$(RADIO_PROGRAM): tests/radio/session.c $(B)/lib/mingw64/libwlanapi.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -o $@ $< -L$(B)/lib/mingw64 $(PE_TEST_LIBS)

tests: $(RADIO_PROGRAM)

.PHONY: test-radio
test-radio: $(RADIO_PROGRAM) $(DLL_FILES) $(B)/tools/wfdctl
	tests/radio/run $(B)
