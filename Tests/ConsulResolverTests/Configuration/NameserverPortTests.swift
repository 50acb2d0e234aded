// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct NameserverPortTests {
    @Test func `A nameserver with port 0 is refused by its index in the list`() throws {
        var configuration = ServiceResolver.Configuration()
        configuration.dns.nameservers.append(HostPort(host: .address(.v4(.loopback)), port: 0))
        let error = #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
        #expect(error?.setting == "dns.nameservers[1]")
        #expect(error?.message.contains("127.0.0.1:0") == true)
    }
}
