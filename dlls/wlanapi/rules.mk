# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The DLL. The PE half is a Wine builtin under a name of its own, winewfd.dll, because a builtin
# called wlanapi.dll never wins over Wine's; a native wlanapi.dll that forwards to it goes into
# system32. A builtin called wlanapi.dll is there too, for putting it in the place of Wine's. The Unix half winewfd.so is made of the very objects that the native tests are made of.

CORE := dlls/wlanapi/core
CORE_SOURCES := $(filter-out %_main.c,$(wildcard $(CORE)/*.c))
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(B)/native/%.o)
UNIX_SOURCES := $(CORE_SOURCES) dlls/wlanapi/unix/unixlib.c
REAPER_SOURCES := $(addprefix $(CORE)/,wfd_reaper_main.c wfd_ctrl.c wfd_text.c wfd_log.c \
	wfd_share.c wfd_command.c)

PE_SOURCES := $(wildcard dlls/wlanapi/pe/*.c)
SPEC := dlls/wlanapi/pe/wlanapi.spec
# -D_MSVCR_VER=0: no C runtime of Wine's headers; the DLL imports kernel32, advapi32 and ntdll only.
PE_CFLAGS := -std=gnu11 -O2 -g $(WARNINGS) -Wno-unused-parameter -Wno-format -Wno-cast-function-type \
	-D__WINESRC__ -D_MSVCR_VER=0 -Iinclude -Idlls/wlanapi/pe -MMD -MP

WINE_DIR := $(B)/wine
UNIX_FILES := $(WINE_DIR)/x86_64-unix/winewfd.so $(WINE_DIR)/x86_64-unix/winewfd-reaper
UNIX32_FILES := $(UNIX_FILES:$(WINE_DIR)/x86_64-unix/%=$(WINE_DIR)/i386-unix/%)
PE_FILES := $(foreach arch,x86_64 i386,\
	$(WINE_DIR)/$(arch)-windows/winewfd.dll $(B)/native-dll/$(arch)/wlanapi.dll \
	$(B)/system-dll/$(arch)-windows/wlanapi.dll)
# The window that pairs goes into a prefix with the DLL, for both machines as the DLL: a Wine's `wine`
# may be its 32-bit loader. tools/rules.mk builds it.
WFDPAIR := $(foreach arch,x86_64 i386,$(WINE_DIR)/$(arch)-windows/wfdpair.exe)
DLL_FILES := $(PE_FILES) $(UNIX_FILES) $(WFDPAIR)
IMPORT_LIBRARIES := $(foreach lib,mingw64 mingw32 winegcc winegcc32,$(B)/lib/$(lib)/libwlanapi.a)

all: $(DLL_FILES) $(IMPORT_LIBRARIES)

# What 32-bit programs need where Wine has a 32-bit Unix half of its own. Where this machine lacks
# the 32-bit libraries a small Debian 12 builds it (as root), and `make all` does without.
CAN_BUILD_32 := $(and $(wildcard /usr/lib/i386-linux-gnu/libwpa_client.a), \
	$(wildcard /usr/lib/i386-linux-gnu/libnl-genl-3.so), \
	$(wildcard /usr/lib/gcc/x86_64-linux-gnu/*/32/libgcc.a))
MAKE_IN_BOOKWORM = tools/in-wine-root bookworm $(B) \
	env PKG_CONFIG_PATH=/usr/lib/i386-linux-gnu/pkgconfig $(MAKE) -s --no-print-directory B=$(B)

.PHONY: i386-unix
ifneq ($(CAN_BUILD_32),)
all: $(UNIX32_FILES)
i386-unix: $(UNIX32_FILES)
else
i386-unix:
	+$(MAKE_IN_BOOKWORM) $@
endif

# unix_rules ARCHITECTURE,OBJECT-FOLDER,FLAGS,LINKER-FLAGS
define unix_rules
$(B)/$(2)/%.o: %.c
	@mkdir -p $$(@D)
	$$(CC) $(3) $$(NATIVE_CFLAGS) -O2 $$(HARDENING) -fPIC -fvisibility=hidden -c $$< -o $$@

# What Wine looks up in the Unix half must be seen.
$(B)/$(2)/dlls/wlanapi/unix/unixlib.o: dlls/wlanapi/unix/unixlib.c
	@mkdir -p $$(@D)
	$$(CC) $(3) $$(NATIVE_CFLAGS) -O2 $$(HARDENING) -fPIC -c $$< -o $$@

# With wfd_ctrl_socket for socket: no other way to have no child of the application inherit them.
$(B)/$(2)/libwpa_client.a:
	@mkdir -p $$(@D)
	objcopy --redefine-sym socket=wfd_ctrl_socket \
		$$$$($$(CC) $(3) -print-file-name=libwpa_client.a) $$@

