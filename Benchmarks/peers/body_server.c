// SPDX-License-Identifier: Apache-2.0
//
// Answers every HTTP request with the bytes of a file, in the form in which an agent sends a large body: one chunk.
//
//   body_server FILE     prints "ready PORT"; ends after an hour if it has not been ended before
//
// One thread for each connection: the clients of the benchmark have one or two.

#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST = 8192, HEAD = 512, LIFETIME = 3600 };

static char *body;
static size_t size;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int send_all(int connection, const char *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t sent = send(connection, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return -1;
        bytes += sent;
        count -= (size_t)sent;
    }
    return 0;
}

static void *serve(void *argument)
{
    const int connection = (int)(intptr_t)argument;
    char head[HEAD], request[REQUEST + 1];
    size_t filled = 0;
    const int length = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Consul-Index: 21\r\nX-Consul-Knownleader: true\r\n"
        "X-Consul-Lastcontact: 0\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n",
        size);
    for (;;) {
        // A request of the clients has no body, so it ends with its head.
        const ssize_t count = recv(connection, request + filled, REQUEST - filled, 0);
        if (count <= 0) break;
        filled += (size_t)count;
        request[filled] = '\0';
        if (strstr(request, "\r\n\r\n") == NULL) {
            if (filled == REQUEST) break;
            continue;
        }
        filled = 0;
        if (send_all(connection, head, (size_t)length) || send_all(connection, body, size) ||
            send_all(connection, "\r\n0\r\n\r\n", 7))
            break;
    }
    close(connection);
    return NULL;
}

static _Noreturn void accept_connections(int listener)
{
    for (;;) {
        const int connection = accept(listener, NULL, NULL);
        if (connection < 0) fail("accept");
        const int one = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection) != 0) fail("pthread_create");
        pthread_detach(thread);
    }
}

static void read_body(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) fail(path);
    const long end = ftell(file);
    if (end < 0) fail(path);
    size = (size_t)end;
    rewind(file);
    body = malloc(size + 1);
    if (body == NULL || fread(body, 1, size, file) != size) fail(path);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: body_server FILE\n", stderr);
        return 2;
    }
    read_body(argv[1]);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("listen");
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    alarm(LIFETIME);
    accept_connections(listener);
}
