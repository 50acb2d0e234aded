// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulResolver
import GRPCCore
import LoadBalancing
import NIOConcurrencyHelpers

/// A call under way: it reports the course of its stream to the lease.
final class ObservedCall: Sendable {
    private let lease: SharedLease
    private let progress: NIOLockedValueBox<CallProgress>
    private let countsRequests: Bool
    private let start = ContinuousClock.now

    init(_ lease: SharedLease, of method: MethodDescriptor, timeout: Duration?) {
        self.lease = lease
        let progress = CallProgress(type: method.type, timeout: timeout)
        countsRequests = progress.countsRequests
        self.progress = NIOLockedValueBox(progress)
        if method.type?.isRequestStreaming == true { lease.ignoreLatency() }
    }

    fileprivate func request() { report { $0.request() } }

    fileprivate func received<Bytes>(_ part: RPCResponsePart<Bytes>) {
        switch part {
        case .metadata, .message: report { $0.response() }
        case .status(let status, let metadata): report { $0.status(status.code, metadata) }
        }
    }

    fileprivate func failed(_ error: any Error) {
        // The task's cancellation has errors of many kinds.
        guard let error = error as? RPCError, !Task.isCancelled else { return }
        report { $0.status(Status.Code(error.code), error.metadata) }
    }

    /// Reports that the stream is closed. The first report of an outcome counts.
    func end() {
        let (elapsed, isCanceled) = (start.duration(to: .now), Task.isCancelled)
        report { $0.end(after: elapsed, isCanceled: isCanceled) }
    }

    private func report(_ event: (inout CallProgress) -> CallProgress.Action?) {
        switch progress.withLockedValue(event) {
        case .ignoreLatency: lease.ignoreLatency()
        case .markFirstByte: lease.markFirstByte()
        case .finish(let outcome): lease.finish(outcome)
        case nil: break
        }
    }
}

extension ObservedCall {
    typealias Inbound<Bytes: GRPCContiguousBytes & Sendable> = RPCAsyncSequence<RPCResponsePart<Bytes>, any Error>
    typealias Outbound<Bytes: GRPCContiguousBytes & Sendable> = RPCWriter<RPCRequestPart<Bytes>>.Closable

    /// Returns the same stream, with this call seeing its parts.
    func observing<Bytes>(
        _ stream: RPCStream<Inbound<Bytes>, Outbound<Bytes>>
    ) -> RPCStream<Inbound<Bytes>, Outbound<Bytes>> {
        var stream = stream
        stream.inbound = RPCAsyncSequence(wrapping: ObservedResponse(base: stream.inbound, call: self))
        if countsRequests {
            stream.outbound = RPCWriter.Closable(wrapping: ObservedRequest(base: stream.outbound, call: self))
        }
        return stream
    }
}

/// The parts of a response, which a call sees as they are read.
private struct ObservedResponse<Bytes: GRPCContiguousBytes & Sendable>: AsyncSequence, Sendable {
    typealias Element = RPCResponsePart<Bytes>
    typealias Failure = any Error

    let base: RPCAsyncSequence<RPCResponsePart<Bytes>, any Error>
    let call: ObservedCall

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), call: call) }

    struct Iterator: AsyncIteratorProtocol {
        var base: RPCAsyncSequence<RPCResponsePart<Bytes>, any Error>.AsyncIterator
        let call: ObservedCall

        mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(any Error) -> RPCResponsePart<Bytes>? {
            do {
                let part = try await base.next(isolation: actor)
                if let part { call.received(part) }
                return part
            } catch {
                call.failed(error)
                throw error
            }
        }
    }
}

/// The writer of a request. The call counts its messages.
private struct ObservedRequest<Bytes: GRPCContiguousBytes & Sendable>: ClosableRPCWriterProtocol {
    typealias Element = RPCRequestPart<Bytes>

    let base: RPCWriter<RPCRequestPart<Bytes>>.Closable
    let call: ObservedCall

    func write(_ element: RPCRequestPart<Bytes>) async throws {
        note(element)
        try await base.write(element)
    }

    func write(contentsOf elements: some Sequence<RPCRequestPart<Bytes>>) async throws {
        let elements = Array(elements)
        elements.forEach(note)
        try await base.write(contentsOf: elements)
    }

    func finish() async { await base.finish() }

    func finish(throwing error: any Error) async { await base.finish(throwing: error) }

    private func note(_ part: RPCRequestPart<Bytes>) {
        if case .message = part { call.request() }
    }
}

#endif
