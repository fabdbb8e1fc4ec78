/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doctor's checks of wpa_supplicant: whether it runs, may be used, and has the settings that
 * Wi-Fi Direct needs. How it was started decides what mends it. Asks the control sockets only what
 * changes nothing.
 */
#include <ctype.h>
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

#include "doctor.h"

/* A wpa_supplicant that runs, and how it was started. */
struct process
{
    bool runs;
    bool by_bus;               /* NetworkManager tells it over D-Bus which adapters to use */
    bool tells_control;        /* -O or -C */
    char config[PATH_MAX];     /* "" none */
    char p2p_config[PATH_MAX]; /* of the P2P device alone; "" none */
    char interface[WFD_IFNAME_SIZE];
    char unit[100]; /* of systemd; "" none */
};

static size_t read_file(const char *pid, const char *name, char *ret_text, size_t size)
{
    char path[300];
    size_t length;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
    ret_text[0] = 0;
    if (!(file = fopen(path, "re"))) return 0;
    length = fread(ret_text, 1, size - 1, file);
    fclose(file);
    ret_text[length] = 0;
    return length;
}

static void take_option(struct process *process, char option, const char *value)
{
    switch (option)
    {
    case 'c': snprintf(process->config, sizeof(process->config), "%s", value); break;
    case 'm': snprintf(process->p2p_config, sizeof(process->p2p_config), "%s", value); break;
    case 'i': snprintf(process->interface, sizeof(process->interface), "%s", value); break;
    case 'O':
    case 'C': process->tells_control = true; break;
    default: break;
    }
}

/* Its options are letters, of which some have a value, in the same word or the next. */
static void read_command_line(struct process *process, const char *line, size_t length)
{
    const char *end = line + length, *word = line + strlen(line) + 1;
    static const char with_value[] = "bcCDefgGiImoOpP";

    for (; word < end; word += strlen(word) + 1)
    {
        if (*word != '-') continue;
        for (const char *letter = word + 1; *letter; letter++)
        {
            if (*letter == 'u') process->by_bus = true;
            if (!strchr(with_value, *letter)) continue;
            if (letter[1])
                take_option(process, *letter, letter + 1);
            else if (word + strlen(word) + 1 < end)
            {
                char option = *letter;

                word += strlen(word) + 1;
                take_option(process, option, word);
            }
            break;
        }
    }
}

static void read_unit(struct process *process, const char *pid)
{
    char text[500], *name;

    read_file(pid, "cgroup", text, sizeof(text));
    text[strcspn(text, "\n")] = 0;
    name = strrchr(text, '/');
    if (!name || !strstr(name, ".service") || strstr(name, "user@")) return;
    snprintf(process->unit, sizeof(process->unit), "%s", name + 1);
}

static bool read_process(struct process *process, const char *pid)
{
    char line[4096];
    size_t length;

    read_file(pid, "comm", line, sizeof(line));
    if (strcmp(line, "wpa_supplicant\n")) return false;
    *process = (struct process){ .runs = true };
    length = read_file(pid, "cmdline", line, sizeof(line));
    read_command_line(process, line, length);
    read_unit(process, pid);
    return true;
}

/* The one of this adapter; else one that is told over D-Bus of its adapters. */
static void find_process(const struct doctor *doctor, struct process *ret_process)
{
    DIR *dir = opendir("/proc");
    struct process process;
    struct dirent *entry;

    *ret_process = (struct process){ .runs = false };
    while (dir && (entry = readdir(dir)))
    {
        if (!isdigit((unsigned char)*entry->d_name)) continue;
        if (!read_process(&process, entry->d_name)) continue;
        if (*process.interface ? !strcmp(process.interface, doctor->adapter)
                               : process.by_bus && !ret_process->runs)
            *ret_process = process;
    }
    if (dir) closedir(dir);
}

/* What mends it. */

static const char *adapter(const struct doctor *doctor)
{
    return *doctor->adapter ? doctor->adapter : "wlan0";
}

/* The group whose members shall use the sockets. */
static const char *group_to_be(void)
{
    return getgrnam("netdev") || !getgrnam("wheel") ? "netdev" : "wheel";
}

