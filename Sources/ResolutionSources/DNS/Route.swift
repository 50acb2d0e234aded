// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS

/// The server, transport and EDNS size of a query.
package struct Route {
    package let server: Nameserver
    package let transport: DNSTransport
    /// The size that EDNS advertises; `nil` for a query without EDNS.
    package var payloadSize: UInt16?
}
