// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport

/// A program in a process of its own that holds something: the process of an exit test. It and the test find each other
/// by keys of Consul.
struct HolderProgram: Codable, Sendable {
    /// A program that holds, as the test knows it.
    struct Holder: Sendable {
        private let process: Int32
        let session: String
        let token: UInt64
        private let isLeft = WatchedValue(false)

        fileprivate init(process: Int32, session: String, token: UInt64) {
            (self.process, self.session, self.token) = (process, session, token)
        }

        /// Sends a signal after which the process ends by itself.
        func signal(_ number: Int32) {
            isLeft.update { $0 = true }
            kill(process, number)
        }

        /// Ends the process, unless it ends by itself: the system may have reused its ID.
        fileprivate func end() {
            if !isLeft.current { kill(process, SIGKILL) }
        }
    }

    let port: Int
    let name: String
    let kind: Grip.Kind

    init(_ scene: LockScene, _ kind: Grip.Kind) {
        (port, name, self.kind) = (scene.agent.ports.http, scene.name, kind)
    }

    /// The key of a note that the program writes.
    func note(_ suffix: String) -> String { "notes/\(name)/\(suffix)" }

    /// The properties of the program's session. Consul ends it between three and six seconds after its last renewal.
    private var options: LockOptions {
        LockScene.options(named: name, timeToLive: .seconds(3), lockDelay: .seconds(3))
    }

    /// Holds while the body runs. Called in the program's process, which ends even if the test does not end it.
    func hold(_ body: @escaping @Sendable (Grip, ConsulHTTPClient) async throws -> Void) async throws {
        try await withDeadline(.seconds(120), "the end of a program that holds a \(kind)") { [self] in
            try await withConsul(port: port) { consul in
                try await Grip.hold(kind, name, options, consul) { grip in
                    let note = "\(getpid()) \(grip.session) \(grip.token)"
                    try await consul.keyValues.set(self.note("holder"), note.utf8)
                    try await body(grip, consul)
                }
            }
        }
    }

    /// Waits until the program holds. Called in the test's process.
    func holder(_ consul: ConsulHTTPClient) async throws -> Holder {
        try await asking("a program to hold a \(kind)", within: .seconds(60)) {
            guard let text = try await consul.keyValues.entry(note("holder")).value?.text else { return nil }
            let words = text.split(separator: " ")
            guard words.count == 3, let process = Int32(words[0]), let token = UInt64(words[2]) else { return nil }
            return Holder(process: process, session: String(words[1]), token: token)
        }
    }

    /// Calls a body with the program once it holds. The process is ended if the body throws, whatever state it is in.
    func whileHeld(
        _ body: @escaping @Sendable (Holder, ConsulHTTPClient) async throws -> Void
    ) async throws {
        try await withConsul(port: port) { consul in
            let holder = try await holder(consul)
            do { try await body(holder, consul) } catch {
                holder.end()
                throw error
            }
        }
    }
}
