# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The DLL. The PE half is a Wine builtin under a name of its own, winewfd.dll, because a builtin
# called wlanapi.dll never wins over Wine's; a native wlanapi.dll that forwards to it goes into
# system32. The Unix half winewfd.so is made of the very objects that the native tests are made of.

CORE := dlls/wlanapi/core
CORE_SOURCES := $(filter-out %_main.c,$(wildcard $(CORE)/*.c))
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(B)/native/%.o)
REAPER_OBJECTS := $(addprefix $(B)/native/$(CORE)/,wfd_reaper_main.o wfd_ctrl.o wfd_text.o wfd_log.o \
	wfd_share.o wfd_command.o)
UNIX_OBJECTS := $(CORE_OBJECTS) $(B)/native/dlls/wlanapi/unix/unixlib.o

PE_SOURCES := $(wildcard dlls/wlanapi/pe/*.c)
PE_OBJECTS := $(PE_SOURCES:%.c=$(B)/x86_64/%.o)
SPEC := dlls/wlanapi/pe/wlanapi.spec
# -D_MSVCR_VER=0: no C runtime of Wine's headers; the DLL imports kernel32, advapi32 and ntdll only.
PE_CFLAGS := -std=gnu11 -O2 -g $(WARNINGS) -Wno-unused-parameter -Wno-format -Wno-cast-function-type \
	-D__WINESRC__ -D_MSVCR_VER=0 -Iinclude -Idlls/wlanapi/pe -MMD -MP

WINE_DIR := $(B)/wine
DLL_FILES := $(WINE_DIR)/x86_64-windows/winewfd.dll $(WINE_DIR)/x86_64-unix/winewfd.so \
	$(WINE_DIR)/x86_64-unix/winewfd-reaper $(B)/native-dll/x86_64/wlanapi.dll
IMPORT_LIBRARIES := $(B)/lib/mingw64/libwlanapi.a $(B)/lib/winegcc/libwlanapi.a

all: $(DLL_FILES) $(IMPORT_LIBRARIES)

$(B)/native/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(NATIVE_CFLAGS) -O2 $(HARDENING) -fPIC -fvisibility=hidden -c $< -o $@

# What Wine looks up in the Unix half must be seen.
$(B)/native/dlls/wlanapi/unix/unixlib.o: dlls/wlanapi/unix/unixlib.c
	@mkdir -p $(@D)
	$(CC) $(NATIVE_CFLAGS) -O2 $(HARDENING) -fPIC -c $< -o $@

# -z nodelete: the service's thread must not lose its code when the DLL is unloaded.
$(WINE_DIR)/x86_64-unix/winewfd.so: $(UNIX_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -shared -pthread -o $@ $^ -lwpa_client $(NL_LIBS) -Wl,-z,defs,-z,nodelete,-z,now,-z,relro

$(WINE_DIR)/x86_64-unix/winewfd-reaper: $(REAPER_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ -lwpa_client -Wl,-z,now,-z,relro

$(B)/x86_64/dlls/wlanapi/pe/%.o: dlls/wlanapi/pe/%.c
	@mkdir -p $(@D)
	$(WINEGCC) -b $(MINGW64) -mno-cygwin $(PE_CFLAGS) -c $< -o $@

$(B)/x86_64/spec.o: $(SPEC) $(PE_OBJECTS)
	$(WINEBUILD) -b $(MINGW64) --dll -F winewfd.dll -o $@ -E $(SPEC) $(PE_OBJECTS)

# ntdll exports more than mingw's import library knows.
$(B)/x86_64/libntdebug.a: dlls/wlanapi/pe/ntdll-debug.spec
	@mkdir -p $(@D)
	$(WINEBUILD) -b $(MINGW64) --implib -o $@ -F ntdll.dll --export $<

$(WINE_DIR)/x86_64-windows/winewfd.dll: $(B)/x86_64/spec.o $(PE_OBJECTS) $(B)/x86_64/libntdebug.a
	@mkdir -p $(@D)
	$(MINGW64)-gcc -shared -nostdlib -o $@ $(B)/x86_64/spec.o $(PE_OBJECTS) \
		-Wl,--kill-at,--file-alignment,0x1000,--nxcompat,--entry,DllMain \
		-L$(B)/x86_64 -lntdebug -ladvapi32 -lkernel32 -lntdll -lgcc
	$(WINEBUILD) -b $(MINGW64) --builtin $@

$(B)/x86_64/forwarder.def: $(SPEC) tools/mk-forwarder
	@mkdir -p $(@D)
	tools/mk-forwarder $(SPEC) winewfd > $@

$(B)/native-dll/x86_64/wlanapi.dll: $(B)/x86_64/forwarder.def
	@mkdir -p $(@D)
	$(MINGW64)-gcc -shared -nostdlib -s -Wl,--entry,0 -o $@ $<

$(B)/lib/mingw64/libwlanapi.a: $(SPEC)
	@mkdir -p $(@D)
	$(WINEBUILD) -b $(MINGW64) --implib -o $@ --export $<

$(B)/lib/winegcc/libwlanapi.a: $(SPEC)
	@mkdir -p $(@D)
	$(WINEBUILD) -m64 --implib -o $@ --export $<
