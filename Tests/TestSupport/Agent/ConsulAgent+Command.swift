// SPDX-License-Identifier: Apache-2.0

import Dispatch
public import Foundation

extension ConsulAgent {
    /// The result of a run of Consul's own command line.
    public struct CommandResult: Sendable {
        /// The exit status.
        public let status: Int32
        /// The bytes on standard output.
        public let output: [UInt8]
        /// The text on standard error.
        public let errors: String
        /// The output as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Runs Consul's own command line, `consul kv get KEY` for example, against this agent and waits for its end.
    ///
    /// - Parameters:
    ///   - arguments: The subcommand and its arguments, without the name of the program.
    ///   - input: The bytes on standard input. Default none.
    public func runConsul(_ arguments: String..., input: [UInt8] = []) async throws -> CommandResult {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try ConsulBinary.locate())
        process.arguments = arguments
        process.environment = ["CONSUL_HTTP_ADDR": "127.0.0.1:\(ports.http)"]
        let (feed, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (feed, output, errors)
        return try await withDeadline(.seconds(60), "consul \(arguments.joined(separator: " "))") {
            try await withCheckedThrowingContinuation { continuation in
                // Reads and the wait for the end block, so they have a thread of their own.
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result {
                            try process.start()
                            try feed.fileHandleForWriting.write(contentsOf: Data(input))
                            try feed.fileHandleForWriting.close()
                            let written = try output.fileHandleForReading.readToEnd() ?? Data()
                            let said = try errors.fileHandleForReading.readToEnd() ?? Data()
                            process.waitUntilExit()
                            return CommandResult(
                                status: process.terminationStatus,
                                output: Array(written),
                                errors: String(decoding: said, as: UTF8.self)
                            )
                        }
                    )
                }
            }
        }
    }

    /// Starts Consul's own command line against this agent, without input and output, and returns at once.
    ///
    /// - Parameters:
    ///   - arguments: The subcommand and its arguments, without the name of the program.
    ///   - port: The port of the HTTP API, if the command has to go through a relay.
    public func startConsul(_ arguments: String..., through port: Int? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try ConsulBinary.locate())
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging([
            "CONSUL_HTTP_ADDR": "127.0.0.1:\(port ?? ports.http)"
        ]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.start()
        return process
    }
}
