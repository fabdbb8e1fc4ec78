/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command doctor: looks at each thing that a session needs, in the order in which they are
 * needed, and tells for each that is missing the one command that mends it. Changes nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "wfd_netif.h"

#define REPLY_SIZE 4097

enum verdict
{
    GOOD,
    WORTH_KNOWING, /* it works, but not everything does */
    BAD,
};

struct doctor
{
    const struct ctl_options *options;
    struct json_object *checks;
    char adapter[WFD_IFNAME_SIZE]; /* the first that can; "" none */
    char socket[WFD_IFNAME_SIZE];  /* where P2P commands go; "" none */
    int sockets, usable;
    int ask_error; /* of the last socket that could not be used */
    bool bad;
};

/* remedy: what to type; NULL: nothing. */
static void conclude(struct doctor *doctor, enum verdict verdict, const char *name,
        const char *text, const char *remedy)
{
    static const char *const words[] = { "ok", "note", "bad" };
    static const enum ctl_colour colours[] = { CTL_GOOD, CTL_WARN, CTL_BAD };
    struct json_object *object = json_object_new_object();

    if (verdict == BAD) doctor->bad = true;
    json_object_object_add(object, "check", json_object_new_string(name));
    json_object_object_add(object, "verdict", json_object_new_string(words[verdict]));
    json_object_object_add(object, "text", json_object_new_string(text));
    if (remedy) json_object_object_add(object, "remedy", json_object_new_string(remedy));
    json_object_array_add(doctor->checks, object);
    if (doctor->options->json) return;
    ctl_paint(colours[verdict], "%-5s", words[verdict]);
    ctl_say("%s: %s\n", name, text);
    if (remedy) ctl_paint(CTL_BOLD, "       %s\n", remedy);
}

/* The adapter. */

static void check_adapter(struct doctor *doctor)
{
    struct wfd_netif_adapter adapters[WFD_NETIF_MAX_ADAPTERS];
    const char *wanted = doctor->options->config.interface;
    unsigned int count = 0;
    char text[200];
    int error = wfd_netif_system_ops.list(adapters, WFD_NETIF_MAX_ADAPTERS, &count);

    for (unsigned int i = 0; !error && i < count && !doctor->adapter[0]; i++)
        if (adapters[i].can_client && adapters[i].can_go &&
                strncmp(adapters[i].ifname, "p2p-", 4) &&
                (!*wanted || !strcmp(adapters[i].ifname, wanted)))
            strcpy(doctor->adapter, adapters[i].ifname);
    if (error)
        conclude(doctor, WORTH_KNOWING, "adapter",
                "the kernel tells nothing of adapters; is this a container?",
                "sudo modprobe cfg80211");
    else if (doctor->adapter[0])
    {
        snprintf(text, sizeof(text), "%s can do Wi-Fi Direct", doctor->adapter);
        conclude(doctor, GOOD, "adapter", text, NULL);
    }
    else if (!count)
        conclude(doctor, BAD, "adapter", "there is no wireless adapter, or no driver for it",
                "lspci -nnk | grep -iA3 network; lsusb");
    else
        conclude(doctor, BAD, "adapter",
                "no adapter, or not the one that was named, can be a P2P client and group owner",
                "iw phy | grep -A15 'Supported interface modes'");
}

/* rfkill, as /sys tells of it. */

static bool read_line(const char *folder, const char *name, char *ret_text, size_t size)
{
    char path[300];
    FILE *file;
    bool done;

    snprintf(path, sizeof(path), "/sys/class/rfkill/%.200s/%s", folder, name);
    file = fopen(path, "re");
    if (!file) return false;
    done = fgets(ret_text, (int)size, file) != NULL;
    fclose(file);
    if (done) ret_text[strcspn(ret_text, "\n")] = 0;
    return done;
}

