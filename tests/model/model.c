/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The model: rows A1 to CS8 as functions of what the application did.
 */
#include "model.h"

struct model_client *model_find_client(struct model *model, uint64_t value)
{
    for (unsigned int i = 0; i < MAX_STEPS; i++)
        if (model->clients[i].phase == PHASE_OPEN && model->clients[i].handle == value)
            return &model->clients[i];
    return NULL;
}

struct model_session *model_find_session(struct model *model, uint64_t value)
{
    for (unsigned int i = 0; i < MAX_STEPS; i++)
    {
        struct model_session *session = &model->sessions[i];

        if ((session->phase == PHASE_PENDING || session->phase == PHASE_OPEN) &&
                session->handle == value)
            return session;
    }
    return NULL;
}

/* A4 */
static enum wfd_error judge(uint64_t value, bool live, bool live_other)
{
    if (!value || value == INVALID_HANDLE || live_other) return WFD_ERROR_INVALID_PARAMETER;
    return live ? WFD_SUCCESS : WFD_ERROR_INVALID_HANDLE;
}

enum wfd_error model_client_handle(const struct model *model, uint64_t value)
{
    struct model *m = (struct model *)(uintptr_t)model;

    return judge(value, model_find_client(m, value), model_find_session(m, value));
}

enum wfd_error model_session_handle(const struct model *model, uint64_t value)
{
    struct model *m = (struct model *)(uintptr_t)model;

    return judge(value, model_find_session(m, value), model_find_client(m, value));
}

bool model_issue(struct model *model, uint32_t handle)
{
    if (!handle || handle == UINT32_MAX) return false;
    for (unsigned int i = 0; i < model->issued_count; i++)
        if (model->issued[i] == handle) return false;
    model->issued[model->issued_count++] = handle;
    return true;
}

/* A1, SO2, SO3 */
enum wfd_error model_start(const struct model *model, uint64_t client, bool listening)
{
    enum wfd_error error = model_client_handle(model, client);

    if (model->disabled) return WFD_ERROR_INVALID_STATE;
    if (error) return error;
    return listening ? WFD_SUCCESS : WFD_ERROR_SERVICE_NOT_ACTIVE;
}

/* CS1 to CS7 */
enum wfd_error model_close(const struct model *model, uint64_t value)
{
    struct model *m = (struct model *)(uintptr_t)model;
    enum wfd_error error = model_session_handle(model, value);

    if (model->disabled) return WFD_ERROR_INVALID_STATE;
    if (error) return error;
    return model_find_session(m, value)->phase == PHASE_PENDING ? WFD_ERROR_INVALID_STATE
                                                                : WFD_SUCCESS;
}

/* CO1 to CO4. Whether a pending open has already succeeded only its callback will tell. */
bool model_cancel_may(struct model *model, uint64_t value, enum wfd_error got)
{
    enum wfd_error error = model_session_handle(model, value);
    struct model_session *session = model_find_session(model, value);

    if (error) return got == error;
    if (session->phase == PHASE_OPEN) return got == WFD_ERROR_INVALID_STATE;
    if (got == WFD_SUCCESS)
        session->cancelled = true;
    else
        session->refused = true;
    if (session->cancelled && session->refused) return false;
    return got == WFD_SUCCESS || got == WFD_ERROR_INVALID_STATE;
}

void model_begin(struct model *model, struct model_session *session, uint64_t now_ms)
{
    session->begun = session->alone = true;
    session->begin_ms = now_ms;
    if (model->disabled) session->disabled = true;
    for (unsigned int i = 0; i < MAX_STEPS; i++)
    {
        struct model_session *other = &model->sessions[i];

        if (other == session || other->phase != PHASE_PENDING) continue;
        other->alone = session->alone = false;
    }
}

/* CH4 */
void model_client_closed(struct model *model, uint16_t client)
{
    model->clients[client].phase = PHASE_STALE;
    for (unsigned int i = 0; i < MAX_STEPS; i++)
        if (model->sessions[i].phase && model->sessions[i].client == client)
            model->sessions[i].phase = PHASE_STALE;
}

