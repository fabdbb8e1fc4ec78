/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pairing: an open with P2P_CONNECT in the place of P2P_INVITE. It goes through the same table,
 * whose lookup it passes at once, and what the devices agree on counts as the invitation's answer.
 * Never logs a PIN, and keeps none longer than its session.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define STATUS_UNAVAILABLE 1  /* the peer's user did nothing for two minutes */
#define STATUS_METHOD      10 /* incompatible provisioning information */
#define ERROR_PIN          18 /* WPS's: device password authentication failure */

/* The digit that makes the weighted sum of all eight a multiple of ten (WPS 2.0.6, 7.4.1). */
static unsigned int checksum(uint32_t seven_digits)
{
    unsigned int sum = 0, weight = 3;

    for (; seven_digits; seven_digits /= 10, weight = 4 - weight)
        sum += weight * (seven_digits % 10);
    return (10 - sum % 10) % 10;
}

bool wfd_pin_make(char ret_pin[WFD_PIN_SIZE])
{
    uint32_t random;

    if (getrandom(&random, sizeof(random), 0) != sizeof(random)) return false;
    random %= 10000000;
    snprintf(ret_pin, WFD_PIN_SIZE, "%07u%u", (unsigned int)random, checksum(random));
    wfd_wipe(&random, sizeof(random));
    return true;
}

bool wfd_pin_valid(const char *pin)
{
    size_t length = strspn(pin, "0123456789");
    uint32_t number;

    if (pin[length]) return false;
    if (length == 4) return true;
    if (length != 8) return false;
    number = (uint32_t)strtoul(pin, NULL, 10);
    return checksum(number / 10) == number % 10;
}

static bool is_pairing(const struct wfd_pairing *pairing)
{
    if (pairing->go_intent > 15) return false;
    if (pairing->method == WFD_PAIRING_BUTTON) return true;
    if (pairing->method != WFD_PAIRING_DISPLAY && pairing->method != WFD_PAIRING_KEYPAD)
        return false;
    return memchr(pairing->pin, 0, sizeof(pairing->pin)) && wfd_pin_valid(pairing->pin);
}

void wfd_pairing_free(struct wfd_pairing *pairing)
{
    if (!pairing) return;
    wfd_wipe(pairing, sizeof(*pairing));
    free(pairing);
}

enum wfd_error wfd_service_start_pairing(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *peer, const struct wfd_pairing *pairing, uint64_t callback,
        uint64_t context, uint32_t *ret_session)
{
    struct wfd_pairing *copy;
    enum wfd_error error;

    if (!is_pairing(pairing) || !wfd_mac_is_unicast(peer)) return WFD_ERROR_INVALID_PARAMETER;
    copy = malloc(sizeof(*copy));
    if (!copy) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    *copy = *pairing;
    error = wfd_service_register(service, client, peer, copy, callback, context, ret_session);
    if (error) wfd_pairing_free(copy);
    return error;
}

void wfd_pairing_begin(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;

    memset(&op->ssid, 0, sizeof(op->ssid));
    op->role = WFD_ROLE_NONE;
    op->wrong_pin = false;
    wfd_service_step(service, session, WFD_ON_PAIRED);
}

void wfd_pairing_ask(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;

    op->invited = true;
    if (op->invite.queued) return;
    wfd_command_connect(&op->invite, &session->peer, session->pairing);
    wfd_supplicant_ask(service->supplicant, &op->invite);
}

/* Those that name no peer are our operation's, or that of a tool that takes no turns. */
void wfd_pairing_event(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_session *session = op->session;

    if (!session || !session->pairing) return;
    if (event->type == WFD_EVENT_GO_NEG_FAILURE)
    {
        op->status = event->status;
        wfd_service_step(service, session, WFD_ON_RESULT_FAILED);
        return;
    }
    if (event->type == WFD_EVENT_WPS_FAILED)
    {
        if (op->agreed && event->status == ERROR_PIN) op->wrong_pin = true;
        return;
    }
    if (!wfd_mac_equal(&event->peer, &session->peer)) return;
    op->agreed = true;
    op->role = event->role;
    wfd_service_step(service, session, WFD_ON_RESULT_OK);
}

bool wfd_pairing_awaits(const struct wfd_service *service, const struct wfd_event *event)
{
    const struct wfd_operation *op = &service->operation;

    if (event->role == WFD_ROLE_CLIENT && !wfd_mac_is_zero(&event->go))
        return wfd_mac_equal(&event->go, &op->session->peer);
    return op->agreed && event->role == op->role;
}

/*
 * A wrong PIN is found out while the group is formed, and told before that fails. A device that goes
 * meanwhile makes it fail, too.
 */
enum wfd_cause wfd_pairing_cause(const struct wfd_service *service, enum wfd_cause cause)
{
    const struct wfd_operation *op = &service->operation;

    if (cause == WFD_CAUSE_BY_STATUS && op->status == STATUS_METHOD) return WFD_CAUSE_METHOD;
    if (cause == WFD_CAUSE_BY_STATUS && op->status == STATUS_UNAVAILABLE)
        return WFD_CAUSE_PEER_BUSY_TIMEOUT;
    if (cause == WFD_CAUSE_BY_REMOVAL && op->removal == WFD_REMOVAL_FORMATION_FAILED &&
            op->wrong_pin)
        return WFD_CAUSE_KEY;
    return cause;
}

static enum wfd_progress progress_of(const struct wfd_session *session)
{
    switch (session->state)
    {
    case WFD_STATE_NEW:
    case WFD_STATE_QUEUED:
    case WFD_STATE_LOOKUP: return WFD_PROGRESS_WAITING;
    case WFD_STATE_SEARCH: return WFD_PROGRESS_SEARCHING;
    case WFD_STATE_INVITE:
    case WFD_STATE_REINVITE:
    case WFD_STATE_INVITED:
    case WFD_STATE_LATER: return WFD_PROGRESS_ASKING;
    case WFD_STATE_CONNECTING:
    case WFD_STATE_JOINING: return WFD_PROGRESS_CONNECTING;
    case WFD_STATE_UNDOING:
    case WFD_STATE_FAILED: return WFD_PROGRESS_ENDING;
    case WFD_STATE_OPENED:
    case WFD_STATE_OPEN:
        return session->member || session->legacy ? WFD_PROGRESS_OPEN : WFD_PROGRESS_LOST;
    case WFD_STATE_LOST: return WFD_PROGRESS_LOST;
    case WFD_STATE_CLOSED:
    case WFD_STATE_COUNT: break;
    }
    return WFD_PROGRESS_NONE;
}

enum wfd_progress wfd_service_progress(struct wfd_service *service, uint64_t session)
{
    enum wfd_progress progress = WFD_PROGRESS_NONE;
    void *object;

    pthread_mutex_lock(&service->lock);
    if (!wfd_handle_table_get(service->handles, session, WFD_HANDLE_SESSION, &object))
        progress = progress_of(object);
    pthread_mutex_unlock(&service->lock);
    return progress;
}