static void check_rfkill(struct doctor *doctor)
{
    DIR *dir = opendir("/sys/class/rfkill");
    bool soft = false, hard = false;
    struct dirent *entry;
    char text[40];

    while (dir && (entry = readdir(dir)))
    {
        if (!read_line(entry->d_name, "type", text, sizeof(text)) || strcmp(text, "wlan")) continue;
        if (read_line(entry->d_name, "soft", text, sizeof(text)) && *text == '1') soft = true;
        if (read_line(entry->d_name, "hard", text, sizeof(text)) && *text == '1') hard = true;
    }
    if (dir) closedir(dir);
    if (hard)
        conclude(doctor, BAD, "radio", "a switch of this machine has turned the radio off",
                "rfkill list wlan");
    else if (soft)
        conclude(doctor, BAD, "radio", "the radio is switched off", "sudo rfkill unblock wlan");
    else
        conclude(doctor, GOOD, "radio", "not switched off", NULL);
}

/* The supplicant's sockets. */

static bool is_of_adapter(const struct doctor *doctor, const char *name)
{
    const char *wanted = doctor->options->config.interface;

    if (!strncmp(name, "p2p-dev-", 8)) name += 8;
    return !*wanted || !strcmp(name, wanted);
}

static void try_socket(void *context, const char *name)
{
    struct doctor *doctor = context;
    char reply[REPLY_SIZE], value[64];

    if (!strncmp(name, "p2p-", 4) && strncmp(name, "p2p-dev-", 8)) return;
    if (!is_of_adapter(doctor, name)) return;
    doctor->sockets++;
    if (!ctl_ask(&doctor->options->config, name, "STATUS", reply, sizeof(reply)))
    {
        doctor->ask_error = errno;
        return;
    }
    doctor->usable++;
    if (!ctl_value(reply, "p2p_device_address", value, sizeof(value))) return;
    /* The P2P device's own socket is the better one. */
    if (!doctor->socket[0] || !strncmp(name, "p2p-dev-", 8)) strcpy(doctor->socket, name);
}

static bool is_member(gid_t group)
{
    gid_t groups[256];
    int count = getgroups(256, groups);

    for (int i = 0; i < count; i++)
        if (groups[i] == group) return true;
    return getegid() == group;
}

static bool is_listed(const struct group *group, const char *user)
{
    for (char **member = group->gr_mem; *member; member++)
        if (!strcmp(*member, user)) return true;
    return false;
}

/* Debian lets the group netdev use the sockets. */
static void check_membership(struct doctor *doctor)
{
    const struct passwd *user = getpwuid(geteuid());
    const char *name = user ? user->pw_name : "$USER";
    const struct group *group;
    char text[300], remedy[200];
    struct stat st;

    if (!geteuid()) return;
    if (stat(doctor->options->config.control_directory, &st)) return;
    group = getgrgid(st.st_gid);
    if (st.st_gid == 0 || !(st.st_mode & 050))
        conclude(doctor, BAD, "permission",
                "only root may use wpa_supplicant; GROUP=netdev is missing in its ctrl_interface",
                "sudo sed -i 's|^ctrl_interface=.*|ctrl_interface=DIR=/run/wpa_supplicant "
                "GROUP=netdev|' /etc/wpa_supplicant/wpa_supplicant.conf");
    else if (is_member(st.st_gid))
        conclude(doctor, GOOD, "permission", "this user may use wpa_supplicant's sockets", NULL);
    else if (group && is_listed(group, name))
        conclude(doctor, BAD, "permission", "this user is new in the group; a new login is needed",
                "newgrp netdev");
    else
    {
        snprintf(text, sizeof(text), "this user is not in the group %s, which may use the sockets",
                group ? group->gr_name : "of the sockets");
        snprintf(remedy, sizeof(remedy), "sudo adduser %s %s    # then log in again", name,
                group ? group->gr_name : "netdev");
        conclude(doctor, BAD, "permission", text, remedy);
    }
}

