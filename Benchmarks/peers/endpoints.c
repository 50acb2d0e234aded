// SPDX-License-Identifier: Apache-2.0
//
// One pass over the reply, no allocation in the steady state, and a check of every length that the message states.
//
// c-ares has parsers of its own, but `ares_parse_srv_reply` allocates a linked list with one string per target and
// drops the additional section, so the addresses would need a second parse and a join of strings. The join here is on
// offsets: Consul makes the owner of an A record a pointer to the very SRV target it belongs to, and sends both in the
// same order. Comparing one number with the expected one settles nearly every record.

#include "endpoints.h"

#include "wire.h"

// Returns the offset after the name at `at`; 0 if the name runs out of the message or uses an unknown label type.
static size_t skipName(const uint8_t *message, size_t size, size_t at)
{
    while (at < size) {
        const uint8_t length = message[at];
        if (length >= 0xC0) {
            return at + 2 <= size ? at + 2 : 0;
        }
        if (length > 63) {
            return 0;
        }
        at += 1u + length;
        if (length == 0) {
            return at;
        }
    }
    return 0;
}

// Follows the pointers at `at` to the offset of a spelled label; `size` if there is none. A pointer must lead
// backwards, as RFC 1035 requires ("a prior occurrence"): that alone makes every walk end.
static size_t spelled(const uint8_t *message, size_t size, size_t at)
{
    while (at < size && message[at] >= 0xC0) {
        if (at + 2 > size) {
            return size;
        }
        const size_t next = wire_get16(message + at) & 0x3FFFu;
        if (next >= at) {
            return size;
        }
        at = next;
    }
    return at;
}

