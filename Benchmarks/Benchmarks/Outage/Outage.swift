// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Measures the effect of a Consul outage on programs.
///
///     Outage agent killed|frozen SECONDS CONSUL DIRECTORY [FLAG...]
///         1000 lookups a second while an agent is lost for that long. Prints the number of lookups, those that failed,
///         those that lacked an endpoint, the slowest in milliseconds; what reached the lost agent's address a second:
///         datagrams, connections to its DNS port, connections to its HTTP port; and the seconds from the moment at which
///         the agent answered again to the first fresh answer. CONSUL is the program, DIRECTORY an empty one for it; the
///         agent gets the FLAGs, too.
///
///     Outage nameservers PORT PORT COUNT
///         Lookups without a cache, after the first three: p50 and p99 in microseconds with the two nameservers, then
///         with a silent first one, and the number of lookups with it (which ends after 20 seconds).
@main
enum Outage {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "agent" where arguments.count >= 5:
            guard let loss = AgentOutage.Loss(rawValue: arguments[1]), let seconds = Int(arguments[2]) else { break }
            let consul = ConsulProcess(
                program: arguments[3],
                directory: arguments[4],
                flags: Array(arguments[5...])
            )
            return try await AgentOutage(loss: loss, length: .seconds(seconds), consul: consul).run()
        case "nameservers" where arguments.count == 4:
            guard let first = UInt16(arguments[1]), let second = UInt16(arguments[2]), let count = Int(arguments[3])
            else { break }
            return try await SilentNameserver(healthy: [first, second], count: count).run()
        default:
            break
        }
        print("usage: Outage agent killed|frozen SECONDS CONSUL DIRECTORY [FLAG...]")
        print("       Outage nameservers PORT PORT COUNT")
    }
}

extension HostPort {
    /// A port of this machine.
    static func loopback(_ port: Int) -> HostPort {
        HostPort(host: .address(.v4(.loopback)), port: UInt16(port))
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
    var inMilliseconds: Double { self / .milliseconds(1) }
    var inMicroseconds: Double { self / .microseconds(1) }
}
