/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The properties of the device nodes of paired Wi-Fi Direct devices. Neither mingw-w64's nor Wine's
 * headers have them. Include <initguid.h> before it in one file of a program, as with <devpkey.h>.
 *
 * Numbers, types and availability are those of Windows' SDK. What winewfd writes:
 *
 *     DeviceAddress     BINARY, 6 bytes: the P2P device address, for WFDStartOpenSession; always
 *     InterfaceAddress  BINARY, 6 bytes: the device's address in its group with us; only while
 *                       connected, else the property does not exist
 *     InterfaceGuid     GUID: of our network interface in that group, as in the callback of
 *                       WFDStartOpenSession; likewise
 *     IsConnected       BOOLEAN: some program, of Wine or not, shares a group with it; always
 *     IsVisible         BOOLEAN: it was heard of in the last minute, or is connected; always.
 *                       WFDUpdateDeviceVisibility looks for it and says what came of it
 *     IsLegacyDevice    BOOLEAN: always FALSE; devices without Wi-Fi Direct have no node
 *
 * The node's instance id is SWD\WIFIDIRECT\ and the device address in capital letters,
 * SWD\WIFIDIRECT\02:00:00:00:01:00 for example; its friendly name is what the device calls itself,
 * which nobody vouches for.
 */
#ifndef WINEWFD_DEVPKEY_H
#define WINEWFD_DEVPKEY_H

#include <devpropdef.h>
#include <guiddef.h>

#ifdef __cplusplus
extern "C"
{
#endif

#ifndef DEVPKEY_WiFiDirect_DeviceAddress
#define WINEWFD_DEVPKEY(name, pid)                                                                 \
    DEFINE_DEVPROPKEY(DEVPKEY_WiFiDirect_##name, 0x1506935d, 0xe3e7, 0x450f, 0x86, 0x37, 0x82,     \
            0x23, 0x3e, 0xbe, 0x5f, 0x6e, pid)
    WINEWFD_DEVPKEY(DeviceAddress, 1);
    WINEWFD_DEVPKEY(InterfaceAddress, 2);
    WINEWFD_DEVPKEY(InterfaceGuid, 3);
    WINEWFD_DEVPKEY(IsConnected, 5);
    WINEWFD_DEVPKEY(IsVisible, 6);
    WINEWFD_DEVPKEY(IsLegacyDevice, 7);
#undef WINEWFD_DEVPKEY
#endif

    /* The device interface of these nodes. */
    DEFINE_GUID(GUID_DEVINTERFACE_WIFIDIRECT_DEVICE, 0x439b20af, 0x8955, 0x405b, 0x99, 0xf0, 0xa6,
            0x2a, 0xf0, 0xc6, 0x8d, 0x43);

#ifdef __cplusplus
}
#endif

#endif