# -z nodelete: the service's thread must not lose its code when the DLL is unloaded.
$(WINE_DIR)/$(1)-unix/winewfd.so: $(UNIX_SOURCES:%.c=$(B)/$(2)/%.o) $(B)/$(2)/libwpa_client.a
	@mkdir -p $$(@D)
	$$(CC) $(3) -shared -pthread -o $$@ $$^ $$(NL_LIBS) \
		-Wl,-z,defs,-z,nodelete,-z,now,-z,relro$(4)

$(WINE_DIR)/$(1)-unix/winewfd-reaper: $(REAPER_SOURCES:%.c=$(B)/$(2)/%.o) \
		$(B)/$(2)/libwpa_client.a
	@mkdir -p $$(@D)
	$$(CC) $(3) -o $$@ $$^ -Wl,-z,now,-z,relro
endef
$(eval $(call unix_rules,x86_64,native,-m64))
# -z notext: the distribution's 32-bit libwpa_client.a is not position-independent.
COMMA := ,
$(eval $(call unix_rules,i386,native32,-m32 -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64,$(COMMA)-z$(COMMA)notext))

# pe_rules ARCHITECTURE,TARGET,LIBRARY-FOLDER,ENTRY
define pe_rules
PE_OBJECTS_$(1) := $$(PE_SOURCES:%.c=$$(B)/$(1)/%.o)

$$(B)/$(1)/dlls/wlanapi/pe/%.o: dlls/wlanapi/pe/%.c
	@mkdir -p $$(@D)
	$$(WINEGCC) -b $(2) -mno-cygwin $$(PE_CFLAGS) -c $$< -o $$@

$$(B)/$(1)/%.spec.o: $$(SPEC) $$(PE_OBJECTS_$(1))
	$$(WINEBUILD) -b $(2) --dll -F $$*.dll -o $$@ -E $$(SPEC) $$(PE_OBJECTS_$(1))

# ntdll exports more than mingw's import library knows.
$$(B)/$(1)/libntdebug.a: dlls/wlanapi/pe/ntdll-debug.spec
	@mkdir -p $$(@D)
	$$(WINEBUILD) -b $(2) --implib -o $$@ -F ntdll.dll --export $$<

define link_$(1)
	@mkdir -p $$(@D)
	$(2)-gcc -shared -nostdlib -o $$@ $$< $$(PE_OBJECTS_$(1)) \
		-Wl,--kill-at,--file-alignment,0x1000,--nxcompat,--entry,$(4) \
		-L$$(B)/$(1) -lntdebug -ladvapi32 -lkernel32 -lntdll -lgcc
	$$(WINEBUILD) -b $(2) --builtin $$@
endef
$$(WINE_DIR)/$(1)-windows/%.dll: $$(B)/$(1)/%.spec.o $$(PE_OBJECTS_$(1)) $$(B)/$(1)/libntdebug.a
	$$(link_$(1))
$$(B)/system-dll/$(1)-windows/%.dll: $$(B)/$(1)/%.spec.o $$(PE_OBJECTS_$(1)) $$(B)/$(1)/libntdebug.a
	$$(link_$(1))

$$(B)/native-dll/$(1)/wlanapi.dll: $$(B)/forwarder.def dlls/wlanapi/forwarder/dllmain.c
	@mkdir -p $$(@D)
	$(2)-gcc -std=gnu11 -O2 $$(WARNINGS) -Wno-cast-function-type -shared -nostdlib -s -o $$@ $$^ \
		-Wl,--kill-at,--nxcompat,--entry,$(4) -lkernel32

$$(B)/lib/$(3)/libwlanapi.a: $$(SPEC)
	@mkdir -p $$(@D)
	$$(WINEBUILD) -b $(2) --implib -o $$@ --export $$<
endef
$(eval $(call pe_rules,x86_64,$(MINGW64),mingw64,DllMain))
$(eval $(call pe_rules,i386,$(MINGW32),mingw32,_DllMain@12))

$(B)/forwarder.def: $(SPEC) tools/mk-forwarder
	@mkdir -p $(@D)
	tools/mk-forwarder $(SPEC) winewfd > $@

$(B)/lib/winegcc/libwlanapi.a: $(SPEC)
	@mkdir -p $(@D)
	$(WINEBUILD) -m64 --implib -o $@ --export $<

$(B)/lib/winegcc32/libwlanapi.a: $(SPEC)
	@mkdir -p $(@D)
	$(WINEBUILD) -m32 --implib -o $@ --export $<