static uint8_t folded(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool sameName(const uint8_t *message, size_t size, size_t a, size_t b)
{
    for (;;) {
        a = spelled(message, size, a);
        b = spelled(message, size, b);
        if (a >= size || b >= size) {
            return false;
        }
        if (a == b) {
            return true;
        }
        const uint8_t length = message[a];
        if (length != message[b] || length > 63 || length >= size - a || length >= size - b) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        for (unsigned i = 1; i <= length; i++) {
            if (folded(message[a + i]) != folded(message[b + i])) {
                return false;
            }
        }
        a += 1u + length;
        b += 1u + length;
    }
}

static int hexDigit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = folded(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decodes the address in a name such as `0a090001.addr.dc1.consul.`, for targets without glue.
static bool addressFromName(Endpoint *endpoint, const uint8_t *message, size_t size, size_t at)
{
    at = spelled(message, size, at);
    if (at >= size || (message[at] != 8 && message[at] != 32) || size - at <= message[at]) {
        return false;
    }
    const size_t digits = message[at];
    const size_t next = spelled(message, size, at + 1 + digits);
    if (next >= size || size - next < 5 || message[next] != 4 || folded(message[next + 1]) != 'a'
        || folded(message[next + 2]) != 'd' || folded(message[next + 3]) != 'd' || folded(message[next + 4]) != 'r') {
        return false;
    }
    for (size_t i = 0; i < digits; i += 2) {
        const int high = hexDigit(message[at + 1 + i]), low = hexDigit(message[at + 2 + i]);
        if (high < 0 || low < 0) {
            return false;
        }
        endpoint->address[i / 2] = (uint8_t)(high << 4 | low);
    }
    endpoint->family = digits == 8 ? 4 : 6;
    return true;
}

static bool reserve(EndpointList *list, size_t capacity)
{
    if (capacity <= list->capacity) {
        return true;
    }
    Endpoint *items = realloc(list->items, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    list->items = items;
    uint32_t *targets = realloc(list->targets, capacity * sizeof *targets);
    if (targets == NULL) {
        return false;
    }
    list->targets = targets;
    list->capacity = capacity;
    return true;
}

// Returns the index of the SRV record with the name at `owner` as its target, or `count`. `expected` is its index in a
// well-ordered reply.
static size_t serviceOf(const EndpointList *list, const uint8_t *message, size_t size, size_t owner, size_t expected)
{
    const size_t name = spelled(message, size, owner);
    if (expected < list->count && list->targets[expected] == name) {
        return expected;
    }
    // Beyond offset 0x4000 the owner is a label and a pointer into the first target: the same name at another offset.
    // The same holds for instances on one node, where all A records point to its first occurrence.
    if (expected < list->count && sameName(message, size, list->targets[expected], name)) {
        return expected;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->targets[i] == name) {
            return i;
        }
    }
    // Quadratic at worst, and bounded by what 64 KiB can hold: Consul's replies do not reach this loop.
    for (size_t i = 0; i < list->count; i++) {
        if (sameName(message, size, list->targets[i], name)) {
            return i;
        }
    }
    return list->count;
}

// Instances that share a target may share one A record; the others may encode their address in the name; instances with
// neither are dropped.
static void settle(EndpointList *list, const uint8_t *message, size_t size)
{
    size_t kept = 0, known = 0;
    for (size_t i = 0; i < list->count; i++) {
        Endpoint *endpoint = &list->items[i];
        if (endpoint->family == 0 && !addressFromName(endpoint, message, size, list->targets[i])) {
            // The latest match first: instances of one node sit together more often than not.
            size_t j = known;
            if (j >= kept || !sameName(message, size, list->targets[j], list->targets[i])) {
                for (j = 0; j < kept && !sameName(message, size, list->targets[j], list->targets[i]); j++) {
                }
            }
            if (j == kept) {
                continue;
            }
            known = j;
            memcpy(endpoint->address, list->items[j].address, sizeof endpoint->address);
            endpoint->family = list->items[j].family;
        }
        if (kept != i) {
            list->items[kept] = *endpoint;
            list->targets[kept] = list->targets[i];
        }
        kept++;
    }
    list->count = kept;
}

static bool decode(EndpointList *list, const uint8_t *message, size_t size)
{
    enum { SMALLEST_SRV = 1 + 10 + 6 + 1 };
    if (size < WIRE_HEADER || (message[2] & 0x80) == 0 || (message[3] & 0x0F) != 0) {
        return false;
    }
    size_t at = WIRE_HEADER;
    for (unsigned i = wire_get16(message + 4); i > 0; i--) {
        at = skipName(message, size, at);
        if (at == 0 || size - at < 4) {
            return false;
        }
        at += 4;
    }

    const unsigned answers = wire_get16(message + 6);
    const unsigned records = answers + wire_get16(message + 8) + wire_get16(message + 10);
    // Memory for as many records as the message can hold, whatever its header claims.
    const size_t possible = size / SMALLEST_SRV;
    if (!reserve(list, answers < possible ? answers : possible)) {
        return false;
    }

    size_t expected = 0, missing = 0;
    for (unsigned i = 0; i < records; i++) {
        const size_t owner = at;
        at = skipName(message, size, at);
        if (at == 0 || size - at < 10) {
            return false;
        }
        const unsigned type = wire_get16(message + at), class = wire_get16(message + at + 2);
        const size_t length = wire_get16(message + at + 8);
        at += 10;
        if (size - at < length) {
            return false;
        }
        if (i < answers) {
            if (type == WIRE_TYPE_SRV && class == WIRE_CLASS_IN) {
                // The target has to end exactly where the record ends, otherwise one of the two lengths is wrong.
                if (length < 7 || skipName(message, at + length, at + 6) != at + length
                    || list->count == list->capacity) {
                    return false;
                }
                const size_t target = spelled(message, size, at + 6);
                if (target >= size) {
                    return false;
                }
                Endpoint *endpoint = &list->items[list->count];
                endpoint->priority = wire_get16(message + at);
                endpoint->weight = wire_get16(message + at + 2);
                endpoint->port = wire_get16(message + at + 4);
                endpoint->family = 0;
                list->targets[list->count] = (uint32_t)target;
                list->count++;
                missing++;
            }
        } else if (class == WIRE_CLASS_IN && missing > 0
                   && ((type == WIRE_TYPE_A && length == 4) || (type == WIRE_TYPE_AAAA && length == 16))) {
            const size_t service = serviceOf(list, message, size, owner, expected);
            if (service < list->count && list->items[service].family == 0) {
                memcpy(list->items[service].address, message + at, length);
                list->items[service].family = length == 4 ? 4 : 6;
                expected = service + 1;
                missing--;
            }
        }
        at += length;
    }
    if (missing > 0) {
        settle(list, message, size);
    }
    return true;
}

bool endpoints_decode(EndpointList *list, const uint8_t *message, size_t size)
{
    list->count = 0;
    const bool complete = decode(list, message, size);
    if (!complete) {
        list->count = 0;
    }
    return complete;
}

void endpoints_free(EndpointList *list)
{
    free(list->items);
    free(list->targets);
    *list = (EndpointList){ 0 };
}
