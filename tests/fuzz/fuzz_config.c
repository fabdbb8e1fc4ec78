/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the settings: whatever the registry holds, paths and commands are well formed (world.h
 * looks), an open, a search and a legacy session end in the time that is set, at most a day, and
 * nothing is left. Never waits in real time.
 *
 * The first 20 bytes are the numbers, then come the directory and, behind a zero, the interface. A
 * directory that begins with '*' stands for the one where the supplicant is.
 */
#include "wfd_log.h"
#include "world.h"

#define NUMBERS 5
#define DAY_MS  86400000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int called_back;

static void dispatch(void)
{
    struct wfd_completion_info info;

    while (!wfd_list_empty(&world.service->completions.posted) &&
            wfd_service_next_completion(world.service, &info))
    {
        called_back++;
        wfd_service_callback_begin(world.service, info.completion, 1);
        wfd_service_callback_end(world.service, info.completion);
    }
}

/* Not terminated when it is too long: the core looks. */
static struct wfd_config config_of(const uint8_t *data, size_t size)
{
    uint32_t numbers[NUMBERS] = { 0 };
    struct wfd_config config;
    const uint8_t *zero;
    size_t length;

    memset(&config, 0, sizeof(config));
    length = size < sizeof(numbers) ? size : sizeof(numbers);
    memcpy(numbers, data, length);
    data += length;
    size -= length;
    config.open_timeout_ms = numbers[0];
    config.search_timeout_ms = numbers[1];
    config.reply_timeout_ms = numbers[2];
    config.settle_ms = numbers[3];
    config.supplicant_uid = numbers[4];
    zero = size ? memchr(data, 0, size) : NULL;
    length = zero ? (size_t)(zero - data) : size;
    memcpy(config.control_directory, data,
            length < sizeof(config.control_directory) ? length : sizeof(config.control_directory));
    if (length && data[0] == '*')
        snprintf(config.control_directory, sizeof(config.control_directory), "%s", world.sockets);
    if (!zero) return config;
    size -= length + 1;
    memcpy(config.interface, zero + 1,
            size < sizeof(config.interface) ? size : sizeof(config.interface));
    return config;
}

/* A whole open, a reply that never comes, and the same again for the end of it. */
static uint64_t longest_ms(const struct wfd_config *config)
{
    uint64_t open_ms = config->open_timeout_ms ? config->open_timeout_ms : 60000;
    uint64_t reply_ms = config->reply_timeout_ms ? config->reply_timeout_ms : 10000;

    if (open_ms > DAY_MS) open_ms = DAY_MS;
    if (reply_ms > DAY_MS) reply_ms = DAY_MS;
    return open_ms + 6 * reply_ms + 10000;
}

static void check_open(uint32_t client, uint64_t longest)
{
    struct wfd_mac peer = { { 2, 0, 0, 0, 0, 1 } };
    uint32_t session;
    uint64_t end_ms;

    called_back = 0;
    if (wfd_service_start_open(world.service, client, &peer, 1, 2, &session)) return;
    wfd_service_begin_open(world.service, session);
    world_run(world.now_ms, false);
    dispatch();
    end_ms = world.now_ms + longest;
    while (!called_back && world.now_ms < end_ms)
    {
        world_run(end_ms, true);
        dispatch();
    }
    world_demand(called_back == 1, "an open takes longer than it may");
    wfd_service_close_session(world.service, session);
}

static void check_waits(uint32_t client, const struct wfd_config *config, uint64_t longest)
{
    struct wfd_mac peer = { { 2, 0, 0, 0, 0, 9 } };
    uint64_t begin_ms = world.now_ms;
    uint32_t session, index;
    bool found;

    if (!wfd_service_open_legacy(world.service, client, &peer, &session, &index))
        wfd_service_close_session(world.service, session);
    world_demand(world.now_ms - begin_ms <= longest, "a legacy session takes longer than it may");
    begin_ms = world.now_ms;
    wfd_service_search(world.service, config, &peer, &found);
    world_demand(world.now_ms - begin_ms <= 20000, "a search takes longer than it may");
}

static void set_world(uint8_t choice)
{
    static const char *const silent[] = { "P2P_INVITE", "SELECT_NETWORK", "STATUS", "P2P_FIND" };

    world.unhelpful = choice & 1;
    if (choice & 2) world_add_rule(WORLD_SILENT, false, silent[choice >> 2 & 3], NULL);
    if (choice & 16) world_add_rule(WORLD_ANSWER, false, "P2P_INVITE", "FAIL");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wfd_config config;
    uint32_t client;

    if (!size) return 0;
    world_begin(dispatch, data, size);
    config = config_of(data + 1, size - 1);
    if (!wfd_service_open_client(world.service, &config, &client))
    {
        set_world(data[0]);
        check_open(client, longest_ms(&config));
        check_waits(client, &config, longest_ms(&config));
        wfd_service_close_client(world.service, client, 0);
    }
    world_run(world.now_ms + 10 * longest_ms(&config), false);
    world_demand(!world_connections(), "the last client leaves a connection");
    world_end();
    return 0;
}
