// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `host:port` on the command line. The default port is 8600.
struct HostPortArgument {
    let hostPort: HostPort

    static func parse(_ text: String) throws -> HostPortArgument {
        do {
            return HostPortArgument(hostPort: try HostPort(text, defaultPort: Nameserver.defaultPort))
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
