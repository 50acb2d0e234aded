// SPDX-License-Identifier: Apache-2.0
//
// Requests /v1/health/service/web on one connection, again and again, and reads the instances with simdjson's on-demand
// parser into structs of their own: what is needed to choose an instance and to connect to it.
//
//   fetch_simdjson PORT COUNT     prints the processor time of a request as JSON, in microseconds

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <simdjson.h>
#include <string>
#include <vector>

namespace {

struct Instance {
    std::string address, node, id, datacenter;
    std::vector<std::string> tags;
    std::map<std::string, std::string> meta, nodeMeta;
    uint16_t port = 0;
    uint16_t weight = 1;
    bool isPassing = true;
};

[[noreturn]] void fail(const char *what)
{
    std::perror(what);
    std::exit(1);
}

// Reads one answer, of one chunk, and returns the place of its body in `bytes`.
std::pair<size_t, size_t> receive(int connection, std::vector<char> &bytes, size_t &filled)
{
    filled = 0;
    size_t body = 0, size = 0;
    for (;;) {
        const ssize_t count = recv(connection, bytes.data() + filled, bytes.size() - filled, 0);
        if (count <= 0) fail("recv");
        filled += static_cast<size_t>(count);
        if (body == 0) {
            const void *end = memmem(bytes.data(), filled, "\r\n\r\n", 4);
            if (end == nullptr) continue;
            const char *chunk = static_cast<const char *>(end) + 4;
            const void *line = memmem(chunk, static_cast<size_t>(bytes.data() + filled - chunk), "\r\n", 2);
            if (line == nullptr) continue;
            size = std::strtoul(chunk, nullptr, 16);
            body = static_cast<size_t>(static_cast<const char *>(line) + 2 - bytes.data());
            const size_t whole = body + size + 7 + simdjson::SIMDJSON_PADDING;
            if (bytes.size() < whole) bytes.resize(whole);
        }
        if (filled == body + size + 7) return { body, size };
    }
}

void read_map(simdjson::ondemand::value value, std::map<std::string, std::string> &map)
{
    if (value.is_null()) return;
    for (auto field : value.get_object())
        map.emplace(std::string(field.unescaped_key().value()), std::string(field.value().get_string().value()));
}

std::vector<Instance> instances(simdjson::ondemand::parser &parser, const char *json, size_t size, size_t room)
{
    std::vector<Instance> list;
    auto document = parser.iterate(json, size, room);
    for (auto entry : document.get_array()) {
        Instance instance;
        std::string nodeAddress;
        for (auto part : entry.get_object()) {
            const std::string_view name = part.unescaped_key();
            if (name == "Node") {
                for (auto member : part.value().get_object()) {
                    const std::string_view key = member.unescaped_key();
                    if (key == "Node") instance.node = std::string(member.value().get_string().value());
                    else if (key == "Address") nodeAddress = std::string(member.value().get_string().value());
                    else if (key == "Datacenter") instance.datacenter = std::string(member.value().get_string().value());
                    else if (key == "Meta") read_map(member.value(), instance.nodeMeta);
                }
            } else if (name == "Service") {
                for (auto member : part.value().get_object()) {
                    const std::string_view key = member.unescaped_key();
                    if (key == "ID") instance.id = std::string(member.value().get_string().value());
                    else if (key == "Address") instance.address = std::string(member.value().get_string().value());
                    else if (key == "Port") instance.port = static_cast<uint16_t>(member.value().get_uint64().value());
                    else if (key == "Meta") read_map(member.value(), instance.meta);
                    else if (key == "Tags") {
                        for (auto tag : member.value().get_array())
                            instance.tags.emplace_back(std::string(tag.get_string().value()));
                    } else if (key == "Weights") {
                        instance.weight = static_cast<uint16_t>(member.value()["Passing"].get_uint64().value());
                    }
                }
            } else if (name == "Checks") {
                for (auto check : part.value().get_array()) {
                    const std::string_view status = check["Status"].get_string();
                    if (status != "passing") instance.isPassing = false;
                }
            }
        }
        if (instance.address.empty()) instance.address = nodeAddress;
        if (instance.isPassing) list.push_back(std::move(instance));
    }
    return list;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::fputs("usage: fetch_simdjson PORT COUNT\n", stderr);
        return 2;
    }
    const int count = std::atoi(argv[2]);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::atoi(argv[1])));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0 || connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        fail("connect");
    const std::string request = "GET /v1/health/service/web?passing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    std::vector<char> bytes(1 << 16);
    simdjson::ondemand::parser parser;
    size_t sum = 0;
    for (int number = 0; number < count; number++) {
        if (send(connection, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) fail("send");
        size_t filled = 0;
        const auto [start, size] = receive(connection, bytes, filled);
        sum += instances(parser, bytes.data() + start, size, bytes.size() - start).size();
    }
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    const double time = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
        static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    std::printf("{\"instances\":%zu,\"cpuMicrosecondsPerQuery\":%.1f}\n", sum / static_cast<size_t>(count), time / count);
}
