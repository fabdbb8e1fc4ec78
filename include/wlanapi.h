/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The public interface of wlanapi.dll: the Native Wifi functions (Wlan*) and the Wi-Fi Direct
 * session functions (WFD*), for C and C++ programs built with mingw-w64 or winegcc.
 *
 * It stands in for the toolchain's own <wlanapi.h> (mingw-w64's and Wine's have no WFD* function)
 * when its directory comes first in the include path. Types that other headers of the toolchain
 * define too (DOT11_SSID, DOT11_MAC_ADDRESS, EAP_METHOD_TYPE, ...) are taken from those headers
 * where they exist, so that a program may include them as well, in any order.
 *
 * It never includes <windows.h> (a program may want <winsock2.h> first) and never defines a
 * property key: the DEVPKEY_WiFiDirect_* and DEVPKEY_InfraCast_* keys belong to <devpkey.h>.
 *
 * Written from the public documentation of the Windows API. Layouts are those of Windows, for
 * 32-bit and 64-bit programs.
 */

/* tables of constants, and types with two names each: */
/* clang-format off */

#ifndef WINEWFD_WLANAPI_H
#define WINEWFD_WLANAPI_H

/* The guards of mingw-w64's and of Wine's wlanapi.h: whichever comes later is then empty. */
#if defined(_INC_WLANAPI) || defined(_WLAN_WLANAPI_H)
#error "another <wlanapi.h> has been included before this one"
#endif
#define _INC_WLANAPI
#define _WLAN_WLANAPI_H

#include <windef.h>
#include <winnt.h>

#include <windot11.h>   /* mingw-w64's includes <wlantypes.h>, Wine's has the PHY types only */

#ifdef __has_include
#if __has_include(<l2cmn.h>)
#include <l2cmn.h>
#endif
#if __has_include(<eaptypes.h>)
#include <eaptypes.h>
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/***********************************************************************
 *              What wlantypes.h, windot11.h, eaptypes.h and l2cmn.h have on Windows
 */

#ifndef _INC_WLANTYPES
#define _INC_WLANTYPES

#define DOT11_SSID_MAX_LENGTH   32

typedef struct _DOT11_SSID
{
    ULONG uSSIDLength;                      /* bytes used in ucSSID, 0 to 32 */
    UCHAR ucSSID[DOT11_SSID_MAX_LENGTH];    /* not a string: any bytes, not terminated */
} DOT11_SSID, *PDOT11_SSID;

typedef enum _DOT11_BSS_TYPE
{
    dot11_BSS_type_infrastructure = 1,
    dot11_BSS_type_independent = 2,
    dot11_BSS_type_any = 3
} DOT11_BSS_TYPE, *PDOT11_BSS_TYPE;

typedef enum _DOT11_AUTH_ALGORITHM
{
    DOT11_AUTH_ALGO_80211_OPEN = 1,
    DOT11_AUTH_ALGO_80211_SHARED_KEY = 2,
    DOT11_AUTH_ALGO_WPA = 3,
    DOT11_AUTH_ALGO_WPA_PSK = 4,
    DOT11_AUTH_ALGO_WPA_NONE = 5,
    DOT11_AUTH_ALGO_RSNA = 6,
    DOT11_AUTH_ALGO_RSNA_PSK = 7,
    DOT11_AUTH_ALGO_IHV_START = 0x80000000,
    DOT11_AUTH_ALGO_IHV_END = 0xffffffff
} DOT11_AUTH_ALGORITHM, *PDOT11_AUTH_ALGORITHM;

#define DOT11_AUTH_ALGORITHM_OPEN_SYSTEM    DOT11_AUTH_ALGO_80211_OPEN
#define DOT11_AUTH_ALGORITHM_SHARED_KEY     DOT11_AUTH_ALGO_80211_SHARED_KEY
#define DOT11_AUTH_ALGORITHM_WPA            DOT11_AUTH_ALGO_WPA
#define DOT11_AUTH_ALGORITHM_WPA_PSK        DOT11_AUTH_ALGO_WPA_PSK
#define DOT11_AUTH_ALGORITHM_WPA_NONE       DOT11_AUTH_ALGO_WPA_NONE
#define DOT11_AUTH_ALGORITHM_RSNA           DOT11_AUTH_ALGO_RSNA
#define DOT11_AUTH_ALGORITHM_RSNA_PSK       DOT11_AUTH_ALGO_RSNA_PSK

typedef enum _DOT11_CIPHER_ALGORITHM
{
    DOT11_CIPHER_ALGO_NONE = 0x00,
    DOT11_CIPHER_ALGO_WEP40 = 0x01,
    DOT11_CIPHER_ALGO_TKIP = 0x02,
    DOT11_CIPHER_ALGO_CCMP = 0x04,
    DOT11_CIPHER_ALGO_WEP104 = 0x05,
    DOT11_CIPHER_ALGO_WPA_USE_GROUP = 0x100,
    DOT11_CIPHER_ALGO_RSN_USE_GROUP = 0x100,
    DOT11_CIPHER_ALGO_WEP = 0x101,
    DOT11_CIPHER_ALGO_IHV_START = 0x80000000,
    DOT11_CIPHER_ALGO_IHV_END = 0xffffffff
} DOT11_CIPHER_ALGORITHM, *PDOT11_CIPHER_ALGORITHM;

typedef struct _DOT11_AUTH_CIPHER_PAIR
{
    DOT11_AUTH_ALGORITHM AuthAlgoId;
    DOT11_CIPHER_ALGORITHM CipherAlgoId;
} DOT11_AUTH_CIPHER_PAIR, *PDOT11_AUTH_CIPHER_PAIR;

#endif /* _INC_WLANTYPES */

#ifndef DOT11_BSSID_LIST_REVISION_1
/* The same typedef twice is valid C11 and C++, so an older Wine's windot11.h does not matter. */
typedef UCHAR DOT11_MAC_ADDRESS[6];
typedef DOT11_MAC_ADDRESS *PDOT11_MAC_ADDRESS;

typedef struct DOT11_BSSID_LIST
{
    struct
    {
        UCHAR Type;
        UCHAR Revision;
        USHORT Size;
    } Header;                               /* laid out as NDIS_OBJECT_HEADER */
    ULONG uNumOfEntries;
    ULONG uTotalNumOfEntries;
    DOT11_MAC_ADDRESS BSSIDs[1];
} DOT11_BSSID_LIST, *PDOT11_BSSID_LIST;

#define DOT11_BSSID_LIST_REVISION_1     1

typedef UCHAR DOT11_COUNTRY_OR_REGION_STRING[3];
typedef DOT11_COUNTRY_OR_REGION_STRING *PDOT11_COUNTRY_OR_REGION_STRING;

/* values of wlan_intf_opcode_current_operation_mode */
#define DOT11_OPERATION_MODE_UNKNOWN                0x00000000
#define DOT11_OPERATION_MODE_STATION                0x00000001
#define DOT11_OPERATION_MODE_AP                     0x00000002
#define DOT11_OPERATION_MODE_EXTENSIBLE_STATION     0x00000004
#define DOT11_OPERATION_MODE_EXTENSIBLE_AP          0x00000008
#define DOT11_OPERATION_MODE_WFD_DEVICE             0x00000010
#define DOT11_OPERATION_MODE_WFD_GROUP_OWNER        0x00000020
#define DOT11_OPERATION_MODE_WFD_CLIENT             0x00000040
#define DOT11_OPERATION_MODE_MANUFACTURING          0x40000000
#define DOT11_OPERATION_MODE_NETWORK_MONITOR        0x80000000

#define DOT11_RATE_SET_MAX_LENGTH   126     /* entries */

#endif /* DOT11_BSSID_LIST_REVISION_1 */

#ifndef L2_NOTIFICATION_SOURCE_NONE
#define L2_NOTIFICATION_SOURCE_NONE                 0x00000000
#define L2_NOTIFICATION_SOURCE_DOT3_AUTO_CONFIG     0x00000001
#define L2_NOTIFICATION_SOURCE_SECURITY             0x00000002
#define L2_NOTIFICATION_SOURCE_ONEX                 0x00000004
#define L2_NOTIFICATION_SOURCE_WLAN_ACM             0x00000008
#define L2_NOTIFICATION_SOURCE_WLAN_MSM             0x00000010
#define L2_NOTIFICATION_SOURCE_WLAN_SECURITY        0x00000020
#define L2_NOTIFICATION_SOURCE_WLAN_IHV             0x00000040
#define L2_NOTIFICATION_SOURCE_WLAN_HNWK            0x00000080
#endif

#ifndef _INC_EAPTYPES
#define _INC_EAPTYPES
typedef struct _EAP_TYPE
{
    BYTE type;
    DWORD dwVendorId;
    DWORD dwVendorType;
} EAP_TYPE;

typedef struct _EAP_METHOD_TYPE
{
    EAP_TYPE eapType;
    DWORD dwAuthorId;
} EAP_METHOD_TYPE;
#endif

/*
 * Values newer than the toolchain's enumerations. As macros they do not clash with an enumeration
 * that already has them.
 */
#define DOT11_AUTH_ALGO_WPA3            ((DOT11_AUTH_ALGORITHM)8)
#define DOT11_AUTH_ALGO_WPA3_ENT_192    ((DOT11_AUTH_ALGORITHM)8)
#define DOT11_AUTH_ALGO_WPA3_SAE        ((DOT11_AUTH_ALGORITHM)9)
#define DOT11_AUTH_ALGO_OWE             ((DOT11_AUTH_ALGORITHM)10)
#define DOT11_AUTH_ALGO_WPA3_ENT        ((DOT11_AUTH_ALGORITHM)11)
#define DOT11_CIPHER_ALGO_BIP           ((DOT11_CIPHER_ALGORITHM)0x06)
#define DOT11_CIPHER_ALGO_GCMP          ((DOT11_CIPHER_ALGORITHM)0x08)
#define DOT11_CIPHER_ALGO_GCMP_256      ((DOT11_CIPHER_ALGORITHM)0x09)
#define DOT11_CIPHER_ALGO_CCMP_256      ((DOT11_CIPHER_ALGORITHM)0x0a)
#define DOT11_CIPHER_ALGO_BIP_GMAC_128  ((DOT11_CIPHER_ALGORITHM)0x0b)
#define DOT11_CIPHER_ALGO_BIP_GMAC_256  ((DOT11_CIPHER_ALGORITHM)0x0c)
#define DOT11_CIPHER_ALGO_BIP_CMAC_256  ((DOT11_CIPHER_ALGORITHM)0x0d)
#define dot11_phy_type_vht              ((DOT11_PHY_TYPE)8)
#define dot11_phy_type_dmg              ((DOT11_PHY_TYPE)9)
#define dot11_phy_type_he               ((DOT11_PHY_TYPE)10)
#define dot11_phy_type_eht              ((DOT11_PHY_TYPE)11)

/* Hotspot 2.0: the types of WLAN_AVAILABLE_NETWORK_V2. */
#ifndef DOT11_OI_MAX_LENGTH
#define DOT11_OI_MAX_LENGTH     5
#define DOT11_OI_MIN_LENGTH     3

typedef struct _DOT11_ACCESSNETWORKOPTIONS
{
    UCHAR AccessNetworkType;
    UCHAR Internet;
    UCHAR ASRA;
    UCHAR ESR;
    UCHAR UESA;
} DOT11_ACCESSNETWORKOPTIONS, *PDOT11_ACCESSNETWORKOPTIONS;

typedef struct _DOT11_VENUEINFO
{
    UCHAR VenueGroup;
    UCHAR VenueType;
} DOT11_VENUEINFO, *PDOT11_VENUEINFO;
#endif

