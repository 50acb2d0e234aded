// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import NetworkAddress
import TestSupport
import Testing

@testable import ConsulDNS

struct LaneLimitTests {
    @Test func `A client of many servers closes unused sockets when it needs more`() async {
        // In a process of its own, because other tests open and close descriptors.
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                // One server on each of the addresses 127.0.0.1 to 127.0.0.40.
                let servers = try await withThrowingTaskGroup(of: ScriptedDNSServer.self) { group in
                    for number in 1...40 {
                        group.addTask {
                            try await .start(host: "127.0.0.\(number)") { [.reply(namedReply(to: $0))] }
                        }
                    }
                    return try await group.reduce(into: [ScriptedDNSServer]()) { $0.append($1) }
                }
                try await withDNSClient { client in
                    let before = OpenDescriptors.count
                    for server in servers {
                        let address = try #require(IPAddress(server.host))
                        let nameserver = Nameserver(address: address, port: UInt16(server.port))
                        _ = try await client.query(
                            .srv("web.service.consul"),
                            server: nameserver,
                            transport: .udp,
                            timeout: .seconds(60)
                        )
                    }
                    let opened = OpenDescriptors.count - before
                    guard opened <= 16 else { throw TooManyDescriptors(count: opened) }
                }
                for server in servers { await server.stop() }
            }
        }
    }
}

private struct TooManyDescriptors: Error {
    let count: Int
}

#endif