static void check_supplicant(struct doctor *doctor)
{
    int listed = ctl_each_socket(&doctor->options->config, try_socket, doctor);
    char text[400];

    if (listed < 0 && errno != EACCES)
    {
        snprintf(text, sizeof(text), "%s: %s", doctor->options->config.control_directory,
                strerror(errno));
        conclude(
                doctor, BAD, "control sockets", text, "sudo systemctl enable --now wpa_supplicant");
    }
    check_membership(doctor);
    if (listed < 0) return;
    if (!doctor->sockets)
        conclude(doctor, BAD, "control sockets",
                "wpa_supplicant has none for this adapter; it does not run, or has no "
                "ctrl_interface",
                "sudo systemctl restart wpa_supplicant NetworkManager");
    else if (doctor->usable)
        conclude(doctor, GOOD, "control sockets", "wpa_supplicant answers", NULL);
    else if (doctor->ask_error == ECONNREFUSED)
        conclude(doctor, BAD, "control sockets",
                "they are left behind by a wpa_supplicant that is gone",
                "sudo systemctl restart wpa_supplicant");
    else if (doctor->ask_error == ETIMEDOUT)
        conclude(doctor, BAD, "control sockets", "wpa_supplicant hangs",
                "sudo systemctl restart wpa_supplicant");
    else
    {
        snprintf(text, sizeof(text), "none can be used: %s", strerror(doctor->ask_error));
        conclude(doctor, BAD, "control sockets", text, "ls -l /run/wpa_supplicant");
    }
}

/* Its settings. */

static int setting(const struct doctor *doctor, const char *name)
{
    char command[64], reply[REPLY_SIZE];

    snprintf(command, sizeof(command), "GET %s", name);
    if (!ctl_ask(&doctor->options->config, doctor->socket, command, reply, sizeof(reply)))
        return -1;
    return *reply >= '0' && *reply <= '9' ? atoi(reply) : -1;
}

static void check_p2p(struct doctor *doctor)
{
    char remedy[300];

    if (!doctor->usable) return;
    if (!doctor->socket[0])
    {
        conclude(doctor, BAD, "Wi-Fi Direct",
                "wpa_supplicant does none: p2p_disabled=1, or the driver cannot",
                "sudo sed -i '/^p2p_disabled=/d' /etc/wpa_supplicant/*.conf && sudo systemctl "
                "restart wpa_supplicant");
        return;
    }
    conclude(doctor, GOOD, "Wi-Fi Direct", doctor->socket, NULL);
    if (setting(doctor, "persistent_reconnect") == 0)
    {
        snprintf(remedy, sizeof(remedy),
                "wpa_cli -p %s -i %s set persistent_reconnect 1    # and in its configuration",
                doctor->options->config.control_directory, doctor->socket);
        conclude(doctor, WORTH_KNOWING, "paired devices' invitations",
                "other devices cannot open sessions to this one (persistent_reconnect=0)", remedy);
    }
    if (setting(doctor, "update_config") == 0)
        conclude(doctor, WORTH_KNOWING, "pairings",
                "they are lost when wpa_supplicant restarts (update_config=0)",
                "echo update_config=1 | sudo tee -a /etc/wpa_supplicant/wpa_supplicant.conf");
}

static void check_paired(struct doctor *doctor)
{
    static struct wfd_paired paired[WFD_MAX_PAIRINGS];
    struct wfd_service *service;
    unsigned int count = 0;
    enum wfd_error error;
    char text[80];

    if (!doctor->socket[0] || !(service = ctl_service_new())) return;
    error = wfd_service_list_paired(
            service, &doctor->options->config, paired, WFD_MAX_PAIRINGS, &count);
    wfd_service_free(service);
    snprintf(text, sizeof(text), "%u", count);
    if (error)
        conclude(doctor, BAD, "paired devices", words_error(error, WFD_REASON_SUCCESS, false),
                "wfdctl --verbose paired");
    else if (count)
        conclude(doctor, GOOD, "paired devices", text, NULL);
    else
        conclude(doctor, WORTH_KNOWING, "paired devices", "none yet: a session needs one",
                "wfdctl scan    # then: wfdctl pair DEVICE");
}

/* An address on the group's interface. */

/* A process whose command line, or one argument of it, ends with that. */
static bool runs(const char *process, const char *name)
{
    char path[300], text[4096];
    size_t length;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%.20s/cmdline", process);
    if (!(file = fopen(path, "re"))) return false;
    length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = 0;
    for (const char *argument = text; argument < text + length; argument += strlen(argument) + 1)
    {
        size_t end = strlen(argument);

        if (end >= strlen(name) && !strcmp(argument + end - strlen(name), name)) return true;
    }
    return false;
}

