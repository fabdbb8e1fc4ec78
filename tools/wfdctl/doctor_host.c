/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doctor's checks of what else a session needs on this machine: addresses for groups, a folder
 * where programs meet, Wine and its prefix. Changes nothing.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

/* An address on the group's interface. */

/* The first folder below which that file is; NULL: none. */
static const char *unit_folder(const char *name)
{
    static const char *const folders[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib" };
    char path[200];

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
    {
        snprintf(path, sizeof(path), "%s/systemd/%s", folders[i], name);
        if (!access(path, R_OK)) return folders[i];
    }
    return NULL;
}

/* The action script, as it was installed or is in the tree. */
static bool find_script(char *ret_path, size_t size)
{
    static const char *const names[] = { "../lib/winewfd/wifi-direct-addresses",
        "../../tools/addresses/wifi-direct-addresses", NULL };
    char path[PATH_MAX], whole[PATH_MAX];

    return ctl_find_file(names, path, sizeof(path)) && realpath(path, whole) &&
           (size_t)snprintf(ret_path, size, "%s", whole) < size;
}

static void advise_networkd(struct doctor *doctor)
{
    static const char *const names[] = { "../lib/systemd/network/70-wifi-direct-client.network",
        "../../tools/addresses/70-wifi-direct-client.network", NULL };
    char remedy[DOCTOR_REMEDY_SIZE], path[PATH_MAX], whole[PATH_MAX];

    if (ctl_find_file(names, path, sizeof(path)) && realpath(path, whole))
    {
        *strrchr(whole, '/') = 0;
        snprintf(remedy, sizeof(remedy),
                "sudo cp %.300s/70-wifi-direct-*.network /etc/systemd/network && "
                "sudo networkctl reload",
                whole);
    }
    else
        strcpy(remedy, "sudo make install && sudo networkctl reload");
    doctor_tell(doctor, PROBLEM_NETWORKD_UNTOLD,
            "systemd-networkd runs, but is not told to give groups addresses", remedy);
}

static void advise_service(struct doctor *doctor, const char *script)
{
    const char *socket = doctor->socket[0] ? doctor->socket : "p2p-dev-wlan0";
    char remedy[DOCTOR_REMEDY_SIZE];

    if (doctor_has_systemd() && unit_folder("system/wifi-direct-addresses@.service"))
        snprintf(remedy, sizeof(remedy), "sudo systemctl enable --now wifi-direct-addresses@%s",
                socket);
    else
        snprintf(remedy, sizeof(remedy), "sudo wpa_cli -B -p %s -i %s -a %s",
                doctor->options->config.control_directory, socket, script);
    doctor_tell(doctor, PROBLEM_NO_ADDRESSES,
            "nothing here gives a group's interface an IP address; programs would find the device, "
            "and not reach it",
            remedy);
}

static bool has_dhcp_programs(void)
{
    return (doctor_has_program("udhcpc") || doctor_has_program("dhcpcd") ||
                   doctor_has_program("dhclient") || doctor_has_program("busybox")) &&
           (doctor_has_program("dnsmasq") || doctor_has_program("udhcpd"));
}

/* NetworkManager leaves alone what it has not made itself. */
void doctor_check_addresses(struct doctor *doctor)
{
    char script[PATH_MAX] = "/usr/local/lib/winewfd/wifi-direct-addresses";
    char remedy[DOCTOR_REMEDY_SIZE];
    bool networkd = doctor_something_runs("/systemd-networkd");

    find_script(script, sizeof(script));
    if (networkd && unit_folder("network/70-wifi-direct-client.network"))
        doctor_well(doctor, "addresses", "systemd-networkd gives them");
    else if (networkd)
        advise_networkd(doctor);
    else if (!has_dhcp_programs())
    {
        doctor_install_command(remedy, "dnsmasq-base udhcpc", "dnsmasq dhcpcd", "dnsmasq dhcpcd");
        doctor_tell(doctor, PROBLEM_NO_DHCP_PROGRAMS,
                "no DHCP client, or no small DHCP server, is installed, by which a group's "
                "interface could get an IP address",
                remedy);
    }
    else if (doctor_something_runs("/wifi-direct-addresses"))
        doctor_well(doctor, "addresses", "the service wifi-direct-addresses gives them");
    else
        advise_service(doctor, script);
}

/* Where programs of one user meet. */

void doctor_check_meeting_folder(struct doctor *doctor)
{
    const char *folder = ctl_runtime_folder();
    char text[200], remedy[DOCTOR_REMEDY_SIZE];
    unsigned int uid = (unsigned int)geteuid();

    if (*folder)
    {
        doctor_well(doctor, "running programs", folder);
        return;
    }
    snprintf(text, sizeof(text),
            "they cannot share groups: the folder where they meet, /tmp/winewfd-%u, is somebody "
            "else's, or open to others",
            uid);
    snprintf(remedy, sizeof(remedy), "sudo rm -rf /tmp/winewfd-%u", uid);
    doctor_tell(doctor, PROBLEM_NO_MEETING_FOLDER, text, remedy);
}

/* Wine. */

static bool first_line(const char *command, char *ret_text, size_t size)
{
    FILE *pipe = popen(command, "re");
    bool done;

    if (!pipe) return false;
    done = fgets(ret_text, (int)size, pipe) != NULL;
    if (pclose(pipe)) done = false;
    ret_text[done ? strcspn(ret_text, "\n") : 0] = 0;
    return done;
}

static bool has_module(const char *folder, size_t length)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%.*s/x86_64-windows/winewfd.dll", (int)length, folder);
    return length && !access(path, F_OK);
}

