/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands about devices: scan, pair, paired, unpair. The core does the work; here is what a
 * person is told meanwhile. A PIN is shown to nobody but the person who asked for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

/* scan */

struct scanning
{
    const struct ctl_options *options;
    struct json_object *list;
    unsigned int count;
    uint64_t since_ms;
    bool interrupted;
};

static const struct
{
    uint16_t bits;
    const char *name;
} methods[] = { { 0x0680, "button" }, { 0x6008, "shows-pin" }, { 0x0100, "enters-pin" } };

static struct json_object *methods_json(uint16_t config_methods)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
        if (config_methods & methods[i].bits)
            json_object_array_add(list, json_object_new_string(methods[i].name));
    return list;
}

static struct json_object *mac_json(const struct wfd_mac *mac)
{
    char text[18];

    ctl_mac_text(mac, text);
    return json_object_new_string(text);
}

static void note_device(struct scanning *scanning, const struct wfd_device *device)
{
    char name[WORDS_NAME_SIZE], address[18];
    struct json_object *object;

    words_escape(device->name, strlen(device->name), name);
    ctl_mac_text(&device->address, address);
    scanning->count++;
    if (!scanning->options->json)
    {
        ctl_paint(CTL_BOLD, "%s", address);
        ctl_say("  %s%s\n", *name ? name : "(no name)",
                device->owns_group ? "  (has a group)" : "");
        return;
    }
    object = json_object_new_object();
    json_object_object_add(object, "address", mac_json(&device->address));
    json_object_object_add(object, "name", json_object_new_string(name));
    json_object_object_add(object, "kind", json_object_new_string(words_kind(device->category)));
    json_object_object_add(object, "methods", methods_json(device->config_methods));
    json_object_object_add(object, "owns_group", json_object_new_boolean(device->owns_group));
    json_object_array_add(scanning->list, object);
}

static bool take_device(void *context, const struct wfd_device *device)
{
    struct scanning *scanning = context;

    if (device)
        note_device(scanning, device);
    else if (ctl_is_terminal())
        ctl_progress("searching, Ctrl-C ends it", scanning->since_ms);
    if (ctl_signal_came(0)) scanning->interrupted = true;
    return !scanning->interrupted;
}

static int report_error(const struct ctl_options *options, enum wfd_error error)
{
    ctl_complain("%s", words_error(error, WFD_REASON_SUCCESS, false));
    if (options->json)
    {
        struct json_object *object = json_object_new_object();

        json_object_object_add(object, "error",
                json_object_new_string(words_error(error, WFD_REASON_SUCCESS, false)));
        ctl_print_json(object);
    }
    return ctl_error_exit(error);
}

/* Ctrl-C is how a person ends it: no failure. */
int ctl_scan(const struct ctl_options *options)
{
    struct scanning scanning = { .options = options, .since_ms = ctl_now_ms() };
    struct wfd_service *service = ctl_service_new();
    enum wfd_error error;

    if (!service) return CTL_FAILED;
    ctl_hold_signals();
    scanning.list = json_object_new_array();
    error = wfd_service_scan(service, &options->config, options->seconds, take_device, &scanning);
    ctl_progress(NULL, 0);
    wfd_service_free(service);
    if (error)
    {
        json_object_put(scanning.list);
        return report_error(options, error);
    }
    if (options->json)
        ctl_print_json(scanning.list);
    else
    {
        json_object_put(scanning.list);
        if (!scanning.count) ctl_say(WORDS_NO_DEVICE "\n");
    }
    return CTL_OK;
}

/* pair */

static void explain(const struct wfd_pairing *pairing)
{
    ctl_say("%s", words_instruction(pairing->method));
    if (pairing->method == WFD_PAIRING_DISPLAY)
        ctl_paint(CTL_BOLD, " %.4s %s", pairing->pin, pairing->pin + 4);
    ctl_say("\n");
}

static void show_progress(void *context, enum wfd_progress progress)
{
    const uint64_t *since_ms = context;

    ctl_progress(words_progress(progress), *since_ms);
}

static int tell_pairing(const struct ctl_options *options, const struct wfd_mac *peer,
        const struct ctl_opening *opening)
{
    const char *text = words_error(opening->error, opening->reason, true);
    bool method = opening->error && opening->reason == WFD_REASON_PAIRING_METHOD;
    struct json_object *object;
    char address[18];

    ctl_mac_text(peer, address);
    ctl_progress(NULL, 0);
    if (options->json)
    {
        object = json_object_new_object();
        json_object_object_add(object, "address", mac_json(peer));
        json_object_object_add(object, "paired", json_object_new_boolean(!opening->error));
        if (opening->error) json_object_object_add(object, "reason", json_object_new_string(text));
        ctl_print_json(object);
    }
    if (!opening->error)
        ctl_paint(CTL_GOOD, "paired with %s\n", address);
    else
        ctl_complain(
                "not paired with %s: %s%s", address, text, method ? " (--pin, --pin-display)" : "");
    return opening->error ? (int)ctl_error_exit(opening->error) : CTL_OK;
}

