// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

extension HTTPSource {
    /// Returns true if Consul has already chosen among the tagged addresses (`translate_wan_addrs`).
    ///
    /// Consul chooses for instances in other datacenters only, by the rule of its DNS: `wan_ipv6` or else `lan_ipv6`,
    /// then `wan_ipv4` or else `lan_ipv4`, then `wan`, then the plain address, with the port of `wan`. The response
    /// header only says that the setting is on.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    func isTranslated(_ answer: HTTPServiceAnswer, deadline: Deadline) async throws -> Bool {
        guard answer.metadata.translatesAddresses == true,
            let datacenter = answer.entries.first?.node.datacenter, !datacenter.isEmpty,
            answer.entries.contains(where: \.hasTaggedAddresses)
        else { return false }
        if let own = try await ownDatacenter.name(from: client, timeout: deadline.remaining) {
            return own.lowercased() != datacenter.lowercased()
        }
        // If the agent does not report its datacenter, the entries decide: translated entries all match the rule.
        return answer.entries.allSatisfy(\.looksTranslated)
    }
}

extension ServiceEntry {
    fileprivate var hasTaggedAddresses: Bool { !service.taggedAddresses.isEmpty || !node.taggedAddresses.isEmpty }

    fileprivate var looksTranslated: Bool {
        isTranslation(service.address) { service.taggedAddresses[$0]?.address }
            && isTranslation(node.address) { node.taggedAddresses[$0] }
    }

    private func isTranslation(_ address: String, of tagged: (String) -> String?) -> Bool {
        let six = tagged("wan_ipv6") ?? tagged("lan_ipv6") ?? ""
        let four = tagged("wan_ipv4") ?? tagged("lan_ipv4") ?? ""
        let translated = !six.isEmpty ? six : !four.isEmpty ? four : tagged("wan")
        return translated.map { $0 == address } ?? true
    }
}