/* An array typedef may be repeated with the same meaning. */
typedef UCHAR DOT11_HESSID[6];
typedef DOT11_HESSID *PDOT11_HESSID;

/***********************************************************************
 *              Sources of notifications and ranges of reason codes
 */

#ifndef L2_NOTIFICATION_SOURCE_WLAN_DEVICE_SERVICE
#define L2_NOTIFICATION_SOURCE_WLAN_DEVICE_SERVICE  0x00000800
#endif
#ifndef L2_NOTIFICATION_SOURCE_ALL
#define L2_NOTIFICATION_SOURCE_ALL                  0x0000ffff
#endif

#ifndef L2_REASON_CODE_GROUP_SIZE
#define L2_REASON_CODE_GROUP_SIZE           0x10000
#endif
#ifndef L2_REASON_CODE_GEN_BASE
#define L2_REASON_CODE_GEN_BASE             0x10000
#endif
#ifndef L2_REASON_CODE_DOT11_AC_BASE
#define L2_REASON_CODE_DOT11_AC_BASE        0x20000
#endif
#ifndef L2_REASON_CODE_DOT11_MSM_BASE
#define L2_REASON_CODE_DOT11_MSM_BASE       0x30000
#endif
#ifndef L2_REASON_CODE_DOT11_SECURITY_BASE
#define L2_REASON_CODE_DOT11_SECURITY_BASE  0x40000
#endif
#ifndef L2_REASON_CODE_ONEX_BASE
#define L2_REASON_CODE_ONEX_BASE            0x50000
#endif
#ifndef L2_REASON_CODE_DOT3_AC_BASE
#define L2_REASON_CODE_DOT3_AC_BASE         0x60000
#endif
#ifndef L2_REASON_CODE_DOT3_MSM_BASE
#define L2_REASON_CODE_DOT3_MSM_BASE        0x70000
#endif
#ifndef L2_REASON_CODE_PROFILE_BASE
#define L2_REASON_CODE_PROFILE_BASE         0x80000
#endif
#ifndef L2_REASON_CODE_IHV_BASE
#define L2_REASON_CODE_IHV_BASE             0x90000
#endif
#ifndef L2_REASON_CODE_WIMAX_BASE
#define L2_REASON_CODE_WIMAX_BASE           0xa0000
#endif
#ifndef L2_REASON_CODE_RESERVED_BASE
#define L2_REASON_CODE_RESERVED_BASE        0xb0000
#endif
#ifndef L2_REASON_CODE_SUCCESS
#define L2_REASON_CODE_SUCCESS              0
#endif
#ifndef L2_REASON_CODE_UNKNOWN
#define L2_REASON_CODE_UNKNOWN              (L2_REASON_CODE_GEN_BASE + 1)
#endif
#ifndef L2_PROFILE_MAX_NAME_LENGTH
#define L2_PROFILE_MAX_NAME_LENGTH          256     /* WCHARs, the final zero included */
#endif

#define WLAN_NOTIFICATION_SOURCE_NONE           L2_NOTIFICATION_SOURCE_NONE
#define WLAN_NOTIFICATION_SOURCE_ALL            L2_NOTIFICATION_SOURCE_ALL
#define WLAN_NOTIFICATION_SOURCE_ACM            L2_NOTIFICATION_SOURCE_WLAN_ACM
#define WLAN_NOTIFICATION_SOURCE_MSM            L2_NOTIFICATION_SOURCE_WLAN_MSM
#define WLAN_NOTIFICATION_SOURCE_SECURITY       L2_NOTIFICATION_SOURCE_WLAN_SECURITY
#define WLAN_NOTIFICATION_SOURCE_IHV            L2_NOTIFICATION_SOURCE_WLAN_IHV
#define WLAN_NOTIFICATION_SOURCE_HNWK           L2_NOTIFICATION_SOURCE_WLAN_HNWK
#define WLAN_NOTIFICATION_SOURCE_ONEX           L2_NOTIFICATION_SOURCE_ONEX
#define WLAN_NOTIFICATION_SOURCE_DEVICE_SERVICE L2_NOTIFICATION_SOURCE_WLAN_DEVICE_SERVICE

/***********************************************************************
 *              Constants
 */

#define WLAN_API_VERSION_1_0            0x00000001      /* Windows XP */
#define WLAN_API_VERSION_2_0            0x00000002      /* Windows Vista and later */
#define WLAN_API_VERSION_MAJOR(v)       ((v) & 0xffff)
#define WLAN_API_VERSION_MINOR(v)       ((v) >> 16)
#define WLAN_API_MAKE_VERSION(major, minor) (((DWORD)(minor)) << 16 | (major))
#define WLAN_API_VERSION                WLAN_API_VERSION_2_0

#define WLAN_MAX_NAME_LENGTH            L2_PROFILE_MAX_NAME_LENGTH
#define WLAN_MAX_PHY_TYPE_NUMBER        8
#define WLAN_MAX_PHY_INDEX              64

#define DOT11_PSD_IE_MAX_DATA_SIZE      240     /* bytes */
#define DOT11_PSD_IE_MAX_ENTRY_NUMBER   5

/* WLAN_PROFILE_INFO.dwFlags, WlanGetProfile, WlanSetProfile, WlanSaveTemporaryProfile */
#define WLAN_PROFILE_GROUP_POLICY                   0x00000001
#define WLAN_PROFILE_USER                           0x00000002
#define WLAN_PROFILE_GET_PLAINTEXT_KEY              0x00000004
#define WLAN_PROFILE_CONNECTION_MODE_SET_BY_CLIENT  0x00010000
#define WLAN_PROFILE_CONNECTION_MODE_AUTO           0x00020000

/* WlanSetProfileEapXmlUserData */
#define WLAN_SET_EAPHOST_DATA_ALL_USERS             0x00000001

/* WLAN_CONNECTION_PARAMETERS.dwFlags */
#define WLAN_CONNECTION_HIDDEN_NETWORK              0x00000001
#define WLAN_CONNECTION_ADHOC_JOIN_ONLY             0x00000002
#define WLAN_CONNECTION_IGNORE_PRIVACY_BIT          0x00000004
#define WLAN_CONNECTION_EAPOL_PASSTHROUGH           0x00000008
#define WLAN_CONNECTION_PERSIST_DISCOVERY_PROFILE                       0x00000010
#define WLAN_CONNECTION_PERSIST_DISCOVERY_PROFILE_CONNECTION_MODE_AUTO  0x00000020
#define WLAN_CONNECTION_PERSIST_DISCOVERY_PROFILE_OVERWRITE_EXISTING    0x00000040

/* WLAN_CONNECTION_NOTIFICATION_DATA.dwFlags */
#define WLAN_CONNECTION_NOTIFICATION_ADHOC_NETWORK_FORMED   0x00000001
#define WLAN_CONNECTION_NOTIFICATION_CONSOLE_USER_PROFILE   0x00000004

/* WLAN_AVAILABLE_NETWORK.dwFlags */
#define WLAN_AVAILABLE_NETWORK_CONNECTED                0x00000001
#define WLAN_AVAILABLE_NETWORK_HAS_PROFILE              0x00000002
#define WLAN_AVAILABLE_NETWORK_CONSOLE_USER_PROFILE     0x00000004
#define WLAN_AVAILABLE_NETWORK_INTERWORKING_SUPPORTED   0x00000008
#define WLAN_AVAILABLE_NETWORK_HOTSPOT2_ENABLED         0x00000010
#define WLAN_AVAILABLE_NETWORK_ANQP_SUPPORTED           0x00000020
#define WLAN_AVAILABLE_NETWORK_HOTSPOT2_DOMAIN          0x00000040
#define WLAN_AVAILABLE_NETWORK_HOTSPOT2_ROAMING         0x00000080
#define WLAN_AVAILABLE_NETWORK_AUTO_CONNECT_FAILED      0x00000100

/* WlanGetAvailableNetworkList, dwFlags */
#define WLAN_AVAILABLE_NETWORK_INCLUDE_ALL_ADHOC_PROFILES           0x00000001
#define WLAN_AVAILABLE_NETWORK_INCLUDE_ALL_MANUAL_HIDDEN_PROFILES   0x00000002

/* Access rights that WlanGetProfile and WlanGetSecuritySettings report */
#define WLAN_READ_ACCESS        (STANDARD_RIGHTS_READ | FILE_READ_DATA)
#define WLAN_EXECUTE_ACCESS     (WLAN_READ_ACCESS | STANDARD_RIGHTS_EXECUTE | FILE_EXECUTE)
#define WLAN_WRITE_ACCESS       (WLAN_READ_ACCESS | WLAN_EXECUTE_ACCESS | STANDARD_RIGHTS_WRITE | \
                                 FILE_WRITE_DATA | DELETE | WRITE_DAC)

/***********************************************************************
 *              Reason codes
 *
 * Each range starts with the codes that describe a profile or an adapter; from its _CONNECT_BASE
 * on they describe an attempt to connect.
 */

typedef DWORD WLAN_REASON_CODE, *PWLAN_REASON_CODE;
typedef ULONG WLAN_SIGNAL_QUALITY, *PWLAN_SIGNAL_QUALITY;       /* per cent, 0 to 100 */

#define WLAN_REASON_CODE_SUCCESS            L2_REASON_CODE_SUCCESS
#define WLAN_REASON_CODE_UNKNOWN            L2_REASON_CODE_UNKNOWN

#define WLAN_REASON_CODE_RANGE_SIZE         L2_REASON_CODE_GROUP_SIZE
#define WLAN_REASON_CODE_BASE               L2_REASON_CODE_DOT11_AC_BASE

#define WLAN_REASON_CODE_AC_BASE            L2_REASON_CODE_DOT11_AC_BASE
#define WLAN_REASON_CODE_AC_CONNECT_BASE    (WLAN_REASON_CODE_AC_BASE + 0x8000)
#define WLAN_REASON_CODE_AC_END             (WLAN_REASON_CODE_AC_BASE + 0xffff)
#define WLAN_REASON_CODE_MSM_BASE           L2_REASON_CODE_DOT11_MSM_BASE
#define WLAN_REASON_CODE_MSM_CONNECT_BASE   (WLAN_REASON_CODE_MSM_BASE + 0x8000)
#define WLAN_REASON_CODE_MSM_END            (WLAN_REASON_CODE_MSM_BASE + 0xffff)
#define WLAN_REASON_CODE_MSMSEC_BASE        L2_REASON_CODE_DOT11_SECURITY_BASE
#define WLAN_REASON_CODE_MSMSEC_CONNECT_BASE (WLAN_REASON_CODE_MSMSEC_BASE + 0x8000)
#define WLAN_REASON_CODE_MSMSEC_END         (WLAN_REASON_CODE_MSMSEC_BASE + 0xffff)
#define WLAN_REASON_CODE_PROFILE_BASE       L2_REASON_CODE_PROFILE_BASE
#define WLAN_REASON_CODE_PROFILE_CONNECT_BASE (WLAN_REASON_CODE_PROFILE_BASE + 0x8000)
#define WLAN_REASON_CODE_PROFILE_END        (WLAN_REASON_CODE_PROFILE_BASE + 0xffff)
#define WLAN_REASON_CODE_RESERVED_BASE      L2_REASON_CODE_RESERVED_BASE
#define WLAN_REASON_CODE_RESERVED_END       (WLAN_REASON_CODE_RESERVED_BASE + 0xffff)

