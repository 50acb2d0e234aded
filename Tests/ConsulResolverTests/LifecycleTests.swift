// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import ConsulResolver
import LoadBalancing
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import TestSupport
import Testing

/// The long-lived types as services of a `ServiceGroup`, and without one.
struct LifecycleTests {
    /// A type that runs until graceful shutdown.
    enum Kind: CaseIterable {
        case resolver, dnsClient, httpClient
    }

    /// An instance that uses servers of this machine, and the ways to use it and to close it.
    private struct Subject: Sendable {
        let service: any Service
        let shutdown: @Sendable () async -> Void
        /// Sends one request; throws the error of a closed instance.
        let use: @Sendable () async throws -> Void
    }

    /// Runs `body` with an instance whose servers answer, and closes it.
    private static func with(
        _ kind: Kind,
        _ body: @escaping @Sendable (Subject) async throws -> Void
    ) async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: script) { dns in
            try await withScriptedHTTPServer(script: { _ in [.reply(.json(#""127.0.0.1:8300""#))] }) { http in
                let subject = try subject(kind, dns: dns.port, http: http.port)
                try await use(subject) { subject in
                    try await withDeadline(.seconds(60), "the end of all runs") { try await body(subject) }
                } stop: {
                    await $0.shutdown()
                }
            }
        }
    }

    private static func subject(_ kind: Kind, dns: Int, http: Int) throws -> Subject {
        switch kind {
        case .resolver:
            let resolver = try ServiceResolver(configuration: .forTests(ports: [dns]))
            return Subject(
                service: resolver,
                shutdown: { await resolver.shutdown() },
                use: { _ = try await resolver.resolve("web") }
            )
        case .dnsClient:
            let client = try DNSClient()
            let query = DNSQuery(Question(name: try DomainName("web.service.consul"), type: .srv))
            let server = Nameserver(address: .v4(.loopback), port: UInt16(dns))
            return Subject(
                service: client,
                shutdown: { await client.shutdown() },
                use: {
                    _ = try await client.query(query, server: server, transport: .udp, timeout: .seconds(20))
                }
            )
        case .httpClient:
            var configuration = ConsulHTTPClient.Configuration()
            configuration.address = ConsulHTTPAddress(.loopback(http), usesTLS: false)
            let client = try ConsulHTTPClient(configuration: configuration)
            return Subject(
                service: client,
                shutdown: { await client.shutdown() },
                use: { _ = try await client.leader() }
            )
        }
    }

    private static func expectClosed(
        _ subject: Subject,
        _ location: SourceLocation = #_sourceLocation
    ) async {
        do {
            try await subject.use()
            Issue.record("a request was sent after the shutdown", sourceLocation: location)
        } catch let error as DNSClientError {
            #expect(error.code == .closed, sourceLocation: location)
        } catch let error as ConsulHTTPError {
            #expect(error.code == .closed, sourceLocation: location)
        } catch {
            Issue.record("\(error)", sourceLocation: location)
        }
    }

    @Test(arguments: Kind.allCases)
    func `A run ends without an error after graceful shutdown, and the instance is closed then`(
        kind: Kind
    ) async throws {
        try await Self.with(kind) { subject in
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await subject.service.run() }
                    try await subject.use()
                    trigger.triggerGracefulShutdown()
                    try await group.waitForAll()
                }
            }
            await Self.expectClosed(subject)
        }
    }

    @Test(arguments: Kind.allCases)
    func `A run whose task is canceled closes the instance and throws CancellationError`(kind: Kind) async throws {
        try await Self.with(kind) { subject in
            let running = Task { try await subject.service.run() }
            try await subject.use()
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            await Self.expectClosed(subject)
        }
    }

    @Test(arguments: Kind.allCases)
    func `All runs end without an error after a shutdown by another task, also those that begin later`(
        kind: Kind
    ) async throws {
        try await Self.with(kind) { subject in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await subject.service.run() } }
                try await subject.use()
                await subject.shutdown()
                group.addTask { try await subject.service.run() }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - A group

    /// A service that still sends a request when its shutdown has begun.
    private struct Worker: Service {
        let subject: Subject
        let isRunning: WatchedValue<Bool>
        let hasUsed: WatchedValue<Bool>

        func run() async throws {
            isRunning.update { $0 = true }
            try await gracefulShutdown()
            try await subject.use()
            hasUsed.update { $0 = true }
        }
    }

    @Test(arguments: Kind.allCases)
    func `A group closes an instance after the services behind it in the list, and ends without an error`(
        kind: Kind
    ) async throws {
        try await Self.with(kind) { subject in
            let worker = Worker(subject: subject, isRunning: WatchedValue(false), hasUsed: WatchedValue(false))
            let group = ServiceGroup(
                services: [subject.service, worker],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let running = Task { try await group.run() }
            try await worker.isRunning.wait("the worker to run", within: .seconds(20)) { $0 }
            await group.triggerGracefulShutdown()
            try await running.value
            #expect(worker.hasUsed.current)
            await Self.expectClosed(subject)
        }
    }

    @Test func `Updates and picks of a resolver end after its graceful shutdown`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: script) { dns in
            try await withResolver(ports: [dns.port]) { resolver in
                let web = resolver.service("web")
                try await web.ready()
                try await withUpdates(of: web) { updates in
                    _ = try await updates.next()
                    try await testGracefulShutdown { trigger in
                        async let run: Void = resolver.run()
                        trigger.triggerGracefulShutdown()
                        try await run
                    }
                    await #expect(throws: EndOfUpdates.self) { while true { _ = try await updates.next() } }
                }
                let error = #expect(throws: PickError.self) { _ = try web.pick() }
                #expect(error?.code == .closed)
            }
        }
    }
}
