// SPDX-License-Identifier: Apache-2.0
//
// Decodes the bytes of an SRV reply into a list of endpoints, which a C program that uses c-ares has to do itself.

#ifndef PEERS_ENDPOINTS_H
#define PEERS_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t address[16]; // network order; the first 4 bytes for IPv4
    uint8_t family;      // 4 or 6
    uint16_t port;
    uint16_t priority;
    uint16_t weight;
} Endpoint;

// Keeps its memory from one answer to the next: in the steady state, decoding does not allocate.
typedef struct {
    Endpoint *items;
    size_t count;
    size_t capacity;
    uint32_t *targets; // offsets of the target name of each SRV; used only while decoding
} EndpointList;

// Replaces the contents of `list`. False, with an empty list, when the message is malformed anywhere in the records it
// announces, or memory runs out. SRV records without an address (an external name) are left out.
bool endpoints_decode(EndpointList *list, const uint8_t *message, size_t size);

void endpoints_free(EndpointList *list);

#endif
