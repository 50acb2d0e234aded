// SPDX-License-Identifier: Apache-2.0
//
// A yardstick that decodes wrongly, or reads past the end when a length lies, is useless. This decodes replies of
// each shape Consul sends, then every truncation and a great many mutations of them, and is built with the sanitizers:
// each message lies in an allocation of exactly its size, so one byte too far is an error and not luck.
//
//   decode_check [FILE...]    the files are further replies, one DNS message each, as captured from an agent

#include "endpoints.h"

#include "wire.h"

enum { ROOM = 4096, MUTATIONS = 20000 };

typedef struct {
    uint8_t bytes[ROOM];
    size_t size;
} Message;

static void put(Message *message, const void *bytes, size_t size)
{
    memcpy(message->bytes + message->size, bytes, size);
    message->size += size;
}

static void put16(Message *message, unsigned value)
{
    wire_put16(message->bytes + message->size, value);
    message->size += 2;
}

// Dotted labels; "@38" at the end is a pointer to offset 38 instead of the root.
static void putName(Message *message, const char *text)
{
    while (*text != '\0' && *text != '@') {
        const size_t length = strcspn(text, ".@");
        message->bytes[message->size++] = (uint8_t)length;
        put(message, text, length);
        text += length + (text[length] == '.');
    }
    if (*text == '@') {
        put16(message, 0xC000u | (unsigned)atoi(text + 1));
    } else {
        message->bytes[message->size++] = 0;
    }
}

static void begin(Message *message, unsigned answers, unsigned additional)
{
    message->size = 0;
    put16(message, 0x1234);
    put16(message, 0x8500);
    put16(message, 1);
    put16(message, answers);
    put16(message, 0);
    put16(message, additional);
    putName(message, "web.service.consul");
    put16(message, WIRE_TYPE_SRV);
    put16(message, WIRE_CLASS_IN);
}

static void head(Message *message, const char *owner, unsigned type)
{
    putName(message, owner);
    put16(message, type);
    put16(message, WIRE_CLASS_IN);
    put16(message, 0);
    put16(message, 0);
}

// Returns the offset of the target, for the pointers of the glue records.
static unsigned service(Message *message, unsigned port, const char *target)
{
    head(message, "@12", WIRE_TYPE_SRV);
    const size_t length = message->size;
    put16(message, 0);
    put16(message, 1);
    put16(message, 10);
    put16(message, port);
    const size_t name = message->size;
    putName(message, target);
    wire_put16(message->bytes + length, (unsigned)(message->size - length - 2));
    return (unsigned)name;
}

static void address(Message *message, const char *owner, unsigned last)
{
    const uint8_t bytes[4] = { 10, 0, 0, (uint8_t)last };
    head(message, owner, WIRE_TYPE_A);
    put16(message, 4);
    put(message, bytes, 4);
}

static unsigned failures;

static void expect(bool condition, const char *what)
{
    if (!condition) {
        printf("FAILED: %s\n", what);
        failures++;
    }
}

static uint32_t nextRandom(void)
{
    static uint32_t state = 2463534242u; // xorshift32 with a fixed seed: a failure must recur on the next run
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static bool decodeExactly(EndpointList *list, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, size);
    const bool decoded = endpoints_decode(list, copy, size);
    free(copy);
    return decoded;
}

static void mangle(const uint8_t *bytes, size_t size, const char *what)
{
    EndpointList list = { 0 };
    // Large captures are sampled: each truncation copies the message, which is quadratic.
    const size_t step = size < ROOM ? 1 : 1 + size / 2000;
    for (size_t cut = 0; cut < size; cut += step) {
        expect(!decodeExactly(&list, bytes, cut), what);
        expect(list.count == 0, what);
    }
    uint8_t *copy = malloc(size);
    if (copy == NULL) {
        abort();
    }
    const int rounds = size < ROOM ? MUTATIONS : MUTATIONS / 10;
    for (int i = 0; i < rounds; i++) {
        memcpy(copy, bytes, size);
        for (unsigned n = 1 + nextRandom() % 4; n > 0; n--) {
            copy[nextRandom() % size] = (uint8_t)nextRandom();
        }
        decodeExactly(&list, copy, size);
    }
    free(copy);
    endpoints_free(&list);
}

