// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
package import DNSWire
package import ResolutionModel
package import ResolverSupport

extension DNSSource {
    /// Queries one server after another until one responds, and returns the response, whatever its response code.
    ///
    /// - Throws: ``ResolutionFailure`` if no server responds; `CancellationError`; `DNSClientError` when the client has
    ///   been shut down.
    package func answer(
        to question: Question,
        transport: ResolverConfiguration.DNS.Transport,
        payloadSize: ResolverConfiguration.DNS.PayloadSize,
        deadline: Deadline
    ) async throws -> DNSAnswer {
        let transports: [DNSTransport] =
            switch transport {
            case .udp: [.udp]
            case .tcp: [.tcp]
            case .automatic: [.udp, .tcp]
            }
        var failure = ResolutionFailure(attempts: [])
        var selection = directory.selection(until: deadline, by: pool)
        while var attempt = try await selection.next(noting: &failure.attempts) {
            var datagram: DNSAnswer?
            let before = failure.attempts.count
            for (index, transport) in transports.enumerated() {
                let size = self.payloadSize(payloadSize, transport, attempt.server)
                let route = Route(server: attempt.server, transport: transport, payloadSize: size)
                do {
                    let query = DNSQuery(question, ednsPayloadSize: size)
                    let now = Moment.now
                    let deadline = attempt.budget.share(among: transports.count - index, at: now)
                    let isFair = deadline.remaining(at: now) >= Deadline.leastFairTime
                    guard let answer = try await ask(query, route, deadline: deadline, isFair: isFair, &attempt) else {
                        continue
                    }
                    let message = try? answer.message()
                    note(answer, message?.responseCode, in: attempt)
                    if transport == transports.last || isWhole(answer, message, advertised: size) { return answer }
                    datagram = answer
                } catch let error as DNSClientError where error.code != .closed {
                    failure.attempts.append(ResolutionFailure.Attempt(error))
                }
            }
            if let failure = attempt.failure(failure.attempts.dropFirst(before)) { pool.failed(failure) }
            if let datagram { return datagram }
        }
        throw failure
    }

    private func payloadSize(
        _ wanted: ResolverConfiguration.DNS.PayloadSize,
        _ transport: DNSTransport,
        _ server: Nameserver
    ) -> UInt16? {
        switch wanted {
        case .automatic: payloadSize(transport, server)
        case .none: nil
        case .bytes(let size): size
        }
    }

    private func isWhole(_ answer: DNSAnswer, _ message: Message?, advertised: UInt16?) -> Bool {
        guard let message else { return false }
        return answer.completeness(of: message, advertised: advertised) == .complete
    }
}
