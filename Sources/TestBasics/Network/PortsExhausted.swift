// SPDX-License-Identifier: Apache-2.0

/// All port blocks are claimed by other test processes.
struct PortsExhausted: Error, CustomStringConvertible {
    var description: String { "no block of loopback ports is free: end other test runs on this machine" }
}
