/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command doctor: looks at each thing that a session needs, in the order in which they are
 * needed, and tells for each that is missing the one command that mends it. Changes nothing.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "wfd_netif.h"

enum verdict
{
    GOOD,
    WORTH_KNOWING, /* it works, but not everything does */
    BAD,
};

/* tests/wfdctl/run looks that each has a test. */
static const struct
{
    const char *name, *check;
    enum verdict verdict;
} problems[PROBLEM_COUNT] = {
    [PROBLEM_NO_WIRELESS_KERNEL] = { "no-wireless-kernel", "adapter", WORTH_KNOWING },
    [PROBLEM_NO_ADAPTER] = { "no-adapter", "adapter", BAD },
    [PROBLEM_OTHER_ADAPTER] = { "other-adapter", "adapter", BAD },
    [PROBLEM_INCAPABLE_ADAPTER] = { "incapable-adapter", "adapter", BAD },
    [PROBLEM_RADIO_SWITCH] = { "radio-switch", "radio", BAD },
    [PROBLEM_RADIO_OFF] = { "radio-off", "radio", BAD },
    [PROBLEM_NO_SUPPLICANT_INSTALLED] = { "no-supplicant-installed", "control sockets", BAD },
    [PROBLEM_IWD] = { "iwd", "control sockets", BAD },
    [PROBLEM_UNMANAGED] = { "unmanaged", "control sockets", BAD },
    [PROBLEM_NO_SOCKETS] = { "no-sockets", "control sockets", BAD },
    [PROBLEM_STALE_SOCKETS] = { "stale-sockets", "control sockets", BAD },
    [PROBLEM_SUPPLICANT_HANGS] = { "supplicant-hangs", "control sockets", BAD },
    [PROBLEM_SOCKETS_UNUSABLE] = { "sockets-unusable", "control sockets", BAD },
    [PROBLEM_ROOT_ONLY] = { "root-only", "permission", BAD },
    [PROBLEM_NEW_MEMBER] = { "new-member", "permission", BAD },
    [PROBLEM_NO_MEMBER] = { "no-member", "permission", BAD },
    [PROBLEM_P2P_DISABLED] = { "p2p-disabled", "Wi-Fi Direct", BAD },
    [PROBLEM_P2P_IMPOSSIBLE] = { "p2p-impossible", "Wi-Fi Direct", BAD },
    [PROBLEM_NO_INVITATIONS] = { "no-invitations", "paired devices' invitations", WORTH_KNOWING },
    [PROBLEM_FORGETFUL] = { "forgetful", "pairings", WORTH_KNOWING },
    [PROBLEM_PAIRED_UNKNOWN] = { "paired-unknown", "paired devices", BAD },
    [PROBLEM_NONE_PAIRED] = { "none-paired", "paired devices", WORTH_KNOWING },
    [PROBLEM_NETWORKD_UNTOLD] = { "networkd-untold", "addresses", WORTH_KNOWING },
    [PROBLEM_NO_ADDRESSES] = { "no-addresses", "addresses", WORTH_KNOWING },
    [PROBLEM_NO_DHCP_PROGRAMS] = { "no-dhcp-programs", "addresses", WORTH_KNOWING },
    [PROBLEM_NO_MEETING_FOLDER] = { "no-meeting-folder", "running programs", WORTH_KNOWING },
    [PROBLEM_NO_WINE] = { "no-wine", "Wine", BAD },
    [PROBLEM_OLD_WINE] = { "old-wine", "Wine", BAD },
    [PROBLEM_MODULE_NOT_FOUND] = { "module-not-found", "module", BAD },
    [PROBLEM_MODULE_MISSING] = { "module-missing", "module", BAD },
    [PROBLEM_NO_PREFIX] = { "no-prefix", "prefix", BAD },
    [PROBLEM_PREFIX_OFF] = { "prefix-off", "prefix", BAD },
    [PROBLEM_PREFIX_UNKNOWN] = { "prefix-unknown", "prefix", BAD },
};

static void put(struct json_object *object, const char *name, const char *value)
{
    if (value) json_object_object_add(object, name, json_object_new_string(value));
}

static void conclude(struct doctor *doctor, enum problem problem, const char *check,
        enum verdict verdict, const char *text, const char *remedy)
{
    static const char *const words[] = { "ok", "note", "bad" };
    static const enum ctl_colour colours[] = { CTL_GOOD, CTL_WARN, CTL_BAD };
    struct json_object *object = json_object_new_object();

    if (verdict == BAD) doctor->bad = true;
    put(object, "check", check);
    put(object, "verdict", words[verdict]);
    put(object, "problem", problems[problem].name);
    put(object, "text", text);
    put(object, "remedy", remedy);
    json_object_array_add(doctor->checks, object);
    if (doctor->options->json) return;
    ctl_paint(colours[verdict], "%-5s", words[verdict]);
    ctl_say("%s: %s\n", check, text);
    if (remedy) ctl_paint(CTL_BOLD, "       %s\n", remedy);
}

void doctor_well(struct doctor *doctor, const char *check, const char *text)
{
    conclude(doctor, PROBLEM_NONE, check, GOOD, text, NULL);
}

void doctor_tell(struct doctor *doctor, enum problem problem, const char *text, const char *remedy)
{
    conclude(doctor, problem, problems[problem].check, problems[problem].verdict, text, remedy);
}

/* The system. */

bool doctor_has_program(const char *name)
{
    static const char *const folders[] = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
        "/usr/bin", "/sbin", "/bin" };
    char path[100];

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
    {
        snprintf(path, sizeof(path), "%s/%.60s", folders[i], name);
        if (!access(path, X_OK)) return true;
    }
    return false;
}

