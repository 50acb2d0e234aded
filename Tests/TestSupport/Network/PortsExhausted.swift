// SPDX-License-Identifier: Apache-2.0

/// Other test processes have all the ports.
struct PortsExhausted: Error, CustomStringConvertible {
    var description: String { "no block of loopback ports is free: end other test runs on this machine" }
}