/* Gives the service of wpa_supplicant what Wi-Fi Direct needs, for good. */
static void settings_command(char ret_remedy[DOCTOR_REMEDY_SIZE])
{
    static const char *const names[] = { "../lib/winewfd/wifi-direct-settings",
        "../../tools/addresses/wifi-direct-settings", NULL };
    char path[PATH_MAX] = "", whole[PATH_MAX];

    if (!ctl_find_file(names, path, sizeof(path)) || !realpath(path, whole))
        strcpy(whole, "/usr/local/lib/winewfd/wifi-direct-settings");
    snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "sudo %.900s", whole);
}

static void restart_command(const struct process *process, char ret_remedy[DOCTOR_REMEDY_SIZE])
{
    if (*process->unit)
        snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "sudo systemctl restart %s", process->unit);
    else
        strcpy(ret_remedy, "sudo service wpa_supplicant restart");
}

/* change: a sed script. */
static void edit_command(
        const struct process *process, const char *change, char ret_remedy[DOCTOR_REMEDY_SIZE])
{
    char restart[DOCTOR_REMEDY_SIZE];

    restart_command(process, restart);
    snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "sudo sed -i '%.200s' %.300s && %.400s", change,
            process->config, restart);
}

/* NetworkManager starts it for its adapters; without that it needs a configuration. */
static void start_command(const struct doctor *doctor, char ret_remedy[DOCTOR_REMEDY_SIZE])
{
    const char *name = adapter(doctor);

    if (doctor_has_systemd() && doctor_has_program("NetworkManager"))
        strcpy(ret_remedy, "sudo systemctl enable wpa_supplicant NetworkManager && sudo systemctl "
                           "restart wpa_supplicant NetworkManager");
    else
        snprintf(ret_remedy, DOCTOR_REMEDY_SIZE,
                "printf '%%s\\n' 'ctrl_interface=DIR=%s GROUP=%s' update_config=1 "
                "persistent_reconnect=1 | sudo tee -a /etc/wpa_supplicant/wpa_supplicant-%s.conf && "
                "sudo %s%s",
                doctor->options->config.control_directory, group_to_be(), name,
                doctor_has_systemd() ? "systemctl enable --now wpa_supplicant@"
                                     : "wpa_supplicant -B -c /etc/wpa_supplicant/wpa_supplicant-",
                name);
    if (!doctor_has_systemd())
        snprintf(ret_remedy + strlen(ret_remedy), DOCTOR_REMEDY_SIZE - strlen(ret_remedy),
                ".conf -i %s", name);
}

/* The sockets. */

static bool is_of_adapter(const struct doctor *doctor, const char *name)
{
    const char *wanted = doctor->options->config.interface;

    if (!strncmp(name, "p2p-dev-", 8)) name += 8;
    return !*wanted || !strcmp(name, wanted);
}

static void try_socket(void *context, const char *name)
{
    struct doctor *doctor = context;
    char reply[DOCTOR_REPLY_SIZE], value[64];

    if (!strncmp(name, "p2p-", 4) && strncmp(name, "p2p-dev-", 8)) return;
    if (!is_of_adapter(doctor, name)) return;
    doctor->sockets++;
    if (!ctl_ask(&doctor->options->config, name, "STATUS", reply, sizeof(reply)))
    {
        doctor->ask_error = errno;
        return;
    }
    doctor->usable++;
    strcpy(doctor->any_socket, name);
    if (!ctl_value(reply, "p2p_device_address", value, sizeof(value))) return;
    /* The P2P device's own socket is the better one. */
    if (!doctor->socket[0] || !strncmp(name, "p2p-dev-", 8)) strcpy(doctor->socket, name);
}

static bool is_unmanaged(const struct doctor *doctor)
{
    char command[100], text[20] = "";
    FILE *pipe;

    if (!*doctor->adapter || !doctor_something_runs("/NetworkManager")) return false;
    snprintf(command, sizeof(command), "nmcli -g GENERAL.STATE device show %s 2>/dev/null",
            doctor->adapter);
    if (!(pipe = popen(command, "re"))) return false;
    if (!fgets(text, sizeof(text), pipe)) *text = 0;
    pclose(pipe);
    return !strncmp(text, "10", 2);
}