/* the network or the profile does not suit the adapter */
#define WLAN_REASON_CODE_NETWORK_NOT_COMPATIBLE                  0x20001
#define WLAN_REASON_CODE_PROFILE_NOT_COMPATIBLE                  0x20002

/* automatic configuration, connecting */
#define WLAN_REASON_CODE_NO_AUTO_CONNECTION                      0x28001
#define WLAN_REASON_CODE_NOT_VISIBLE                             0x28002
#define WLAN_REASON_CODE_GP_DENIED                               0x28003
#define WLAN_REASON_CODE_USER_DENIED                             0x28004
#define WLAN_REASON_CODE_BSS_TYPE_NOT_ALLOWED                    0x28005
#define WLAN_REASON_CODE_IN_FAILED_LIST                          0x28006
#define WLAN_REASON_CODE_IN_BLOCKED_LIST                         0x28007
#define WLAN_REASON_CODE_SSID_LIST_TOO_LONG                      0x28008
#define WLAN_REASON_CODE_CONNECT_CALL_FAIL                       0x28009
#define WLAN_REASON_CODE_SCAN_CALL_FAIL                          0x2800a
#define WLAN_REASON_CODE_NETWORK_NOT_AVAILABLE                   0x2800b
#define WLAN_REASON_CODE_PROFILE_CHANGED_OR_DELETED              0x2800c
#define WLAN_REASON_CODE_KEY_MISMATCH                            0x2800d
#define WLAN_REASON_CODE_USER_NOT_RESPOND                        0x2800e
#define WLAN_REASON_CODE_AP_PROFILE_NOT_ALLOWED_FOR_CLIENT       0x2800f
#define WLAN_REASON_CODE_AP_PROFILE_NOT_ALLOWED                  0x28010
#define WLAN_REASON_CODE_HOTSPOT2_PROFILE_DENIED                 0x28011

/* the profile's contents */
#define WLAN_REASON_CODE_INVALID_PROFILE_SCHEMA                  0x80001
#define WLAN_REASON_CODE_PROFILE_MISSING                         0x80002
#define WLAN_REASON_CODE_INVALID_PROFILE_NAME                    0x80003
#define WLAN_REASON_CODE_INVALID_PROFILE_TYPE                    0x80004
#define WLAN_REASON_CODE_INVALID_PHY_TYPE                        0x80005
#define WLAN_REASON_CODE_MSM_SECURITY_MISSING                    0x80006
#define WLAN_REASON_CODE_IHV_SECURITY_NOT_SUPPORTED              0x80007
#define WLAN_REASON_CODE_IHV_OUI_MISMATCH                        0x80008
#define WLAN_REASON_CODE_IHV_OUI_MISSING                         0x80009
#define WLAN_REASON_CODE_IHV_SETTINGS_MISSING                    0x8000a
#define WLAN_REASON_CODE_CONFLICT_SECURITY                       0x8000b
#define WLAN_REASON_CODE_SECURITY_MISSING                        0x8000c
#define WLAN_REASON_CODE_INVALID_BSS_TYPE                        0x8000d
#define WLAN_REASON_CODE_INVALID_ADHOC_CONNECTION_MODE           0x8000e
#define WLAN_REASON_CODE_NON_BROADCAST_SET_FOR_ADHOC             0x8000f
#define WLAN_REASON_CODE_AUTO_SWITCH_SET_FOR_ADHOC               0x80010
#define WLAN_REASON_CODE_AUTO_SWITCH_SET_FOR_MANUAL_CONNECTION   0x80011
#define WLAN_REASON_CODE_IHV_SECURITY_ONEX_MISSING               0x80012
#define WLAN_REASON_CODE_PROFILE_SSID_INVALID                    0x80013
#define WLAN_REASON_CODE_TOO_MANY_SSID                           0x80014
#define WLAN_REASON_CODE_IHV_CONNECTIVITY_NOT_SUPPORTED          0x80015
#define WLAN_REASON_CODE_BAD_MAX_NUMBER_OF_CLIENTS_FOR_AP        0x80016
#define WLAN_REASON_CODE_INVALID_CHANNEL                         0x80017
#define WLAN_REASON_CODE_OPERATION_MODE_NOT_SUPPORTED            0x80018
#define WLAN_REASON_CODE_AUTO_AP_PROFILE_NOT_ALLOWED             0x80019
#define WLAN_REASON_CODE_AUTO_CONNECTION_NOT_ALLOWED             0x8001a
#define WLAN_REASON_CODE_HOTSPOT2_PROFILE_NOT_ALLOWED            0x8001b

/* media specific module: not possible with this adapter */
#define WLAN_REASON_CODE_UNSUPPORTED_SECURITY_SET_BY_OS          0x30001
#define WLAN_REASON_CODE_UNSUPPORTED_SECURITY_SET                0x30002
#define WLAN_REASON_CODE_BSS_TYPE_UNMATCH                        0x30003
#define WLAN_REASON_CODE_PHY_TYPE_UNMATCH                        0x30004
#define WLAN_REASON_CODE_DATARATE_UNMATCH                        0x30005

/* media specific module, connecting */
#define WLAN_REASON_CODE_USER_CANCELLED                          0x38001
#define WLAN_REASON_CODE_ASSOCIATION_FAILURE                     0x38002
#define WLAN_REASON_CODE_ASSOCIATION_TIMEOUT                     0x38003
#define WLAN_REASON_CODE_PRE_SECURITY_FAILURE                    0x38004
#define WLAN_REASON_CODE_START_SECURITY_FAILURE                  0x38005
#define WLAN_REASON_CODE_SECURITY_FAILURE                        0x38006
#define WLAN_REASON_CODE_SECURITY_TIMEOUT                        0x38007
#define WLAN_REASON_CODE_ROAMING_FAILURE                         0x38008
#define WLAN_REASON_CODE_ROAMING_SECURITY_FAILURE                0x38009
#define WLAN_REASON_CODE_ADHOC_SECURITY_FAILURE                  0x3800a
#define WLAN_REASON_CODE_DRIVER_DISCONNECTED                     0x3800b
#define WLAN_REASON_CODE_DRIVER_OPERATION_FAILURE                0x3800c
#define WLAN_REASON_CODE_IHV_NOT_AVAILABLE                       0x3800d
#define WLAN_REASON_CODE_IHV_NOT_RESPONDING                      0x3800e
#define WLAN_REASON_CODE_DISCONNECT_TIMEOUT                      0x3800f
#define WLAN_REASON_CODE_INTERNAL_FAILURE                        0x38010
#define WLAN_REASON_CODE_UI_REQUEST_TIMEOUT                      0x38011
#define WLAN_REASON_CODE_TOO_MANY_SECURITY_ATTEMPTS              0x38012
#define WLAN_REASON_CODE_AP_STARTING_FAILURE                     0x38013
#define WLAN_REASON_CODE_NO_VISIBLE_AP                           0x38014

/* security module */
#define WLAN_REASON_CODE_MSMSEC_MIN                              WLAN_REASON_CODE_MSMSEC_BASE
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_KEY_INDEX               0x40001
#define WLAN_REASON_CODE_MSMSEC_PROFILE_PSK_PRESENT                     0x40002
#define WLAN_REASON_CODE_MSMSEC_PROFILE_KEY_LENGTH                      0x40003
#define WLAN_REASON_CODE_MSMSEC_PROFILE_PSK_LENGTH                      0x40004
#define WLAN_REASON_CODE_MSMSEC_PROFILE_NO_AUTH_CIPHER_SPECIFIED        0x40005
#define WLAN_REASON_CODE_MSMSEC_PROFILE_TOO_MANY_AUTH_CIPHER_SPECIFIED  0x40006
#define WLAN_REASON_CODE_MSMSEC_PROFILE_DUPLICATE_AUTH_CIPHER           0x40007
#define WLAN_REASON_CODE_MSMSEC_PROFILE_RAWDATA_INVALID                 0x40008
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_AUTH_CIPHER             0x40009
#define WLAN_REASON_CODE_MSMSEC_PROFILE_ONEX_DISABLED                   0x4000a
#define WLAN_REASON_CODE_MSMSEC_PROFILE_ONEX_ENABLED                    0x4000b
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_PMKCACHE_MODE           0x4000c
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_PMKCACHE_SIZE           0x4000d
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_PMKCACHE_TTL            0x4000e
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_PREAUTH_MODE            0x4000f
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_PREAUTH_THROTTLE        0x40010
#define WLAN_REASON_CODE_MSMSEC_PROFILE_PREAUTH_ONLY_ENABLED            0x40011
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_NETWORK                      0x40012
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_NIC                          0x40013
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_PROFILE                      0x40014
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_DISCOVERY                    0x40015
#define WLAN_REASON_CODE_MSMSEC_PROFILE_PASSPHRASE_CHAR                 0x40016
#define WLAN_REASON_CODE_MSMSEC_PROFILE_KEYMATERIAL_CHAR                0x40017
#define WLAN_REASON_CODE_MSMSEC_PROFILE_WRONG_KEYTYPE                   0x40018
#define WLAN_REASON_CODE_MSMSEC_MIXED_CELL                              0x40019
#define WLAN_REASON_CODE_MSMSEC_PROFILE_AUTH_TIMERS_INVALID             0x4001a
#define WLAN_REASON_CODE_MSMSEC_PROFILE_INVALID_GKEY_INTV               0x4001b
#define WLAN_REASON_CODE_MSMSEC_TRANSITION_NETWORK                      0x4001c
#define WLAN_REASON_CODE_MSMSEC_PROFILE_KEY_UNMAPPED_CHAR               0x4001d
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_PROFILE_AUTH                 0x4001e
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_PROFILE_CIPHER               0x4001f
#define WLAN_REASON_CODE_MSMSEC_PROFILE_SAFE_MODE                       0x40020
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_PROFILE_SAFE_MODE_NIC        0x40021
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_PROFILE_SAFE_MODE_NW         0x40022
#define WLAN_REASON_CODE_MSMSEC_PROFILE_UNSUPPORTED_AUTH                0x40023
#define WLAN_REASON_CODE_MSMSEC_PROFILE_UNSUPPORTED_CIPHER              0x40024
#define WLAN_REASON_CODE_MSMSEC_CAPABILITY_MFP_NW_NIC                   0x40025