static void checkMessage(const Message *message, const char *what, size_t count, const uint8_t *last)
{
    EndpointList list = { 0 };
    expect(decodeExactly(&list, message->bytes, message->size), what);
    expect(list.count == count, what);
    for (size_t i = 0; i < list.count && i < count; i++) {
        expect(list.items[i].family == 4 && list.items[i].address[0] == 10
               && list.items[i].address[3] == last[i], what);
        expect(list.items[i].port == 8000 + i && list.items[i].priority == 1 && list.items[i].weight == 10, what);
    }
    endpoints_free(&list);
    mangle(message->bytes, message->size, what);
}

int main(int argc, char **argv)
{
    Message message;
    char owner[32];

    begin(&message, 2, 2);
    unsigned first = service(&message, 8000, "0a000001.addr.dc1.consul");
    const unsigned second = service(&message, 8001, "n2.node.dc1.consul");
    snprintf(owner, sizeof owner, "@%u", first);
    address(&message, owner, 1);
    snprintf(owner, sizeof owner, "@%u", second);
    address(&message, owner, 2);
    checkMessage(&message, "owners that point to targets", 2, (const uint8_t[]){ 1, 2 });

    begin(&message, 2, 2);
    first = service(&message, 8000, "n1.node.dc1.consul");
    service(&message, 8001, "n2.node.dc1.consul");
    snprintf(owner, sizeof owner, "N2@%u", first + 3);
    address(&message, owner, 2);
    snprintf(owner, sizeof owner, "n1.NODE@%u", first + 8);
    address(&message, owner, 1);
    checkMessage(&message, "owners spelled in part, in another order and case", 2, (const uint8_t[]){ 1, 2 });

    begin(&message, 3, 1);
    first = service(&message, 8000, "n1.node.dc1.consul");
    service(&message, 8001, "n1.node.dc1.consul");
    service(&message, 8002, "n1.node.dc1.consul");
    snprintf(owner, sizeof owner, "@%u", first);
    address(&message, owner, 7);
    checkMessage(&message, "three instances of one node and one address", 3, (const uint8_t[]){ 7, 7, 7 });

    begin(&message, 3, 0);
    service(&message, 8000, "0A000009.addr.dc1.consul");
    service(&message, 8001, "0a000008.ADDR.dc1.consul");
    service(&message, 8002, "db.example.com");
    checkMessage(&message, "addresses in names, and a name without one", 2, (const uint8_t[]){ 9, 8 });

    begin(&message, 2, 1);
    first = service(&message, 8000, "n1.node.dc1.consul");
    snprintf(owner, sizeof owner, "@%u", first);
    service(&message, 8001, owner);
    address(&message, owner, 4);
    checkMessage(&message, "a compressed target, as some forwarders send it", 2, (const uint8_t[]){ 4, 4 });

    EndpointList list = { 0 };
    begin(&message, 1, 0);
    service(&message, 8000, "20010db8000000000000000000000046.addr.dc1.consul");
    expect(decodeExactly(&list, message.bytes, message.size) && list.count == 1 && list.items[0].family == 6
           && list.items[0].address[15] == 0x46, "an IPv6 address in a name");
    mangle(message.bytes, message.size, "an IPv6 address in a name");

    for (int i = 1; i < argc; i++) {
        static uint8_t bytes[65536];
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 2;
        }
        const size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        const bool decoded = decodeExactly(&list, bytes, size);
        size_t four = 0;
        for (size_t j = 0; j < list.count; j++) {
            four += list.items[j].family == 4;
        }
        printf("%s: %zu bytes, %s, %zu endpoints, %zu of them IPv4\n", argv[i], size, decoded ? "decoded" : "REFUSED",
               list.count, four);
        expect(decoded, argv[i]);
        mangle(bytes, size, argv[i]);
    }
    endpoints_free(&list);
    puts(failures == 0 ? "decoding: all as expected" : "decoding: FAILED");
    return failures == 0 ? 0 : 1;
}