static void tell_no_sockets(struct doctor *doctor, const struct process *process)
{
    char remedy[DOCTOR_REMEDY_SIZE], text[400];

    if (!process->runs && doctor_something_runs("/iwd"))
        doctor_tell(doctor, PROBLEM_IWD,
                "iwd has the adapter; winewfd works with wpa_supplicant, not with iwd",
                "sudo systemctl disable --now iwd && sudo systemctl enable --now wpa_supplicant "
                "&& sudo systemctl restart NetworkManager");
    else if (!process->runs && !doctor_has_program("wpa_supplicant"))
    {
        doctor_install_command(remedy, "wpasupplicant", "wpa_supplicant", "wpa_supplicant");
        doctor_tell(
                doctor, PROBLEM_NO_SUPPLICANT_INSTALLED, "wpa_supplicant is not installed", remedy);
    }
    else if (is_unmanaged(doctor))
    {
        snprintf(remedy, sizeof(remedy), "sudo nmcli device set %s managed yes", doctor->adapter);
        doctor_tell(doctor, PROBLEM_UNMANAGED,
                "NetworkManager was told to leave the adapter alone, and starts no wpa_supplicant "
                "for it",
                remedy);
    }
    else if (process->by_bus && !process->tells_control)
    {
        settings_command(remedy);
        doctor_tell(doctor, PROBLEM_NO_SOCKETS,
                "wpa_supplicant runs, but for NetworkManager alone: it makes no control sockets",
                remedy);
    }
    else
    {
        start_command(doctor, remedy);
        snprintf(text, sizeof(text), "wpa_supplicant %s: there is no socket in %s",
                process->runs ? "does not use this adapter" : "does not run",
                doctor->options->config.control_directory);
        doctor_tell(doctor, PROBLEM_NO_SOCKETS, text, remedy);
    }
}

static void tell_unusable(struct doctor *doctor, const struct process *process)
{
    char text[400], remedy[DOCTOR_REMEDY_SIZE];

    if (doctor->ask_error == ECONNREFUSED)
    {
        start_command(doctor, remedy);
        doctor_tell(doctor, PROBLEM_STALE_SOCKETS,
                "they are left behind by a wpa_supplicant that is gone", remedy);
    }
    else if (doctor->ask_error == ETIMEDOUT)
    {
        restart_command(process, remedy);
        doctor_tell(doctor, PROBLEM_SUPPLICANT_HANGS, "wpa_supplicant does not answer", remedy);
    }
    else
    {
        snprintf(text, sizeof(text), "none can be used: %s", strerror(doctor->ask_error));
        restart_command(process, remedy);
        doctor_tell(doctor, PROBLEM_SOCKETS_UNUSABLE, text, remedy);
    }
}

/* Permission. */

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

static void tell_root_only(struct doctor *doctor, const struct process *process)
{
    char remedy[DOCTOR_REMEDY_SIZE], change[200];

    snprintf(change, sizeof(change), "s|^ctrl_interface=.*|ctrl_interface=DIR=%s GROUP=%s|",
            doctor->options->config.control_directory, group_to_be());
    if (*process->config && !process->tells_control && !process->by_bus)
        edit_command(process, change, remedy);
    else
        settings_command(remedy);
    doctor_tell(doctor, PROBLEM_ROOT_ONLY,
            "only root may use wpa_supplicant: it was told of no group whose members may", remedy);
}

/* Debian lets the group netdev use the sockets. False: something was told. */
static bool check_membership(struct doctor *doctor, const struct process *process)
{
    const struct passwd *user = getpwuid(geteuid());
    const char *name = user ? user->pw_name : "$USER";
    char text[300], remedy[200], group_name[100];
    const struct group *group;
    struct stat st;

    if (!geteuid()) return true;
    if (stat(doctor->options->config.control_directory, &st)) return true;
    group = getgrgid(st.st_gid);
    snprintf(group_name, sizeof(group_name), "%s", group ? group->gr_name : group_to_be());
    if (st.st_gid == 0 || !(st.st_mode & 050))
        tell_root_only(doctor, process);
    else if (is_member(st.st_gid))
    {
        doctor_well(doctor, "permission", "this user may use wpa_supplicant's sockets");
        return true;
    }
    else if (group && is_listed(group, name))
    {
        snprintf(remedy, sizeof(remedy), "newgrp %s    # in this terminal; a new login is for all",
                group_name);
        doctor_tell(doctor, PROBLEM_NEW_MEMBER,
                "this user is new in the group that may use the sockets; a new login is needed",
                remedy);
    }
    else
    {
        snprintf(text, sizeof(text), "this user is not in the group %s, which may use the sockets",
                group_name);
        snprintf(remedy, sizeof(remedy), "sudo usermod -aG %s %s    # then log in again",
                group_name, name);
        doctor_tell(doctor, PROBLEM_NO_MEMBER, text, remedy);
    }
    return false;
}