/* security module, connecting */
#define WLAN_REASON_CODE_MSMSEC_UI_REQUEST_FAILURE                      0x48001
#define WLAN_REASON_CODE_MSMSEC_AUTH_START_TIMEOUT                      0x48002
#define WLAN_REASON_CODE_MSMSEC_AUTH_SUCCESS_TIMEOUT                    0x48003
#define WLAN_REASON_CODE_MSMSEC_KEY_START_TIMEOUT                       0x48004
#define WLAN_REASON_CODE_MSMSEC_KEY_SUCCESS_TIMEOUT                     0x48005
#define WLAN_REASON_CODE_MSMSEC_M3_MISSING_KEY_DATA                     0x48006
#define WLAN_REASON_CODE_MSMSEC_M3_MISSING_IE                           0x48007
#define WLAN_REASON_CODE_MSMSEC_M3_MISSING_GRP_KEY                      0x48008
#define WLAN_REASON_CODE_MSMSEC_PR_IE_MATCHING                          0x48009
#define WLAN_REASON_CODE_MSMSEC_SEC_IE_MATCHING                         0x4800a
#define WLAN_REASON_CODE_MSMSEC_NO_PAIRWISE_KEY                         0x4800b
#define WLAN_REASON_CODE_MSMSEC_G1_MISSING_KEY_DATA                     0x4800c
#define WLAN_REASON_CODE_MSMSEC_G1_MISSING_GRP_KEY                      0x4800d
#define WLAN_REASON_CODE_MSMSEC_PEER_INDICATED_INSECURE                 0x4800e
#define WLAN_REASON_CODE_MSMSEC_NO_AUTHENTICATOR                        0x4800f
#define WLAN_REASON_CODE_MSMSEC_NIC_FAILURE                             0x48010
#define WLAN_REASON_CODE_MSMSEC_CANCELLED                               0x48011
#define WLAN_REASON_CODE_MSMSEC_KEY_FORMAT                              0x48012
#define WLAN_REASON_CODE_MSMSEC_DOWNGRADE_DETECTED                      0x48013
#define WLAN_REASON_CODE_MSMSEC_PSK_MISMATCH_SUSPECTED                  0x48014
#define WLAN_REASON_CODE_MSMSEC_FORCED_FAILURE                          0x48015
#define WLAN_REASON_CODE_MSMSEC_M3_TOO_MANY_RSNIE                       0x48016
#define WLAN_REASON_CODE_MSMSEC_M2_MISSING_KEY_DATA                     0x48017
#define WLAN_REASON_CODE_MSMSEC_M2_MISSING_IE                           0x48018
#define WLAN_REASON_CODE_MSMSEC_AUTH_WCN_COMPLETED                      0x48019
#define WLAN_REASON_CODE_MSMSEC_M3_MISSING_MGMT_GRP_KEY                 0x4801a
#define WLAN_REASON_CODE_MSMSEC_G1_MISSING_MGMT_GRP_KEY                 0x4801b
#define WLAN_REASON_CODE_MSMSEC_MAX                              WLAN_REASON_CODE_MSMSEC_END

/***********************************************************************
 *              Enumerations
 */

typedef enum _DOT11_RADIO_STATE
{
    dot11_radio_state_unknown,
    dot11_radio_state_on,
    dot11_radio_state_off
} DOT11_RADIO_STATE, *PDOT11_RADIO_STATE;

typedef enum _WLAN_CONNECTION_MODE
{
    wlan_connection_mode_profile = 0,
    wlan_connection_mode_temporary_profile,
    wlan_connection_mode_discovery_secure,
    wlan_connection_mode_discovery_unsecure,
    wlan_connection_mode_auto,
    wlan_connection_mode_invalid
} WLAN_CONNECTION_MODE, *PWLAN_CONNECTION_MODE;

typedef enum _WLAN_INTERFACE_STATE
{
    wlan_interface_state_not_ready,
    wlan_interface_state_connected,
    wlan_interface_state_ad_hoc_network_formed,
    wlan_interface_state_disconnecting,
    wlan_interface_state_disconnected,
    wlan_interface_state_associating,
    wlan_interface_state_discovering,
    wlan_interface_state_authenticating
} WLAN_INTERFACE_STATE, *PWLAN_INTERFACE_STATE;

typedef enum _WLAN_ADHOC_NETWORK_STATE
{
    wlan_adhoc_network_state_formed = 0,
    wlan_adhoc_network_state_connected = 1
} WLAN_ADHOC_NETWORK_STATE, *PWLAN_ADHOC_NETWORK_STATE;

typedef enum _WLAN_INTERFACE_TYPE
{
    wlan_interface_type_emulated_802_11 = 0,
    wlan_interface_type_native_802_11,
    wlan_interface_type_invalid
} WLAN_INTERFACE_TYPE, *PWLAN_INTERFACE_TYPE;

typedef enum _WLAN_POWER_SETTING
{
    wlan_power_setting_no_saving,
    wlan_power_setting_low_saving,
    wlan_power_setting_medium_saving,
    wlan_power_setting_maximum_saving,
    wlan_power_setting_invalid
} WLAN_POWER_SETTING, *PWLAN_POWER_SETTING;

typedef enum _WLAN_OPERATIONAL_STATE
{
    wlan_operational_state_unknown = 0,
    wlan_operational_state_off,
    wlan_operational_state_on,
    wlan_operational_state_going_off,
    wlan_operational_state_going_on
} WLAN_OPERATIONAL_STATE, *PWLAN_OPERATIONAL_STATE;

/* NotificationCode of WLAN_NOTIFICATION_SOURCE_ACM */
typedef enum _WLAN_NOTIFICATION_ACM
{
    wlan_notification_acm_start = 0,
    wlan_notification_acm_autoconf_enabled,
    wlan_notification_acm_autoconf_disabled,
    wlan_notification_acm_background_scan_enabled,
    wlan_notification_acm_background_scan_disabled,
    wlan_notification_acm_bss_type_change,
    wlan_notification_acm_power_setting_change,
    wlan_notification_acm_scan_complete,
    wlan_notification_acm_scan_fail,
    wlan_notification_acm_connection_start,
    wlan_notification_acm_connection_complete,
    wlan_notification_acm_connection_attempt_fail,
    wlan_notification_acm_filter_list_change,
    wlan_notification_acm_interface_arrival,
    wlan_notification_acm_interface_removal,
    wlan_notification_acm_profile_change,
    wlan_notification_acm_profile_name_change,
    wlan_notification_acm_profiles_exhausted,
    wlan_notification_acm_network_not_available,
    wlan_notification_acm_network_available,
    wlan_notification_acm_disconnecting,
    wlan_notification_acm_disconnected,
    wlan_notification_acm_adhoc_network_state_change,
    wlan_notification_acm_profile_unblocked,
    wlan_notification_acm_screen_power_change,
    wlan_notification_acm_profile_blocked,
    wlan_notification_acm_scan_list_refresh,
    wlan_notification_acm_operational_state_change,
    wlan_notification_acm_end
} WLAN_NOTIFICATION_ACM, *PWLAN_NOTIFICATION_ACM;

/* NotificationCode of WLAN_NOTIFICATION_SOURCE_MSM */
typedef enum _WLAN_NOTIFICATION_MSM
{
    wlan_notification_msm_start = 0,
    wlan_notification_msm_associating,
    wlan_notification_msm_associated,
    wlan_notification_msm_authenticating,
    wlan_notification_msm_connected,
    wlan_notification_msm_roaming_start,
    wlan_notification_msm_roaming_end,
    wlan_notification_msm_radio_state_change,
    wlan_notification_msm_signal_quality_change,
    wlan_notification_msm_disassociating,
    wlan_notification_msm_disconnected,
    wlan_notification_msm_peer_join,
    wlan_notification_msm_peer_leave,
    wlan_notification_msm_adapter_removal,
    wlan_notification_msm_adapter_operation_mode_change,
    wlan_notification_msm_link_degraded,
    wlan_notification_msm_link_improved,
    wlan_notification_msm_end
} WLAN_NOTIFICATION_MSM, *PWLAN_NOTIFICATION_MSM;

/* NotificationCode of WLAN_NOTIFICATION_SOURCE_SECURITY */
typedef enum _WLAN_NOTIFICATION_SECURITY
{
    wlan_notification_security_start = 0,
    wlan_notification_security_end
} WLAN_NOTIFICATION_SECURITY, *PWLAN_NOTIFICATION_SECURITY;

typedef enum _WLAN_OPCODE_VALUE_TYPE
{
    wlan_opcode_value_type_query_only = 0,
    wlan_opcode_value_type_set_by_group_policy,
    wlan_opcode_value_type_set_by_user,
    wlan_opcode_value_type_invalid
} WLAN_OPCODE_VALUE_TYPE, *PWLAN_OPCODE_VALUE_TYPE;

typedef enum _WLAN_INTF_OPCODE
{
    wlan_intf_opcode_autoconf_start = 0x00000000,
    wlan_intf_opcode_autoconf_enabled,                              /* BOOL */
    wlan_intf_opcode_background_scan_enabled,                       /* BOOL */
    wlan_intf_opcode_media_streaming_mode,                          /* BOOL */
    wlan_intf_opcode_radio_state,                                   /* WLAN_RADIO_STATE */
    wlan_intf_opcode_bss_type,                                      /* DOT11_BSS_TYPE */
    wlan_intf_opcode_interface_state,                               /* WLAN_INTERFACE_STATE */
    wlan_intf_opcode_current_connection,                            /* WLAN_CONNECTION_ATTRIBUTES */
    wlan_intf_opcode_channel_number,                                /* ULONG */
    wlan_intf_opcode_supported_infrastructure_auth_cipher_pairs,    /* WLAN_AUTH_CIPHER_PAIR_LIST */
    wlan_intf_opcode_supported_adhoc_auth_cipher_pairs,             /* WLAN_AUTH_CIPHER_PAIR_LIST */
    wlan_intf_opcode_supported_country_or_region_string_list,
    wlan_intf_opcode_current_operation_mode,                        /* ULONG */
    wlan_intf_opcode_supported_safe_mode,                           /* BOOL */
    wlan_intf_opcode_certified_safe_mode,                           /* BOOL */
    wlan_intf_opcode_hosted_network_capable,                        /* BOOL */
    wlan_intf_opcode_management_frame_protection_capable,           /* BOOL */
    wlan_intf_opcode_secondary_sta_interfaces,                      /* WLAN_INTERFACE_INFO_LIST */
    wlan_intf_opcode_secondary_sta_synchronized_connections,        /* BOOL */
    wlan_intf_opcode_realtime_connection_quality,
    wlan_intf_opcode_qos_info,                                      /* WLAN_QOS_INFO */
    wlan_intf_opcode_autoconf_end = 0x0fffffff,
    wlan_intf_opcode_msm_start = 0x10000100,
    wlan_intf_opcode_statistics,                                    /* WLAN_STATISTICS */
    wlan_intf_opcode_rssi,                                          /* LONG, dBm */
    wlan_intf_opcode_msm_end = 0x1fffffff,
    wlan_intf_opcode_security_start = 0x20010000,
    wlan_intf_opcode_security_end = 0x2fffffff,
    wlan_intf_opcode_ihv_start = 0x30000000,
    wlan_intf_opcode_ihv_end = 0x3fffffff
} WLAN_INTF_OPCODE, *PWLAN_INTF_OPCODE;

typedef enum _WLAN_AUTOCONF_OPCODE
{
    wlan_autoconf_opcode_start = 0,
    wlan_autoconf_opcode_show_denied_networks,                      /* BOOL */
    wlan_autoconf_opcode_power_setting,                             /* WLAN_POWER_SETTING */
    wlan_autoconf_opcode_only_use_gp_profiles_for_allowed_networks, /* BOOL */
    wlan_autoconf_opcode_allow_explicit_creds,                      /* BOOL */
    wlan_autoconf_opcode_block_period,                              /* DWORD, minutes */
    wlan_autoconf_opcode_allow_virtual_station_extensibility,       /* BOOL */
    wlan_autoconf_opcode_end
} WLAN_AUTOCONF_OPCODE, *PWLAN_AUTOCONF_OPCODE;

typedef enum _WLAN_IHV_CONTROL_TYPE
{
    wlan_ihv_control_type_service,
    wlan_ihv_control_type_driver
} WLAN_IHV_CONTROL_TYPE, *PWLAN_IHV_CONTROL_TYPE;

typedef enum _WLAN_FILTER_LIST_TYPE
{
    wlan_filter_list_type_gp_permit,
    wlan_filter_list_type_gp_deny,
    wlan_filter_list_type_user_permit,
    wlan_filter_list_type_user_deny
} WLAN_FILTER_LIST_TYPE, *PWLAN_FILTER_LIST_TYPE;

