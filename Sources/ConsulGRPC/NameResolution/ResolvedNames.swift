// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NetworkAddress

/// The lists of addresses that a name resolver pushes. Each iteration follows the service anew, because a channel
/// iterates again after an error.
struct ResolvedNames: AsyncSequence, Sendable {
    typealias Element = NameResolutionResult
    typealias Failure = any Error

    let service: ConsulService
    let serviceConfig: ServiceConfig

    func makeAsyncIterator() -> Iterator {
        Iterator(updates: service.updates.makeAsyncIterator(), request: service.request, serviceConfig: serviceConfig)
    }

    struct Iterator: AsyncIteratorProtocol {
        private var updates: ServiceUpdates.Iterator
        private let request: ServiceRequest
        private let serviceConfig: ServiceConfig
        private var publication = NamePublication()

        init(updates: ServiceUpdates.Iterator, request: ServiceRequest, serviceConfig: ServiceConfig) {
            self.updates = updates
            self.request = request
            self.serviceConfig = serviceConfig
        }

        /// Returns the next list.
        ///
        /// - Throws: `RPCError` with the code `unavailable` if there is no list yet, and `CancellationError`, after
        ///   which a channel does not iterate again.
        mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(any Error) -> NameResolutionResult? {
            while let resolution = await updates.next(isolation: actor) {
                switch publication.apply(resolution) {
                case .push(let addresses): return result(addresses)
                case .keep: continue
                case .fail(let reason):
                    throw RPCError(code: .unavailable, message: "cannot resolve \(request): \(reason)")
                }
            }
            try Task.checkCancellation()
            guard publication.hasBegun else {
                throw RPCError(code: .unavailable, message: "the resolver of \(request) has been shut down")
            }
            // A channel takes the end for a failure, and would iterate again and again.
            while true { try await Task.sleep(for: .seconds(3600)) }
        }

        private func result(_ addresses: [HostPort]) -> NameResolutionResult {
            // One endpoint for each instance: grpc-swift takes the addresses of one endpoint for the same server.
            NameResolutionResult(
                endpoints: addresses.compactMap { place in
                    switch place.host {
                    case .address(.v4(let address)):
                        .init(addresses: [.ipv4(host: address.description, port: Int(place.port))])
                    case .address(.v6(let address)):
                        .init(addresses: [.ipv6(host: address.description, port: Int(place.port))])
                    case .name: nil
                    }
                },
                serviceConfig: .success(serviceConfig)
            )
        }
    }
}

#endif