bool doctor_has_systemd(void)
{
    return !access("/run/systemd/system", F_OK);
}

void doctor_install_command(char ret_remedy[DOCTOR_REMEDY_SIZE], const char *debian,
        const char *fedora, const char *arch)
{
    if (doctor_has_program("pacman"))
        snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "sudo pacman -S %s", arch);
    else if (doctor_has_program("dnf") && !doctor_has_program("apt-get"))
        snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "sudo dnf install %s", fedora);
    else
        snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "sudo apt install %s", debian);
}

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

bool doctor_something_runs(const char *name)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    bool found = false;

    while (dir && !found && (entry = readdir(dir)))
        if (*entry->d_name >= '0' && *entry->d_name <= '9') found = runs(entry->d_name, name);
    if (dir) closedir(dir);
    return found;
}

/* The adapter. */

static void find_adapter(struct doctor *doctor, const struct wfd_netif_adapter *adapters,
        unsigned int count, char *ret_others, size_t size)
{
    const char *wanted = doctor->options->config.interface;
    size_t used = 0;

    for (unsigned int i = 0; i < count; i++)
    {
        if (!adapters[i].can_client || !adapters[i].can_go) continue;
        if (!strncmp(adapters[i].ifname, "p2p-", 4)) continue;
        if (!*doctor->adapter && (!*wanted || !strcmp(adapters[i].ifname, wanted)))
            strcpy(doctor->adapter, adapters[i].ifname);
        if (used < size)
            used += (size_t)snprintf(
                    ret_others + used, size - used, "%s%s", used ? " " : "", adapters[i].ifname);
    }
}

static void check_adapter(struct doctor *doctor)
{
    struct wfd_netif_adapter adapters[WFD_NETIF_MAX_ADAPTERS];
    const char *wanted = doctor->options->config.interface;
    char text[400], remedy[200], others[100] = "";
    unsigned int count = 0;

    if (wfd_netif_system_ops.list(adapters, WFD_NETIF_MAX_ADAPTERS, &count))
    {
        doctor_tell(doctor, PROBLEM_NO_WIRELESS_KERNEL,
                "the kernel tells nothing of wireless adapters; is this a container?",
                "sudo modprobe cfg80211");
        return;
    }
    find_adapter(doctor, adapters, count, others, sizeof(others));
    if (*doctor->adapter)
    {
        snprintf(text, sizeof(text), "%s can do Wi-Fi Direct", doctor->adapter);
        doctor_well(doctor, "adapter", text);
    }
    else if (*others)
    {
        snprintf(text, sizeof(text), "%s is not there, or cannot do Wi-Fi Direct; these can: %s",
                wanted, others);
        others[strcspn(others, " ")] = 0;
        snprintf(remedy, sizeof(remedy), "wfdctl doctor --interface %s", others);
        doctor_tell(doctor, PROBLEM_OTHER_ADAPTER, text, remedy);
    }
    else if (!count)
        doctor_tell(doctor, PROBLEM_NO_ADAPTER,
                "there is no wireless adapter, or no driver or firmware for it; the kernel may know more",
                "sudo dmesg | grep -iE '80211|wlan|wifi|firmware'");
    else
        doctor_tell(doctor, PROBLEM_INCAPABLE_ADAPTER,
                "the adapter, or its driver, can not be a P2P client and group owner; another one, "
                "for example on USB, is needed: this tells what it can be",
                "sudo iw phy | grep -A15 'Supported interface modes'");
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
        doctor_tell(doctor, PROBLEM_RADIO_SWITCH,
                "a switch or key of this machine has turned the radio off, and only it can turn it "
                "on again; this tells when it is",
                "grep -H . /sys/class/rfkill/*/hard");
    else if (soft && doctor_has_program("rfkill"))
        doctor_tell(doctor, PROBLEM_RADIO_OFF, "the radio is switched off, as in flight mode",
                "sudo rfkill unblock wlan");
    else if (soft)
        doctor_tell(doctor, PROBLEM_RADIO_OFF, "the radio is switched off, as in flight mode",
                "for i in $(grep -l wlan /sys/class/rfkill/*/type); do echo 0 | sudo tee "
                "${i%type}soft; done");
    else
        doctor_well(doctor, "radio", "not switched off");
}

/* Paired devices. */

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
        doctor_tell(doctor, PROBLEM_PAIRED_UNKNOWN, words_error(error, WFD_REASON_SUCCESS, false),
                "wfdctl --verbose paired");
    else if (count)
        doctor_well(doctor, "paired devices", text);
    else
        doctor_tell(doctor, PROBLEM_NONE_PAIRED, "none yet: a session needs one",
                "wfdctl scan    # then: wfdctl pair DEVICE");
}

int ctl_doctor(const struct ctl_options *options)
{
    struct doctor doctor = { .options = options, .checks = json_object_new_array() };

    check_adapter(&doctor);
    check_rfkill(&doctor);
    doctor_check_supplicant(&doctor);
    doctor_check_p2p(&doctor);
    check_paired(&doctor);
    doctor_check_addresses(&doctor);
    doctor_check_meeting_folder(&doctor);
    doctor_check_wine(&doctor);
    if (options->json)
        ctl_print_json(doctor.checks);
    else
        json_object_put(doctor.checks);
    if (!options->json && !doctor.bad) ctl_say("nothing keeps a session from working\n");
    return doctor.bad ? CTL_FAILED : CTL_OK;
}