typedef enum _WLAN_SECURABLE_OBJECT
{
    wlan_secure_permit_list = 0,
    wlan_secure_deny_list,
    wlan_secure_ac_enabled,
    wlan_secure_bc_scan_enabled,
    wlan_secure_bss_type,
    wlan_secure_show_denied,
    wlan_secure_interface_properties,
    wlan_secure_ihv_control,
    wlan_secure_all_user_profiles_order,
    wlan_secure_add_new_all_user_profiles,
    wlan_secure_add_new_per_user_profiles,
    wlan_secure_media_streaming_mode_enabled,
    wlan_secure_current_operation_mode,
    wlan_secure_get_plaintext_key,
    wlan_secure_hosted_network_elevated_access,
    wlan_secure_virtual_station_extensibility,
    wlan_secure_wfd_elevated_access,
    WLAN_SECURABLE_OBJECT_COUNT
} WLAN_SECURABLE_OBJECT, *PWLAN_SECURABLE_OBJECT;

/* start page of WlanUIEditProfile */
typedef enum _WL_DISPLAY_PAGES
{
    WLConnectionPage,
    WLSecurityPage,
    WLAdvPage
} WL_DISPLAY_PAGES, *PWL_DISPLAY_PAGES;

/***********************************************************************
 *              Structures
 *
 * Lists end in an array of one element, the first of as many as the list says.
 */

typedef struct _DOT11_NETWORK
{
    DOT11_SSID dot11Ssid;
    DOT11_BSS_TYPE dot11BssType;
} DOT11_NETWORK, *PDOT11_NETWORK;

typedef struct _DOT11_NETWORK_LIST
{
    DWORD dwNumberOfItems;
    DWORD dwIndex;
    DOT11_NETWORK Network[1];
} DOT11_NETWORK_LIST, *PDOT11_NETWORK_LIST;

typedef struct _WLAN_NOTIFICATION_DATA
{
    DWORD NotificationSource;               /* one of WLAN_NOTIFICATION_SOURCE_* */
    DWORD NotificationCode;                 /* one of the enumeration that belongs to the source */
    GUID InterfaceGuid;
    DWORD dwDataSize;                       /* bytes at pData */
    PVOID pData;                            /* valid during the callback only */
} WLAN_NOTIFICATION_DATA, *PWLAN_NOTIFICATION_DATA;

typedef VOID(WINAPI *WLAN_NOTIFICATION_CALLBACK)(PWLAN_NOTIFICATION_DATA, PVOID);

typedef struct _WLAN_INTERFACE_INFO
{
    GUID InterfaceGuid;
    WCHAR strInterfaceDescription[WLAN_MAX_NAME_LENGTH];
    WLAN_INTERFACE_STATE isState;
} WLAN_INTERFACE_INFO, *PWLAN_INTERFACE_INFO;

typedef struct _WLAN_INTERFACE_INFO_LIST
{
    DWORD dwNumberOfItems;
    DWORD dwIndex;
    WLAN_INTERFACE_INFO InterfaceInfo[1];
} WLAN_INTERFACE_INFO_LIST, *PWLAN_INTERFACE_INFO_LIST;

typedef struct _WLAN_INTERFACE_CAPABILITY
{
    WLAN_INTERFACE_TYPE interfaceType;
    BOOL bDot11DSupported;
    DWORD dwMaxDesiredSsidListSize;
    DWORD dwMaxDesiredBssidListSize;
    DWORD dwNumberOfSupportedPhys;
    DOT11_PHY_TYPE dot11PhyTypes[WLAN_MAX_PHY_INDEX];
} WLAN_INTERFACE_CAPABILITY, *PWLAN_INTERFACE_CAPABILITY;

typedef struct _WLAN_AUTH_CIPHER_PAIR_LIST
{
    DWORD dwNumberOfItems;
    DOT11_AUTH_CIPHER_PAIR pAuthCipherPairList[1];
} WLAN_AUTH_CIPHER_PAIR_LIST, *PWLAN_AUTH_CIPHER_PAIR_LIST;

typedef struct _WLAN_COUNTRY_OR_REGION_STRING_LIST
{
    DWORD dwNumberOfItems;
    DOT11_COUNTRY_OR_REGION_STRING pCountryOrRegionStringList[1];
} WLAN_COUNTRY_OR_REGION_STRING_LIST, *PWLAN_COUNTRY_OR_REGION_STRING_LIST;

typedef struct _WLAN_PROFILE_INFO
{
    WCHAR strProfileName[WLAN_MAX_NAME_LENGTH];
    DWORD dwFlags;                          /* WLAN_PROFILE_* */
} WLAN_PROFILE_INFO, *PWLAN_PROFILE_INFO;

typedef struct _WLAN_PROFILE_INFO_LIST
{
    DWORD dwNumberOfItems;
    DWORD dwIndex;
    WLAN_PROFILE_INFO ProfileInfo[1];
} WLAN_PROFILE_INFO_LIST, *PWLAN_PROFILE_INFO_LIST;

typedef struct _WLAN_AVAILABLE_NETWORK
{
    WCHAR strProfileName[WLAN_MAX_NAME_LENGTH];
    DOT11_SSID dot11Ssid;
    DOT11_BSS_TYPE dot11BssType;
    ULONG uNumberOfBssids;
    BOOL bNetworkConnectable;
    WLAN_REASON_CODE wlanNotConnectableReason;
    ULONG uNumberOfPhyTypes;
    DOT11_PHY_TYPE dot11PhyTypes[WLAN_MAX_PHY_TYPE_NUMBER];
    BOOL bMorePhyTypes;
    WLAN_SIGNAL_QUALITY wlanSignalQuality;
    BOOL bSecurityEnabled;
    DOT11_AUTH_ALGORITHM dot11DefaultAuthAlgorithm;
    DOT11_CIPHER_ALGORITHM dot11DefaultCipherAlgorithm;
    DWORD dwFlags;                          /* WLAN_AVAILABLE_NETWORK_* */
    DWORD dwReserved;
} WLAN_AVAILABLE_NETWORK, *PWLAN_AVAILABLE_NETWORK;

typedef struct _WLAN_AVAILABLE_NETWORK_LIST
{
    DWORD dwNumberOfItems;
    DWORD dwIndex;
    WLAN_AVAILABLE_NETWORK Network[1];
} WLAN_AVAILABLE_NETWORK_LIST, *PWLAN_AVAILABLE_NETWORK_LIST;

typedef struct _WLAN_AVAILABLE_NETWORK_V2
{
    WCHAR strProfileName[WLAN_MAX_NAME_LENGTH];
    DOT11_SSID dot11Ssid;
    DOT11_BSS_TYPE dot11BssType;
    ULONG uNumberOfBssids;
    BOOL bNetworkConnectable;
    WLAN_REASON_CODE wlanNotConnectableReason;
    ULONG uNumberOfPhyTypes;
    DOT11_PHY_TYPE dot11PhyTypes[WLAN_MAX_PHY_TYPE_NUMBER];
    BOOL bMorePhyTypes;
    WLAN_SIGNAL_QUALITY wlanSignalQuality;
    BOOL bSecurityEnabled;
    DOT11_AUTH_ALGORITHM dot11DefaultAuthAlgorithm;
    DOT11_CIPHER_ALGORITHM dot11DefaultCipherAlgorithm;
    DWORD dwFlags;                          /* WLAN_AVAILABLE_NETWORK_* */
    DOT11_ACCESSNETWORKOPTIONS AccessNetworkOptions;
    DOT11_HESSID dot11HESSID;
    DOT11_VENUEINFO VenueInfo;
    DWORD dwReserved;
} WLAN_AVAILABLE_NETWORK_V2, *PWLAN_AVAILABLE_NETWORK_V2;

typedef struct _WLAN_AVAILABLE_NETWORK_LIST_V2
{
    DWORD dwNumberOfItems;
    DWORD dwIndex;
    WLAN_AVAILABLE_NETWORK_V2 Network[1];
} WLAN_AVAILABLE_NETWORK_LIST_V2, *PWLAN_AVAILABLE_NETWORK_LIST_V2;

typedef struct _WLAN_RATE_SET
{
    ULONG uRateSetLength;                   /* bytes used in usRateSet */
    USHORT usRateSet[DOT11_RATE_SET_MAX_LENGTH];    /* 500 kbit/s; 0x8000: a basic rate */
} WLAN_RATE_SET, *PWLAN_RATE_SET;

typedef struct _WLAN_BSS_ENTRY
{
    DOT11_SSID dot11Ssid;
    ULONG uPhyId;
    DOT11_MAC_ADDRESS dot11Bssid;
    DOT11_BSS_TYPE dot11BssType;
    DOT11_PHY_TYPE dot11BssPhyType;
    LONG lRssi;                             /* dBm */
    ULONG uLinkQuality;                     /* 0 to 100 */
    BOOLEAN bInRegDomain;
    USHORT usBeaconPeriod;                  /* units of 1024 us */
    ULONGLONG ullTimestamp;
    ULONGLONG ullHostTimestamp;             /* FILETIME */
    USHORT usCapabilityInformation;
    ULONG ulChCenterFrequency;              /* kHz */
    WLAN_RATE_SET wlanRateSet;
    ULONG ulIeOffset;                       /* bytes, from the start of this entry */
    ULONG ulIeSize;                         /* bytes */
} WLAN_BSS_ENTRY, *PWLAN_BSS_ENTRY;

typedef struct _WLAN_BSS_LIST
{
    DWORD dwTotalSize;                      /* bytes */
    DWORD dwNumberOfItems;
    WLAN_BSS_ENTRY wlanBssEntries[1];
} WLAN_BSS_LIST, *PWLAN_BSS_LIST;

typedef struct _WLAN_ASSOCIATION_ATTRIBUTES
{
    DOT11_SSID dot11Ssid;
    DOT11_BSS_TYPE dot11BssType;
    DOT11_MAC_ADDRESS dot11Bssid;
    DOT11_PHY_TYPE dot11PhyType;
    ULONG uDot11PhyIndex;
    WLAN_SIGNAL_QUALITY wlanSignalQuality;
    ULONG ulRxRate;                         /* kbit/s */
    ULONG ulTxRate;                         /* kbit/s */
} WLAN_ASSOCIATION_ATTRIBUTES, *PWLAN_ASSOCIATION_ATTRIBUTES;

typedef struct _WLAN_SECURITY_ATTRIBUTES
{
    BOOL bSecurityEnabled;
    BOOL bOneXEnabled;
    DOT11_AUTH_ALGORITHM dot11AuthAlgorithm;
    DOT11_CIPHER_ALGORITHM dot11CipherAlgorithm;
} WLAN_SECURITY_ATTRIBUTES, *PWLAN_SECURITY_ATTRIBUTES;

typedef struct _WLAN_CONNECTION_ATTRIBUTES
{
    WLAN_INTERFACE_STATE isState;
    WLAN_CONNECTION_MODE wlanConnectionMode;
    WCHAR strProfileName[WLAN_MAX_NAME_LENGTH];
    WLAN_ASSOCIATION_ATTRIBUTES wlanAssociationAttributes;
    WLAN_SECURITY_ATTRIBUTES wlanSecurityAttributes;
} WLAN_CONNECTION_ATTRIBUTES, *PWLAN_CONNECTION_ATTRIBUTES;

typedef struct _WLAN_CONNECTION_PARAMETERS
{
    WLAN_CONNECTION_MODE wlanConnectionMode;
    LPCWSTR strProfile;                     /* a name or XML, as the mode says */
    PDOT11_SSID pDot11Ssid;
    PDOT11_BSSID_LIST pDesiredBssidList;
    DOT11_BSS_TYPE dot11BssType;
    DWORD dwFlags;                          /* WLAN_CONNECTION_* */
} WLAN_CONNECTION_PARAMETERS, *PWLAN_CONNECTION_PARAMETERS;