static bool something_runs(const char *name)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    bool found = false;

    while (dir && !found && (entry = readdir(dir)))
        if (*entry->d_name >= '0' && *entry->d_name <= '9') found = runs(entry->d_name, name);
    if (dir) closedir(dir);
    return found;
}

static bool has_unit_files(void)
{
    static const char *const folders[] = { "/usr/local/lib", "/usr/lib", "/lib", "/etc", "/run" };
    char path[100];

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
    {
        snprintf(
                path, sizeof(path), "%s/systemd/network/70-wifi-direct-client.network", folders[i]);
        if (!access(path, R_OK)) return true;
    }
    return false;
}

/* NetworkManager leaves alone what it has not made itself. */
static void check_addresses(struct doctor *doctor)
{
    bool networkd = something_runs("/systemd-networkd");
    char remedy[120];

    snprintf(remedy, sizeof(remedy), "sudo systemctl enable --now wifi-direct-addresses@%s",
            doctor->socket[0] ? doctor->socket : "p2p-dev-wlan0");
    if (something_runs("/wifi-direct-addresses"))
        conclude(doctor, GOOD, "addresses", "the service wifi-direct-addresses gives them", NULL);
    else if (networkd && has_unit_files())
        conclude(doctor, GOOD, "addresses", "systemd-networkd gives them", NULL);
    else if (networkd)
        conclude(doctor, WORTH_KNOWING, "addresses",
                "systemd-networkd runs, but is not told of Wi-Fi Direct",
                "sudo make install && sudo networkctl reload");
    else
        conclude(doctor, WORTH_KNOWING, "addresses",
                "nothing here gives a group's interface an IP address", remedy);
}

static void check_folder(struct doctor *doctor)
{
    const char *folder = ctl_runtime_folder();

    if (*folder)
        conclude(doctor, GOOD, "running programs", folder, NULL);
    else
        conclude(doctor, WORTH_KNOWING, "running programs",
                "they have no folder to meet in, and cannot share groups",
                "export XDG_RUNTIME_DIR=/run/user/$(id -u)");
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
        conclude(doctor, GOOD, "module", "Wine finds winewfd.dll", NULL);
    else if (ctl_find_file(build, folder, sizeof(folder)) && realpath(folder, whole))
    {
        snprintf(remedy, sizeof(remedy), "export WINEDLLPATH=%s", whole);
        conclude(doctor, BAD, "module", "Wine does not find winewfd.dll", remedy);
    }
    else
        conclude(doctor, BAD, "module", "winewfd.dll is not there", "sudo make install");
}

static void check_wine(struct doctor *doctor)
{
    char version[100], text[4096];
    int major = 0;

    if (!first_line("wine --version 2>/dev/null", version, sizeof(version)) ||
            sscanf(version, "wine-%d", &major) != 1)
    {
        conclude(doctor, BAD, "Wine", "it is not installed, or does not start",
                "sudo apt install wine wine64");
        return;
    }
    if (major < 8)
        conclude(doctor, BAD, "Wine", "it is older than 8.0", "sudo apt install wine wine64");
    else
        conclude(doctor, GOOD, "Wine", version, NULL);
    check_module(doctor);
    if (ctl_prefix_is_on(doctor->options->prefix, text, sizeof(text)))
        conclude(doctor, GOOD, "prefix", text, NULL);
    else if (strstr(text, "no Wine prefix"))
        conclude(doctor, BAD, "prefix", text, "wineboot    # then: wfdctl enable");
    else
        conclude(doctor, BAD, "prefix", *text ? text : "its state is not known",
                doctor->options->prefix ? "wfdctl enable --prefix DIR" : "wfdctl enable");
}

int ctl_doctor(const struct ctl_options *options)
{
    struct doctor doctor = { .options = options, .checks = json_object_new_array() };

    check_adapter(&doctor);
    check_rfkill(&doctor);
    check_supplicant(&doctor);
    check_p2p(&doctor);
    check_paired(&doctor);
    check_addresses(&doctor);
    check_folder(&doctor);
    check_wine(&doctor);
    if (options->json)
        ctl_print_json(doctor.checks);
    else
        json_object_put(doctor.checks);
    if (!options->json && !doctor.bad) ctl_say("nothing keeps a session from working\n");
    return doctor.bad ? CTL_FAILED : CTL_OK;
}