static enum wfd_error start(struct wfd_service *service, const struct ctl_options *options,
        const struct wfd_mac *peer, uint32_t *ret_session)
{
    struct wfd_config config = options->config;
    enum wfd_error error;
    uint32_t client;

    config.open_timeout_ms = WFD_PAIRING_TIMEOUT_MS;
    error = wfd_service_open_client(service, &config, &client);
    if (error) return error;
    return wfd_service_start_pairing(service, client, peer, &options->pairing, 0, 0, ret_session);
}

int ctl_pair(const struct ctl_options *options)
{
    struct ctl_opening opening = { .service = ctl_service_new() };
    uint64_t since_ms = ctl_now_ms();
    struct wfd_mac peer;

    if (!opening.service) return CTL_FAILED;
    if (!ctl_parse_mac(options->arguments[0], &peer))
    {
        wfd_service_free(opening.service);
        return CTL_USAGE;
    }
    ctl_hold_signals();
    opening.error = start(opening.service, options, &peer, &opening.session);
    if (!opening.error)
    {
        explain(&options->pairing);
        ctl_open(&opening, show_progress, &since_ms);
    }
    /* The group has served: what was stored is what counts. */
    wfd_service_free(opening.service);
    if (!opening.error) ctl_update_nodes(options);
    return tell_pairing(options, &peer, &opening);
}

/* paired, unpair */

static struct json_object *paired_json(const struct wfd_paired *paired, const char *ssid)
{
    struct json_object *object = json_object_new_object();

    json_object_object_add(object, "address", mac_json(&paired->peer));
    json_object_object_add(object, "group", json_object_new_string(ssid));
    json_object_object_add(object, "owner", json_object_new_string(paired->own ? "this" : "other"));
    json_object_object_add(object, "id", json_object_new_int(paired->id));
    return object;
}

static void print_paired(
        const struct ctl_options *options, const struct wfd_paired *paired, unsigned int count)
{
    struct json_object *list = json_object_new_array();

    for (unsigned int i = 0; i < count; i++)
    {
        char ssid[WORDS_NAME_SIZE], address[18];

        words_escape(paired[i].ssid, paired[i].ssid_length, ssid);
        ctl_mac_text(&paired[i].peer, address);
        if (options->json)
        {
            json_object_array_add(list, paired_json(&paired[i], ssid));
            continue;
        }
        ctl_paint(CTL_BOLD, "%s", address);
        ctl_say("  %s, owned by %s device\n", ssid, paired[i].own ? "this" : "the other");
    }
    if (options->json)
        ctl_print_json(list);
    else
    {
        json_object_put(list);
        if (!count) ctl_say("no device is paired; see wfdctl scan and wfdctl pair\n");
    }
}

int ctl_paired(const struct ctl_options *options)
{
    static struct wfd_paired paired[WFD_MAX_PAIRINGS];
    struct wfd_service *service = ctl_service_new();
    unsigned int count = 0;
    enum wfd_error error;

    if (!service) return CTL_FAILED;
    error = wfd_service_list_paired(service, &options->config, paired, WFD_MAX_PAIRINGS, &count);
    wfd_service_free(service);
    if (error) return report_error(options, error);
    print_paired(options, paired, count);
    return CTL_OK;
}

int ctl_unpair(const struct ctl_options *options)
{
    struct wfd_service *service;
    struct json_object *object;
    enum wfd_error error;
    struct wfd_mac peer;
    bool saved = false;
    char address[18];

    if (!ctl_parse_mac(options->arguments[0], &peer)) return CTL_USAGE;
    service = ctl_service_new();
    if (!service) return CTL_FAILED;
    error = wfd_service_unpair(service, &options->config, &peer, &saved);
    wfd_service_free(service);
    if (error) return report_error(options, error);
    ctl_update_nodes(options);
    ctl_mac_text(&peer, address);
    if (options->json)
    {
        object = json_object_new_object();
        json_object_object_add(object, "address", mac_json(&peer));
        json_object_object_add(object, "saved", json_object_new_boolean(saved));
        ctl_print_json(object);
    }
    else
        ctl_say("%s is not paired any more\n", address);
    if (!saved)
        ctl_complain("wpa_supplicant did not save it: a restart may bring the pairing back "
                     "(update_config=1 in its configuration lets it save)");
    return CTL_OK;
}