/* pData of the connection notifications of WLAN_NOTIFICATION_SOURCE_ACM */
typedef struct _WLAN_CONNECTION_NOTIFICATION_DATA
{
    WLAN_CONNECTION_MODE wlanConnectionMode;
    WCHAR strProfileName[WLAN_MAX_NAME_LENGTH];
    DOT11_SSID dot11Ssid;
    DOT11_BSS_TYPE dot11BssType;
    BOOL bSecurityEnabled;
    WLAN_REASON_CODE wlanReasonCode;
    DWORD dwFlags;                          /* WLAN_CONNECTION_NOTIFICATION_* */
    WCHAR strProfileXml[1];
} WLAN_CONNECTION_NOTIFICATION_DATA, *PWLAN_CONNECTION_NOTIFICATION_DATA;

/* pData of most notifications of WLAN_NOTIFICATION_SOURCE_MSM */
typedef struct _WLAN_MSM_NOTIFICATION_DATA
{
    WLAN_CONNECTION_MODE wlanConnectionMode;
    WCHAR strProfileName[WLAN_MAX_NAME_LENGTH];
    DOT11_SSID dot11Ssid;
    DOT11_BSS_TYPE dot11BssType;
    DOT11_MAC_ADDRESS dot11MacAddr;
    BOOL bSecurityEnabled;
    BOOL bFirstPeer;
    BOOL bLastPeer;
    WLAN_REASON_CODE wlanReasonCode;
} WLAN_MSM_NOTIFICATION_DATA, *PWLAN_MSM_NOTIFICATION_DATA;

typedef struct _WLAN_PHY_RADIO_STATE
{
    DWORD dwPhyIndex;
    DOT11_RADIO_STATE dot11SoftwareRadioState;
    DOT11_RADIO_STATE dot11HardwareRadioState;
} WLAN_PHY_RADIO_STATE, *PWLAN_PHY_RADIO_STATE;

typedef struct _WLAN_RADIO_STATE
{
    DWORD dwNumberOfPhys;
    WLAN_PHY_RADIO_STATE PhyRadioState[WLAN_MAX_PHY_INDEX];
} WLAN_RADIO_STATE, *PWLAN_RADIO_STATE;

typedef struct _WLAN_MAC_FRAME_STATISTICS
{
    ULONGLONG ullTransmittedFrameCount;
    ULONGLONG ullReceivedFrameCount;
    ULONGLONG ullWEPExcludedCount;
    ULONGLONG ullTKIPLocalMICFailures;
    ULONGLONG ullTKIPReplays;
    ULONGLONG ullTKIPICVErrorCount;
    ULONGLONG ullCCMPReplays;
    ULONGLONG ullCCMPDecryptErrors;
    ULONGLONG ullWEPUndecryptableCount;
    ULONGLONG ullWEPICVErrorCount;
    ULONGLONG ullDecryptSuccessCount;
    ULONGLONG ullDecryptFailureCount;
} WLAN_MAC_FRAME_STATISTICS, *PWLAN_MAC_FRAME_STATISTICS;

typedef struct _WLAN_PHY_FRAME_STATISTICS
{
    ULONGLONG ullTransmittedFrameCount;
    ULONGLONG ullMulticastTransmittedFrameCount;
    ULONGLONG ullFailedCount;
    ULONGLONG ullRetryCount;
    ULONGLONG ullMultipleRetryCount;
    ULONGLONG ullMaxTXLifetimeExceededCount;
    ULONGLONG ullTransmittedFragmentCount;
    ULONGLONG ullRTSSuccessCount;
    ULONGLONG ullRTSFailureCount;
    ULONGLONG ullACKFailureCount;
    ULONGLONG ullReceivedFrameCount;
    ULONGLONG ullMulticastReceivedFrameCount;
    ULONGLONG ullPromiscuousReceivedFrameCount;
    ULONGLONG ullMaxRXLifetimeExceededCount;
    ULONGLONG ullFrameDuplicateCount;
    ULONGLONG ullReceivedFragmentCount;
    ULONGLONG ullPromiscuousReceivedFragmentCount;
    ULONGLONG ullFCSErrorCount;
} WLAN_PHY_FRAME_STATISTICS, *PWLAN_PHY_FRAME_STATISTICS;

typedef struct _WLAN_STATISTICS
{
    ULONGLONG ullFourWayHandshakeFailures;
    ULONGLONG ullTKIPCounterMeasuresInvoked;
    ULONGLONG ullReserved;
    WLAN_MAC_FRAME_STATISTICS MacUcastCounters;
    WLAN_MAC_FRAME_STATISTICS MacMcastCounters;
    DWORD dwNumberOfPhys;
    WLAN_PHY_FRAME_STATISTICS PhyCounters[1];
} WLAN_STATISTICS, *PWLAN_STATISTICS;

typedef struct _WLAN_RAW_DATA
{
    DWORD dwDataSize;                       /* bytes */
    BYTE DataBlob[1];
} WLAN_RAW_DATA, *PWLAN_RAW_DATA;

typedef struct _WLAN_RAW_DATA_LIST
{
    DWORD dwTotalSize;                      /* bytes */
    DWORD dwNumberOfItems;
    struct
    {
        DWORD dwDataOffset;                 /* bytes, from the start of this element */
        DWORD dwDataSize;                   /* bytes */
    } DataList[1];
} WLAN_RAW_DATA_LIST, *PWLAN_RAW_DATA_LIST;

typedef struct _WLAN_QOS_CAPABILITIES
{
    BOOL bMSCSSupported;
    BOOL bDSCPToUPMappingSupported;
    BOOL bSCSSupported;
    BOOL bDSCPPolicySupported;
} WLAN_QOS_CAPABILITIES, *PWLAN_QOS_CAPABILITIES;

typedef struct _WLAN_CONNECTION_QOS_INFO
{
    WLAN_QOS_CAPABILITIES peerCapabilities;
    BOOL bMSCSConfigured;
    BOOL bDSCPToUPMappingConfigured;
    ULONG ulNumConfiguredSCSStreams;
    ULONG ulNumConfiguredDSCPPolicies;
} WLAN_CONNECTION_QOS_INFO, *PWLAN_CONNECTION_QOS_INFO;

typedef struct _WLAN_QOS_INFO
{
    WLAN_QOS_CAPABILITIES interfaceCapabilities;
    BOOL bConnected;
    WLAN_CONNECTION_QOS_INFO connectionQoSInfo;
} WLAN_QOS_INFO, *PWLAN_QOS_INFO;

typedef struct _WLAN_REALTIME_CONNECTION_QUALITY_LINK_INFO
{
    UCHAR ucLinkID;
    ULONG ulChannelCenterFrequencyMhz;
    ULONG ulBandwidth;
    LONG lRssi;                             /* dBm */
    WLAN_RATE_SET wlanRateSet;
} WLAN_REALTIME_CONNECTION_QUALITY_LINK_INFO, *PWLAN_REALTIME_CONNECTION_QUALITY_LINK_INFO;

typedef struct _WLAN_REALTIME_CONNECTION_QUALITY
{
    DOT11_PHY_TYPE dot11PhyType;
    ULONG ulLinkQuality;                    /* 0 to 100 */
    ULONG ulRxRate;                         /* kbit/s */
    ULONG ulTxRate;                         /* kbit/s */
    BOOL bIsMLOConnection;
    ULONG ulNumLinks;
    WLAN_REALTIME_CONNECTION_QUALITY_LINK_INFO linksInfo[1];
} WLAN_REALTIME_CONNECTION_QUALITY, *PWLAN_REALTIME_CONNECTION_QUALITY;

/***********************************************************************
 *              Hosted network: enumerations and structures
 */

typedef enum _WLAN_HOSTED_NETWORK_STATE
{
    wlan_hosted_network_unavailable,
    wlan_hosted_network_idle,
    wlan_hosted_network_active
} WLAN_HOSTED_NETWORK_STATE, *PWLAN_HOSTED_NETWORK_STATE;

typedef enum _WLAN_HOSTED_NETWORK_REASON
{
    wlan_hosted_network_reason_success = 0,
    wlan_hosted_network_reason_unspecified,
    wlan_hosted_network_reason_bad_parameters,
    wlan_hosted_network_reason_service_shutting_down,
    wlan_hosted_network_reason_insufficient_resources,
    wlan_hosted_network_reason_elevation_required,
    wlan_hosted_network_reason_read_only,
    wlan_hosted_network_reason_persistence_failed,
    wlan_hosted_network_reason_crypt_error,
    wlan_hosted_network_reason_impersonation,
    wlan_hosted_network_reason_stop_before_start,
    wlan_hosted_network_reason_interface_available,
    wlan_hosted_network_reason_interface_unavailable,
    wlan_hosted_network_reason_miniport_stopped,
    wlan_hosted_network_reason_miniport_started,
    wlan_hosted_network_reason_incompatible_connection_started,
    wlan_hosted_network_reason_incompatible_connection_stopped,
    wlan_hosted_network_reason_user_action,
    wlan_hosted_network_reason_client_abort,
    wlan_hosted_network_reason_ap_start_failed,
    wlan_hosted_network_reason_peer_arrived,
    wlan_hosted_network_reason_peer_departed,
    wlan_hosted_network_reason_peer_timeout,
    wlan_hosted_network_reason_gp_denied,
    wlan_hosted_network_reason_service_unavailable,
    wlan_hosted_network_reason_device_change,
    wlan_hosted_network_reason_properties_change,
    wlan_hosted_network_reason_virtual_station_blocking_use,
    wlan_hosted_network_reason_service_available_on_virtual_station
} WLAN_HOSTED_NETWORK_REASON, *PWLAN_HOSTED_NETWORK_REASON;

typedef enum _WLAN_HOSTED_NETWORK_PEER_AUTH_STATE
{
    wlan_hosted_network_peer_state_invalid,
    wlan_hosted_network_peer_state_authenticated
} WLAN_HOSTED_NETWORK_PEER_AUTH_STATE, *PWLAN_HOSTED_NETWORK_PEER_AUTH_STATE;

typedef enum _WLAN_HOSTED_NETWORK_OPCODE
{
    wlan_hosted_network_opcode_connection_settings,
    wlan_hosted_network_opcode_security_settings,
    wlan_hosted_network_opcode_station_profile,     /* WCHAR string */
    wlan_hosted_network_opcode_enable               /* BOOL */
} WLAN_HOSTED_NETWORK_OPCODE, *PWLAN_HOSTED_NETWORK_OPCODE;

/* NotificationCode of WLAN_NOTIFICATION_SOURCE_HNWK */
typedef enum _WLAN_HOSTED_NETWORK_NOTIFICATION_CODE
{
    wlan_hosted_network_state_change = 0x1000,
    wlan_hosted_network_peer_state_change,
    wlan_hosted_network_radio_state_change
} WLAN_HOSTED_NETWORK_NOTIFICATION_CODE, *PWLAN_HOSTED_NETWORK_NOTIFICATION_CODE;

typedef struct _WLAN_HOSTED_NETWORK_PEER_STATE
{
    DOT11_MAC_ADDRESS PeerMacAddress;
    WLAN_HOSTED_NETWORK_PEER_AUTH_STATE PeerAuthState;
} WLAN_HOSTED_NETWORK_PEER_STATE, *PWLAN_HOSTED_NETWORK_PEER_STATE;

typedef struct _WLAN_HOSTED_NETWORK_RADIO_STATE
{
    DOT11_RADIO_STATE dot11SoftwareRadioState;
    DOT11_RADIO_STATE dot11HardwareRadioState;
} WLAN_HOSTED_NETWORK_RADIO_STATE, *PWLAN_HOSTED_NETWORK_RADIO_STATE;

