# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The radio tests: real supplicants on simulated radios, Wine, the DLL.

RADIO_PROGRAM := $(B)/tests/radio/wfd-session.exe

$(RADIO_PROGRAM): tests/radio/session.c $(B)/lib/mingw64/libwlanapi.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc $(PE_TEST_FLAGS) -o $@ $< -L$(B)/lib/mingw64 $(PE_TEST_LIBS)

# An adapter that cannot.
HWSIM_RADIO := $(B)/tests/radio/hwsim-radio
$(HWSIM_RADIO): tests/radio/hwsim_radio.c
	@mkdir -p $(@D)
	$(CC) $(NATIVE_CFLAGS) -O2 -o $@ $< $(NL_LIBS)

tests: $(RADIO_PROGRAM) $(HWSIM_RADIO)

.PHONY: test-radio
test-radio: $(RADIO_PROGRAM) $(HWSIM_RADIO) $(DLL_FILES) $(B)/tools/wfdctl \
	$(B)/tests/wfdpair/look.exe laptop
	tests/radio/run $(B)

# Each thing that wfdctl doctor looks at is broken and mended: a quarter of an hour.
.PHONY: test-doctor
test-doctor: all $(HWSIM_RADIO) laptop
	WFD_VERBOSE=1 tests/radio/run $(B) tests/radio/what_the_doctor_advises_helps.sh

# The root of a laptop with the package installed; here, not in the emulated machine, where that takes
# minutes. The root that it is made of shares its files: dpkg writes none of them, but makes new ones.
# Without the 32-bit Unix half where that was not built.
LAPTOP := $(B)/laptop
LAPTOP_STAGE := $(B)/laptop-deb
.PHONY: laptop
laptop: all
	rm -rf $(LAPTOP_STAGE)
	+$(MAKE) -s --no-print-directory install DESTDIR=$(abspath $(LAPTOP_STAGE)) PREFIX=/usr \
		WINE_MODULES="$(foreach kind,windows unix,$(firstword $(DEB_ROOTS))/x86_64-$(kind))" >/dev/null
	rm $(LAPTOP_STAGE)/usr/lib/winewfd/installed
	tests/radio/make-laptop $(LAPTOP) "$$(tools/deb/build $(LAPTOP_STAGE) $(VERSION) $(B)/tests)"