const char *model_client_waited(const struct model *model, uint16_t client, uint64_t thread)
{
    for (unsigned int i = 0; i < MAX_STEPS; i++)
    {
        const struct model_session *session = &model->sessions[i];

        if (!session->phase || session->client != client || session->legacy) continue;
        if (!session->callbacks) return "it did not wait for a pending open (CH2)";
        if (!session->returned && session->thread != thread)
            return "it did not wait for a callback's return (CH3)";
    }
    return NULL;
}

/* SO12, with the two that the table leaves open: policy, and the bound of the whole open. */
static const struct
{
    enum wfd_error error;
    enum wfd_reason reason;
} outcomes[] = {
    { WFD_SUCCESS, WFD_REASON_SUCCESS },
    { WFD_ERROR_SERVICE_NOT_ACTIVE, WFD_REASON_UNKNOWN },
    { WFD_ERROR_INVALID_STATE, WFD_REASON_DRIVER_OPERATION_FAILURE },
    { WFD_ERROR_INVALID_STATE, WFD_REASON_UNKNOWN },
    { WFD_ERROR_NOT_FOUND, WFD_REASON_PROFILE_CHANGED_OR_DELETED },
    { WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE },
    { WFD_ERROR_TIMEOUT, WFD_REASON_USER_NOT_RESPOND },
    { WFD_ERROR_TIMEOUT, WFD_REASON_ASSOCIATION_TIMEOUT },
    { WFD_ERROR_TIMEOUT, WFD_REASON_NETWORK_NOT_AVAILABLE },
    { WFD_ERROR_CONNECTION_REFUSED, WFD_REASON_USER_DENIED },
    { WFD_ERROR_BUSY, WFD_REASON_CONNECT_CALL_FAIL },
    { WFD_ERROR_GEN_FAILURE, WFD_REASON_INVALID_CHANNEL },
    { WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
    { WFD_ERROR_GEN_FAILURE, WFD_REASON_KEY_MISMATCH },
    { WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED },
    { WFD_ERROR_CONNECTION_ABORTED, WFD_REASON_DRIVER_DISCONNECTED },
    { WFD_ERROR_INTERNAL, WFD_REASON_INTERNAL_FAILURE },
};

static bool is_documented(const struct wfd_completion_info *info)
{
    for (unsigned int i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++)
        if (outcomes[i].error == info->error && outcomes[i].reason == info->reason) return true;
    return false;
}

static bool is_expected(const struct model_session *session, enum wfd_error error,
        const struct outcome *peer, uint64_t now_ms)
{
    if (session->cancelled && error == WFD_ERROR_CANCELLED) return true;
    if (session->disabled && error == WFD_ERROR_INVALID_STATE) return true;
    if (error == WFD_ERROR_TIMEOUT && !session->alone && now_ms >= session->begin_ms + OPEN_MS)
        return true;
    for (unsigned int i = 0; i < 3; i++)
        if (peer->errors[i] == error) return true;
    return false;
}

const char *model_completion(const struct model_session *session,
        const struct wfd_completion_info *info, const struct outcome *peer, uint64_t now_ms)
{
    if (session->callbacks) return "a second callback (SO5)";
    if (session->phase != PHASE_PENDING) return "a callback of an open that is not pending (SO5)";
    if (!session->begun) return "a callback before the call has returned (SO5)";
    if (info->session != session->handle) return "a callback with another session's handle (SO8)";
    if (!is_documented(info)) return "no documented pair of error and reason (SO12)";
    if (info->error && info->interface_index) return "an interface of an open that failed (SO8)";
    if (!info->error && !info->interface_index) return "success without an interface (SO8)";
    if (!info->error && session->cancelled) return "success after a cancel was accepted (CO2)";
    if (info->error && session->refused) return "failed after a cancel was refused (CO2)";
    if (info->error == WFD_ERROR_CANCELLED && !session->cancelled)
        return "cancelled, and nobody has (CO2)";
    if (now_ms > session->begin_ms + OPEN_MS + UNDO_MS) return "after the bound of an open (SO11)";
    if (peer && !is_expected(session, info->error, peer, now_ms))
        return "another outcome than what the peer did (SO12)";
    return NULL;
}