typedef struct _WLAN_HOSTED_NETWORK_STATE_CHANGE
{
    WLAN_HOSTED_NETWORK_STATE OldState;
    WLAN_HOSTED_NETWORK_STATE NewState;
    WLAN_HOSTED_NETWORK_REASON StateChangeReason;
} WLAN_HOSTED_NETWORK_STATE_CHANGE, *PWLAN_HOSTED_NETWORK_STATE_CHANGE;

typedef struct _WLAN_HOSTED_NETWORK_DATA_PEER_STATE_CHANGE
{
    WLAN_HOSTED_NETWORK_PEER_STATE OldState;
    WLAN_HOSTED_NETWORK_PEER_STATE NewState;
    WLAN_HOSTED_NETWORK_REASON PeerStateChangeReason;
} WLAN_HOSTED_NETWORK_DATA_PEER_STATE_CHANGE, *PWLAN_HOSTED_NETWORK_DATA_PEER_STATE_CHANGE;

typedef struct _WLAN_HOSTED_NETWORK_CONNECTION_SETTINGS
{
    DOT11_SSID hostedNetworkSSID;
    DWORD dwMaxNumberOfPeers;
} WLAN_HOSTED_NETWORK_CONNECTION_SETTINGS, *PWLAN_HOSTED_NETWORK_CONNECTION_SETTINGS;

typedef struct _WLAN_HOSTED_NETWORK_SECURITY_SETTINGS
{
    DOT11_AUTH_ALGORITHM dot11AuthAlgo;
    DOT11_CIPHER_ALGORITHM dot11CipherAlgo;
} WLAN_HOSTED_NETWORK_SECURITY_SETTINGS, *PWLAN_HOSTED_NETWORK_SECURITY_SETTINGS;

typedef struct _WLAN_HOSTED_NETWORK_STATUS
{
    WLAN_HOSTED_NETWORK_STATE HostedNetworkState;
    GUID IPDeviceID;
    DOT11_MAC_ADDRESS wlanHostedNetworkBSSID;
    DOT11_PHY_TYPE dot11PhyType;
    ULONG ulChannelFrequency;
    DWORD dwNumberOfPeers;
    WLAN_HOSTED_NETWORK_PEER_STATE PeerList[1];
} WLAN_HOSTED_NETWORK_STATUS, *PWLAN_HOSTED_NETWORK_STATUS;

/***********************************************************************
 *              Device services: structures
 */

typedef struct _WLAN_DEVICE_SERVICE_GUID_LIST
{
    DWORD dwNumberOfItems;
    DWORD dwIndex;
    GUID DeviceService[1];
} WLAN_DEVICE_SERVICE_GUID_LIST, *PWLAN_DEVICE_SERVICE_GUID_LIST;

typedef struct _WLAN_DEVICE_SERVICE_NOTIFICATION_DATA
{
    GUID DeviceService;
    DWORD dwOpCode;
    DWORD dwDataSize;                       /* bytes */
    BYTE DataBlob[1];
} WLAN_DEVICE_SERVICE_NOTIFICATION_DATA, *PWLAN_DEVICE_SERVICE_NOTIFICATION_DATA;

/***********************************************************************
 *              Native Wifi functions
 *
 * They return ERROR_SUCCESS or an error code. pReserved must be NULL. What a function hands out
 * through a pointer to a pointer is released with WlanFreeMemory.
 */

DWORD WINAPI WlanOpenHandle(DWORD dwClientVersion, PVOID pReserved, PDWORD pdwNegotiatedVersion,
        PHANDLE phClientHandle);
DWORD WINAPI WlanCloseHandle(HANDLE hClientHandle, PVOID pReserved);
PVOID WINAPI WlanAllocateMemory(DWORD dwMemorySize);
VOID WINAPI WlanFreeMemory(PVOID pMemory);

DWORD WINAPI WlanEnumInterfaces(
        HANDLE hClientHandle, PVOID pReserved, PWLAN_INTERFACE_INFO_LIST *ppInterfaceList);
DWORD WINAPI WlanGetInterfaceCapability(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        PVOID pReserved, PWLAN_INTERFACE_CAPABILITY *ppCapability);
DWORD WINAPI WlanQueryInterface(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        WLAN_INTF_OPCODE OpCode, PVOID pReserved, PDWORD pdwDataSize, PVOID *ppData,
        PWLAN_OPCODE_VALUE_TYPE pWlanOpcodeValueType);
DWORD WINAPI WlanSetInterface(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        WLAN_INTF_OPCODE OpCode, DWORD dwDataSize, const PVOID pData, PVOID pReserved);
DWORD WINAPI WlanIhvControl(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        WLAN_IHV_CONTROL_TYPE Type, DWORD dwInBufferSize, PVOID pInBuffer, DWORD dwOutBufferSize,
        PVOID pOutBuffer, PDWORD pdwBytesReturned);

DWORD WINAPI WlanScan(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        const PDOT11_SSID pDot11Ssid, const PWLAN_RAW_DATA pIeData, PVOID pReserved);
DWORD WINAPI WlanGetAvailableNetworkList(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        DWORD dwFlags, PVOID pReserved, PWLAN_AVAILABLE_NETWORK_LIST *ppAvailableNetworkList);
DWORD WINAPI WlanGetAvailableNetworkList2(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        DWORD dwFlags, PVOID pReserved, PWLAN_AVAILABLE_NETWORK_LIST_V2 *ppNetworkList);
DWORD WINAPI WlanGetNetworkBssList(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        const PDOT11_SSID pDot11Ssid, DOT11_BSS_TYPE dot11BssType, BOOL bSecurityEnabled,
        PVOID pReserved, PWLAN_BSS_LIST *ppWlanBssList);
DWORD WINAPI WlanConnect(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        const PWLAN_CONNECTION_PARAMETERS pConnectionParameters, PVOID pReserved);
DWORD WINAPI WlanDisconnect(HANDLE hClientHandle, const GUID *pInterfaceGuid, PVOID pReserved);

DWORD WINAPI WlanRegisterNotification(HANDLE hClientHandle, DWORD dwNotifSource,
        BOOL bIgnoreDuplicate, WLAN_NOTIFICATION_CALLBACK funcCallback, PVOID pCallbackContext,
        PVOID pReserved, PDWORD pdwPrevNotifSource);
DWORD WINAPI WlanRegisterVirtualStationNotification(
        HANDLE hClientHandle, BOOL bRegister, PVOID pReserved);

DWORD WINAPI WlanGetProfile(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, PVOID pReserved, LPWSTR *pstrProfileXml, DWORD *pdwFlags,
        DWORD *pdwGrantedAccess);
DWORD WINAPI WlanSetProfile(HANDLE hClientHandle, const GUID *pInterfaceGuid, DWORD dwFlags,
        LPCWSTR strProfileXml, LPCWSTR strAllUserProfileSecurity, BOOL bOverwrite, PVOID pReserved,
        DWORD *pdwReasonCode);
DWORD WINAPI WlanDeleteProfile(
        HANDLE hClientHandle, const GUID *pInterfaceGuid, LPCWSTR strProfileName, PVOID pReserved);
DWORD WINAPI WlanRenameProfile(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strOldProfileName, LPCWSTR strNewProfileName, PVOID pReserved);
DWORD WINAPI WlanGetProfileList(HANDLE hClientHandle, const GUID *pInterfaceGuid, PVOID pReserved,
        PWLAN_PROFILE_INFO_LIST *ppProfileList);
DWORD WINAPI WlanSetProfileList(HANDLE hClientHandle, const GUID *pInterfaceGuid, DWORD dwItems,
        LPCWSTR *strProfileNames, PVOID pReserved);
DWORD WINAPI WlanSetProfilePosition(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, DWORD dwPosition, PVOID pReserved);
DWORD WINAPI WlanSaveTemporaryProfile(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, LPCWSTR strAllUserProfileSecurity, DWORD dwFlags, BOOL bOverWrite,
        PVOID pReserved);
DWORD WINAPI WlanGetProfileCustomUserData(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, PVOID pReserved, DWORD *pdwDataSize, PBYTE *ppData);
DWORD WINAPI WlanSetProfileCustomUserData(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, DWORD dwDataSize, const PBYTE pData, PVOID pReserved);
DWORD WINAPI WlanSetProfileEapUserData(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, EAP_METHOD_TYPE eapType, DWORD dwFlags, DWORD dwEapUserDataSize,
        const LPBYTE pbEapUserData, PVOID pReserved);
DWORD WINAPI WlanSetProfileEapXmlUserData(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPCWSTR strProfileName, DWORD dwFlags, LPCWSTR strEapXmlUserData, PVOID pReserved);

DWORD WINAPI WlanGetFilterList(HANDLE hClientHandle, WLAN_FILTER_LIST_TYPE wlanFilterListType,
        PVOID pReserved, PDOT11_NETWORK_LIST *ppNetworkList);
DWORD WINAPI WlanSetFilterList(HANDLE hClientHandle, WLAN_FILTER_LIST_TYPE wlanFilterListType,
        const PDOT11_NETWORK_LIST pNetworkList, PVOID pReserved);
DWORD WINAPI WlanExtractPsdIEDataList(HANDLE hClientHandle, DWORD dwIeDataSize,
        const PBYTE pRawIeData, LPCWSTR strFormat, PVOID pReserved,
        PWLAN_RAW_DATA_LIST *ppPsdIEDataList);
DWORD WINAPI WlanSetPsdIEDataList(HANDLE hClientHandle, LPCWSTR strFormat,
        const PWLAN_RAW_DATA_LIST pPsdIEDataList, PVOID pReserved);
DWORD WINAPI WlanQueryAutoConfigParameter(HANDLE hClientHandle, WLAN_AUTOCONF_OPCODE OpCode,
        PVOID pReserved, PDWORD pdwDataSize, PVOID *ppData,
        PWLAN_OPCODE_VALUE_TYPE pWlanOpcodeValueType);
DWORD WINAPI WlanSetAutoConfigParameter(HANDLE hClientHandle, WLAN_AUTOCONF_OPCODE OpCode,
        DWORD dwDataSize, const PVOID pData, PVOID pReserved);
DWORD WINAPI WlanGetSecuritySettings(HANDLE hClientHandle, WLAN_SECURABLE_OBJECT SecurableObject,
        PWLAN_OPCODE_VALUE_TYPE pValueType, LPWSTR *pstrCurrentSDDL, PDWORD pdwGrantedAccess);
DWORD WINAPI WlanSetSecuritySettings(
        HANDLE hClientHandle, WLAN_SECURABLE_OBJECT SecurableObject, LPCWSTR strModifiedSDDL);

/* dwBufferSize counts WCHARs; the text is cut to fit and always ends in a zero. */
DWORD WINAPI WlanReasonCodeToString(
        DWORD dwReasonCode, DWORD dwBufferSize, PWCHAR pStringBuffer, PVOID pReserved);

/***********************************************************************
 *              Hosted network functions
 *
 * pFailReason may be NULL.
 */

