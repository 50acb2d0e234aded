// SPDX-License-Identifier: Apache-2.0

#if DNS

import CAres
import NIOConcurrencyHelpers
import ResolverSupport

/// The interface of the engine to other threads: an inbox, a wake-up, and the core for a caller that sends its query
/// itself.
///
/// `@unchecked Sendable`: `loop` is a C pointer. Other threads use it only through `ca_loop_wake`, which is
/// thread-safe, and with the lock of the core held. The engine's own thread holds a reference until it has ended, so
/// the pointer is freed after its last use.
final class Engine: @unchecked Sendable {
    private let inbox = Inbox()
    private let core: EngineCore
    private let loop: OpaquePointer
    /// The callers of `waitUntilClosed()`; `nil` once the thread has ended.
    private let closing: NIOLockedValueBox<[UnsafeContinuation<Void, Never>]?> = NIOLockedValueBox([])

    init(configuration: EngineConfiguration) throws(DNSClientError) {
        guard let loop = ca_loop_create() else { throw DNSClientError(.outOfResources) }
        self.loop = loop
        core = EngineCore(loop: loop, configuration: configuration)
        let body = EngineLoop(loop: loop, inbox: inbox, core: core)
        // The thread keeps the engine alive until it has ended.
        let started = EngineThread.start(named: "consul-dns") { [self] in
            body.run()
            finish()
        }
        guard started else { throw DNSClientError(.outOfResources) }
    }

    deinit {
        ca_loop_destroy(loop)
    }

    func ask(_ query: DNSQuery, route: Route, askedAt: Moment, deadline: Moment) async throws -> DNSAnswer {
        try Task.checkCancellation()
        let waiter = QueryWaiter(query: query, route: route, askedAt: askedAt, deadline: deadline)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                waiter.continuation = continuation
                submit(waiter)
            }
        } onCancel: {
            cancel(waiter)
        }
    }

    private func submit(_ waiter: QueryWaiter) {
        switch inbox.submit(waiter) {
        case .accepted: break
        case .acceptedAndOwnerRests: ca_loop_wake(loop)
        case .turn: send(waiter)
        case .closed: waiter.continuation?.resume(throwing: DNSClientError(.closed))
        }
    }

    /// Sends a query on the caller's thread. The engine's thread sleeps on, until the answer arrives.
    private func send(_ waiter: QueryWaiter) {
        var finished: [FinishedQuery] = []
        let isUrgent = core.submit(waiter, endedInto: &finished)
        let hasCommands = inbox.endTurn()
        if isUrgent || hasCommands { ca_loop_wake(loop) }
        FinishedQuery.resume(&finished)
    }

    private func cancel(_ waiter: QueryWaiter) {
        if inbox.add(.cancel(waiter)) == .acceptedAndOwnerRests { ca_loop_wake(loop) }
    }

    // MARK: Closing

    func close() {
        if inbox.close() { ca_loop_wake(loop) }
    }

    func waitUntilClosed() async {
        await withUnsafeContinuation { continuation in
            let isFinished = closing.withLockedValue { waiting in
                waiting?.append(continuation)
                return waiting == nil
            }
            if isFinished { continuation.resume() }
        }
    }

    /// Resumes the callers of `waitUntilClosed()`. Called on the engine's thread as its last step.
    private func finish() {
        let waiting = closing.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
        for continuation in waiting ?? [] { continuation.resume() }
    }
}

/// A detached thread that runs one closure and ends. The closure itself signals its end where that is needed.
final class EngineThread {
    private let body: () -> Void

    private init(_ body: @escaping () -> Void) {
        self.body = body
    }

    /// Starts a thread. Returns false, without running the closure, if the system grants no thread.
    static func start(named name: String, _ body: @escaping () -> Void) -> Bool {
        let thread = Unmanaged.passRetained(EngineThread(body))
        let started = ca_thread_start(name, enterEngineThread, thread.toOpaque())
        if !started { thread.release() }
        return started
    }

    fileprivate static func enter(_ context: UnsafeMutableRawPointer) {
        Unmanaged<EngineThread>.fromOpaque(context).takeRetainedValue().body()
    }
}

private let enterEngineThread: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    if let context { EngineThread.enter(context) }
}

#else

import ResolverSupport

/// The engine of a build without the trait `DNS`: it links no c-ares, and every query fails.
final class Engine: Sendable {
    init(configuration: EngineConfiguration) throws(DNSClientError) {}

    func ask(_ query: DNSQuery, route: Route, askedAt: Moment, deadline: Moment) async throws -> DNSAnswer {
        throw DNSClientError(.notBuilt)
    }

    func close() {}

    func waitUntilClosed() async {}
}

#endif

/// The configuration of a client in the terms of the engine, each value within its limits.
struct EngineConfiguration: Sendable {
    /// Queries in flight on one connection.
    let window: Int
    let retransmissionMilliseconds: Int32
    let coalescesQueries: Bool
    let guardsLoopback: Bool
}
