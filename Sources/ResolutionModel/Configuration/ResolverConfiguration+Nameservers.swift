// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension ResolverConfiguration.DNS {
    /// Validates the nameservers.
    ///
    /// - Throws: ``ConfigurationError`` for a nameserver with port 0, which c-ares would take for port 53.
    package func check() throws(ConfigurationError) {
        for (index, nameserver) in nameservers.enumerated() where nameserver.port == 0 {
            throw ConfigurationError(
                setting: "dns.nameservers[\(index)]",
                message: "\(nameserver) has port 0, which no server listens on; write a port from 1 to 65535"
            )
        }
    }
}