DWORD WINAPI WlanHostedNetworkStartUsing(
        HANDLE hClientHandle, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkStopUsing(
        HANDLE hClientHandle, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkForceStart(
        HANDLE hClientHandle, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkForceStop(
        HANDLE hClientHandle, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkInitSettings(
        HANDLE hClientHandle, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkRefreshSecuritySettings(
        HANDLE hClientHandle, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkQueryProperty(HANDLE hClientHandle, WLAN_HOSTED_NETWORK_OPCODE OpCode,
        PDWORD pdwDataSize, PVOID *ppvData, PWLAN_OPCODE_VALUE_TYPE pWlanOpcodeValueType,
        PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkSetProperty(HANDLE hClientHandle, WLAN_HOSTED_NETWORK_OPCODE OpCode,
        DWORD dwDataSize, PVOID pvData, PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkQueryStatus(HANDLE hClientHandle,
        PWLAN_HOSTED_NETWORK_STATUS *ppWlanHostedNetworkStatus, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkQuerySecondaryKey(HANDLE hClientHandle, PDWORD pdwKeyLength,
        PUCHAR *ppucKeyData, PBOOL pbIsPassPhrase, PBOOL pbPersistent,
        PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);
DWORD WINAPI WlanHostedNetworkSetSecondaryKey(HANDLE hClientHandle, DWORD dwKeyLength,
        PUCHAR pucKeyData, BOOL bIsPassPhrase, BOOL bPersistent,
        PWLAN_HOSTED_NETWORK_REASON pFailReason, PVOID pvReserved);

/***********************************************************************
 *              Device service functions
 */

DWORD WINAPI WlanGetSupportedDeviceServices(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        PWLAN_DEVICE_SERVICE_GUID_LIST *ppDevSvcGuidList);
DWORD WINAPI WlanDeviceServiceCommand(HANDLE hClientHandle, const GUID *pInterfaceGuid,
        LPGUID pDeviceServiceGuid, DWORD dwOpCode, DWORD dwInBufferSize, PVOID pInBuffer,
        DWORD dwOutBufferSize, PVOID pOutBuffer, PDWORD pdwBytesReturned);
DWORD WINAPI WlanRegisterDeviceServiceNotification(
        HANDLE hClientHandle, const PWLAN_DEVICE_SERVICE_GUID_LIST pDevSvcGuidList);

/***********************************************************************
 *              Profile editor
 *
 * Declared here on Windows too, but exported by wlanui.dll, not by wlanapi.dll.
 */

#define WLAN_UI_API_VERSION         1
#define WLAN_UI_API_INITIAL_VERSION 1

DWORD WINAPI WlanUIEditProfile(DWORD dwClientVersion, LPCWSTR wstrProfileName, GUID *pInterfaceGuid,
        HWND hWnd, WL_DISPLAY_PAGES wlStartPage, PVOID pReserved,
        PWLAN_REASON_CODE pWlanReasonCode);

/***********************************************************************
 *              Wi-Fi Direct
 *
 * A session is a link to one other device. A client handle (WFDOpenHandle) owns its sessions; a
 * session handle comes from WFDStartOpenSession or WFDOpenLegacySession and ends with
 * WFDCloseSession. Handles are values of this library, not kernel objects: CloseHandle and the
 * wait functions do not take them, and a client handle of WlanOpenHandle is of another kind.
 *
 * For all functions (rows A1-A6 of the conformance table):
 * - they return ERROR_SUCCESS or an error code, and set the last error to that value too;
 * - arguments are checked first, then policy, then the handle, then its state;
 * - output parameters are written only on success;
 * - a handle that is NULL, INVALID_HANDLE_VALUE or a live handle of the other kind gives
 *   ERROR_INVALID_PARAMETER, one that was never issued or is closed gives ERROR_INVALID_HANDLE;
 * - any thread may call any of them at any time, also from within a completion callback.
 */

#define WFD_API_VERSION_1_0 0x00000001
#define WFD_API_VERSION     WFD_API_VERSION_1_0

typedef enum _WFD_ROLE_TYPE
{
    WFD_ROLE_TYPE_NONE = 0x00,
    WFD_ROLE_TYPE_DEVICE = 0x01,
    WFD_ROLE_TYPE_GROUP_OWNER = 0x02,
    WFD_ROLE_TYPE_CLIENT = 0x04,
    WFD_ROLE_TYPE_MAX = 0x05
} WFD_ROLE_TYPE, *PWFD_ROLE_TYPE;

typedef struct _WFD_GROUP_ID
{
    DOT11_MAC_ADDRESS DeviceAddress;
    DOT11_SSID GroupSSID;
} WFD_GROUP_ID, *PWFD_GROUP_ID;

/*
 * Called once for every WFDStartOpenSession that returned ERROR_SUCCESS, whatever happens to the
 * session, on a thread of the library and with none of its locks held. It may call any function
 * of this header and may block: other sessions do not wait for it.
 *
 * hSessionHandle        the handle that WFDStartOpenSession stored
 * pvContext             the pointer given to WFDStartOpenSession
 * guidSessionInterface  the network interface of the session, as GetAdaptersAddresses names it;
 *                       all zeros unless dwError is ERROR_SUCCESS. Passed by value.
 * dwError               ERROR_SUCCESS: the session is open until WFDCloseSession. Anything else:
 *                       it is not, and its handle is no longer valid. Among others
 *                       ERROR_NOT_FOUND (the device has not been paired), ERROR_CANCELLED
 *                       (WFDCancelOpenSession), ERROR_TIMEOUT, ERROR_HOST_UNREACHABLE (not in
 *                       range), ERROR_CONNECTION_REFUSED (the other side declined),
 *                       ERROR_INVALID_STATE (Wi-Fi Direct is disabled),
 *                       ERROR_SERVICE_NOT_ACTIVE (no supplicant).
 * dwReasonCode          a WLAN_REASON_CODE_* that details dwError
 *
 * Rows SO4-SO14 of the conformance table.
 */
typedef VOID(CALLBACK *WFD_OPEN_SESSION_COMPLETE_CALLBACK)(HANDLE hSessionHandle, PVOID pvContext,
        GUID guidSessionInterface, DWORD dwError, DWORD dwReasonCode);

/*
 * Opens a handle to the Wi-Fi Direct service. Success means that a session could be opened: a
 * supplicant answers and one of its adapters can do Wi-Fi Direct.
 *
 * dwClientVersion       WFD_API_VERSION
 * pdwNegotiatedVersion  receives the version to use from here on, WFD_API_VERSION
 * phClientHandle        receives the handle; close it with WFDCloseHandle
 *
 * ERROR_INVALID_PARAMETER  an output pointer is NULL, or the version is not supported
 * ERROR_NOT_ENOUGH_MEMORY
 * ERROR_REMOTE_SESSION_LIMIT_EXCEEDED  too many handles are open in this process
 * ERROR_SERVICE_NOT_ACTIVE no supplicant answers (known within one second)
 * ERROR_NOT_SUPPORTED      no adapter can do Wi-Fi Direct
 *
 * Rows OH1-OH7 of the conformance table.
 */
DWORD WINAPI WFDOpenHandle(
        DWORD dwClientVersion, PDWORD pdwNegotiatedVersion, PHANDLE phClientHandle);

/*
 * Closes a client handle and every session opened with it. While a WFDStartOpenSession of this
 * client is pending it waits until that has completed and its callback has returned; called from
 * within that very callback it does not wait for itself.
 *
 * ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE  as above
 *
 * Rows CH1-CH4 of the conformance table.
 */
DWORD WINAPI WFDCloseHandle(HANDLE hClientHandle);

/*
 * Starts to open a session to a device that has been paired with this computer before. The
 * outcome, including that of a device which is not paired, is told to the callback only; it comes
 * within the configured time (60 seconds by default), never before the handle has been stored.
 * Several sessions to one device, also of several programs, share one link, which ends with the
 * last of them.
 *
 * hClientHandle    from WFDOpenHandle
 * pDeviceAddress   the P2P device address of the other side; copied before the function returns
 * pvContext        handed to the callback; may be NULL
 * pfnCallback      called once if this function returns ERROR_SUCCESS, never otherwise
 * phSessionHandle  receives the session handle, which WFDCancelOpenSession takes at once and
 *                  WFDCloseSession after a successful callback
 *
 * ERROR_INVALID_PARAMETER  a required pointer is NULL; or the handle, see above
 * ERROR_INVALID_HANDLE     see above
 * ERROR_INVALID_STATE      Wi-Fi Direct is disabled by policy
 * ERROR_SERVICE_NOT_ACTIVE no supplicant is running
 * ERROR_NOT_ENOUGH_MEMORY
 *
 * Rows SO1-SO14 of the conformance table.
 */
DWORD WINAPI WFDStartOpenSession(HANDLE hClientHandle, PDOT11_MAC_ADDRESS pDeviceAddress,
        PVOID pvContext, WFD_OPEN_SESSION_COMPLETE_CALLBACK pfnCallback, PHANDLE phSessionHandle);

/*
 * Asks a pending WFDStartOpenSession to stop. Its callback is still called, with ERROR_CANCELLED
 * unless the session had opened already. A second cancel of the same pending open succeeds and
 * does nothing.
 *
 * ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE  as above
 * ERROR_INVALID_STATE      the session is open, and stays so
 *
 * Rows CO1-CO4 of the conformance table.
 */
DWORD WINAPI WFDCancelOpenSession(HANDLE hSessionHandle);

/*
 * Opens a session to a legacy device: one without Wi-Fi Direct, whose network profile is stored
 * from an earlier pairing. Synchronous: it returns when connected or failed, within the same time
 * as WFDStartOpenSession.
 *
 * hClientHandle          from WFDOpenHandle
 * pLegacyMacAddress      the MAC address (BSSID) of the device
 * phSessionHandle        receives the session handle; close it with WFDCloseSession
 * pGuidSessionInterface  receives the network interface of the connection
 *
 * ERROR_INVALID_PARAMETER  a pointer is NULL; or the handle, see above
 * ERROR_INVALID_HANDLE     see above
 * ERROR_INVALID_STATE      Wi-Fi Direct is disabled by policy
 * ERROR_SERVICE_NOT_ACTIVE no supplicant is running
 * ERROR_NOT_FOUND          no profile is stored for that address
 * ERROR_TIMEOUT            it did not connect in time
 * ERROR_NOT_ENOUGH_MEMORY
 *
 * Rows OL1-OL5 of the conformance table.
 */
DWORD WINAPI WFDOpenLegacySession(HANDLE hClientHandle, PDOT11_MAC_ADDRESS pLegacyMacAddress,
        HANDLE *phSessionHandle, GUID *pGuidSessionInterface);

/*
 * Closes an open session. The link is taken down later, by a queued work item, once no session
 * uses it; the handle is invalid as soon as the function returns. A session whose link is lost
 * already is closed in the same way.
 *
 * ERROR_INVALID_PARAMETER  the handle is NULL or not a session's
 * ERROR_INVALID_HANDLE     no such session: never opened, failed to open, or closed already
 * ERROR_INVALID_STATE      the open is still pending (it goes on: WFDCancelOpenSession ends it),
 *                          or Wi-Fi Direct is disabled by policy
 *
 * Rows CS1-CS8 of the conformance table.
 */
DWORD WINAPI WFDCloseSession(HANDLE hSessionHandle);

/*
 * Looks for one device and updates the visibility property (DEVPKEY_WiFiDirect_IsVisible, see
 * <devpkey.h>) of its device node, if it has one. Returns when the search has ended, after a few
 * seconds at most.
 *
 * pDeviceAddress   the P2P device address
 *
 * ERROR_INVALID_PARAMETER  the pointer is NULL
 * ERROR_NOT_ENOUGH_MEMORY
 *
 * Rows UV1-UV3 of the conformance table.
 */
DWORD WINAPI WFDUpdateDeviceVisibility(PDOT11_MAC_ADDRESS pDeviceAddress);

#ifdef __cplusplus
}
#endif

#endif /* WINEWFD_WLANAPI_H */