/* `make install` puts links where Wine looks by itself; a build needs WINEDLLPATH. */
static void check_module(struct doctor *doctor)
{
    static const char *const own[] = { "/usr/lib/x86_64-linux-gnu/wine", "/usr/lib64/wine",
        "/usr/lib/wine", NULL };
    static const char *const build[] = { "../wine", "../lib/winewfd/wine", NULL };
    const char *path = getenv("WINEDLLPATH");
    char folder[PATH_MAX], whole[PATH_MAX], remedy[PATH_MAX + 40];
    bool found = false;

    for (size_t length; path && *path && !found; path += length + (path[length] == ':'))
    {
        length = strcspn(path, ":");
        found = has_module(path, length);
    }
    for (const char *const *one = own; *one; one++)
        if (has_module(*one, strlen(*one))) found = true;
    if (found)
        doctor_well(doctor, "module", "Wine finds winewfd.dll");
    else if (ctl_find_file(build, folder, sizeof(folder)) && realpath(folder, whole) &&
             has_module(whole, strlen(whole)))
    {
        snprintf(remedy, sizeof(remedy), "export WINEDLLPATH='%s'", whole);
        doctor_tell(doctor, PROBLEM_MODULE_NOT_FOUND,
                "Wine does not find winewfd.dll by itself; programs need this in their environment",
                remedy);
    }
    else
        doctor_tell(doctor, PROBLEM_MODULE_MISSING,
                "winewfd.dll is not there; in the folder with winewfd's source:",
                "make && sudo make install");
}

/* The prefix as a shell takes it. */
static void quote(const char *text, char *ret_text, size_t size)
{
    size_t used = 0;

    ret_text[used++] = '\'';
    for (; *text && used + 6 < size; text++)
        used += (size_t)snprintf(
                ret_text + used, size - used, *text == '\'' ? "'\\''" : "%c", *text);
    ret_text[used++] = '\'';
    ret_text[used] = 0;
}

static void check_prefix(struct doctor *doctor)
{
    const char *prefix = doctor->options->prefix;
    char text[4096], quoted[PATH_MAX] = "", remedy[2 * PATH_MAX + 100];

    if (prefix) quote(prefix, quoted, sizeof(quoted));
    if (ctl_prefix_is_on(prefix, text, sizeof(text)))
    {
        doctor_well(doctor, "prefix", text);
        return;
    }
    if (strstr(text, "no Wine prefix"))
        snprintf(remedy, sizeof(remedy), "%s%s%swineboot && wfdctl enable%s%s",
                prefix ? "WINEPREFIX=" : "", quoted, prefix ? " " : "", prefix ? " --prefix " : "",
                quoted);
    else
        snprintf(remedy, sizeof(remedy), "wfdctl enable%s%s", prefix ? " --prefix " : "", quoted);
    doctor_tell(doctor,
            strstr(text, "no Wine prefix") ? PROBLEM_NO_PREFIX
            : !strncmp(text, "off", 3)     ? PROBLEM_PREFIX_OFF
                                           : PROBLEM_PREFIX_UNKNOWN,
            *text ? text : "its state is not known", remedy);
}

void doctor_check_wine(struct doctor *doctor)
{
    char version[100], remedy[DOCTOR_REMEDY_SIZE];
    int major = 0;

    doctor_install_command(remedy, "wine wine64", "wine", "wine");
    if (!first_line("wine --version 2>/dev/null", version, sizeof(version)) ||
            sscanf(version, "wine-%d", &major) != 1)
    {
        doctor_tell(doctor, PROBLEM_NO_WINE, "it is not installed, or does not start", remedy);
        return;
    }
    if (major < 8)
        doctor_tell(doctor, PROBLEM_OLD_WINE,
                "it is older than 8.0, which is the oldest that works; Debian 12 has that", remedy);
    else
        doctor_well(doctor, "Wine", version);
    check_module(doctor);
    check_prefix(doctor);
}