void doctor_check_supplicant(struct doctor *doctor)
{
    int listed = ctl_each_socket(&doctor->options->config, try_socket, doctor);
    bool closed = listed < 0 && errno == EACCES, member;
    struct process process;

    find_process(doctor, &process);
    member = check_membership(doctor, &process);
    if (closed && !member) return;
    if (!doctor->sockets && !closed)
        tell_no_sockets(doctor, &process);
    else if (doctor->usable)
        doctor_well(doctor, "control sockets", "wpa_supplicant answers");
    else if (member || doctor->ask_error != EACCES)
        tell_unusable(doctor, &process);
}

/* Its settings. */

static int setting(const struct doctor *doctor, const char *socket, const char *name)
{
    char command[64], reply[DOCTOR_REPLY_SIZE];

    snprintf(command, sizeof(command), "GET %s", name);
    if (!ctl_ask(&doctor->options->config, socket, command, reply, sizeof(reply))) return -1;
    return *reply >= '0' && *reply <= '9' ? atoi(reply) : -1;
}

static void tell_no_p2p(struct doctor *doctor, const struct process *process)
{
    char remedy[DOCTOR_REMEDY_SIZE];

    if (setting(doctor, doctor->any_socket, "p2p_disabled") == 1 && *process->config)
    {
        edit_command(process, "/^p2p_disabled=/d", remedy);
        doctor_tell(doctor, PROBLEM_P2P_DISABLED,
                "wpa_supplicant was told to do none: p2p_disabled=1 in its configuration", remedy);
        return;
    }
    doctor_tell(doctor, PROBLEM_P2P_IMPOSSIBLE,
            "wpa_supplicant does none with this adapter: its driver, or this wpa_supplicant, "
            "cannot; this tells what the driver can",
            "sudo iw phy | grep -A15 'Supported interface modes'");
}

/* Set, and written to its file for good, where it has one. */
static void set_command(const struct doctor *doctor, const struct process *process,
        const char *name, char ret_remedy[DOCTOR_REMEDY_SIZE])
{
    char ask[200];

    if (!*process->config && !*process->p2p_config)
    {
        settings_command(ret_remedy);
        return;
    }
    snprintf(ask, sizeof(ask), "sudo wpa_cli -p %s -i %s",
            doctor->options->config.control_directory, doctor->socket);
    snprintf(ret_remedy, DOCTOR_REMEDY_SIZE, "%s set update_config 1", ask);
    if (strcmp(name, "update_config"))
        snprintf(ret_remedy + strlen(ret_remedy), DOCTOR_REMEDY_SIZE - strlen(ret_remedy),
                " && %s set %s 1", ask, name);
    snprintf(ret_remedy + strlen(ret_remedy), DOCTOR_REMEDY_SIZE - strlen(ret_remedy),
            " && %s save_config", ask);
}

void doctor_check_p2p(struct doctor *doctor)
{
    char remedy[DOCTOR_REMEDY_SIZE];
    struct process process;

    if (!doctor->usable) return;
    find_process(doctor, &process);
    if (!doctor->socket[0])
    {
        tell_no_p2p(doctor, &process);
        return;
    }
    doctor_well(doctor, "Wi-Fi Direct", doctor->socket);
    if (setting(doctor, doctor->socket, "persistent_reconnect") == 0)
    {
        set_command(doctor, &process, "persistent_reconnect", remedy);
        doctor_tell(doctor, PROBLEM_NO_INVITATIONS,
                "other devices cannot open sessions to this one (persistent_reconnect=0)", remedy);
    }
    else
        doctor_well(doctor, "paired devices' invitations", "accepted");
    if (setting(doctor, doctor->socket, "update_config") == 0)
    {
        set_command(doctor, &process, "update_config", remedy);
        doctor_tell(doctor, PROBLEM_FORGETFUL,
                "they are lost when wpa_supplicant restarts (update_config=0)", remedy);
    }
    else
        doctor_well(doctor, "pairings", "kept");
}
