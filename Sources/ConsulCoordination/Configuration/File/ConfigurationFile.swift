// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOPosix
import ResolverSupport

/// The snapshot file of one configuration. Its blocking calls run on threads that may block.
struct ConfigurationFile: Sendable {
    let options: ConfigurationSnapshotFile
    /// The identity of the configuration: a file of another one is not used.
    let source: String
    let logger: Logger?
    var wallClock = WallClock.system

    /// The greatest difference between the clocks of two machines, in seconds, that is tolerated.
    private static let clockTolerance: UInt64 = 300

    /// Returns the content; `nil` if there is none that can be used, for a reason that the log has.
    func load() async -> ConfigurationContent? {
        let outcome = await onBlockingThread { () throws(PrivateFileError) in try read() }
        switch outcome {
        case .success(let content):
            logger?.notice("the configuration of the snapshot file is used", metadata: metadata)
            return content
        case .failure(let error):
            logger?.log(
                level: error.code == .missing ? .debug : .warning,
                "no snapshot file of the configuration is used",
                metadata: metadata(with: error)
            )
            return nil
        }
    }

    /// Writes the content without secrets.
    ///
    /// - Returns: True on success; the log has the reason of a failure.
    func store(_ content: ConfigurationContent) async -> Bool {
        switch await onBlockingThread({ () throws(PrivateFileError) in try write(content) }) {
        case .success: return true
        case .failure(let error):
            logger?.warning("the configuration's snapshot file is not written", metadata: metadata(with: error))
            return false
        }
    }

    /// Returns the content of the file.
    func read() throws(PrivateFileError) -> ConfigurationContent {
        let bytes = try file.content(atMost: ConfigurationFileFormat.maximumSize)
        let document = try ConfigurationFileFormat.decode(bytes)
        guard document.source == source else {
            throw PrivateFileError(.foreign, "is of another configuration")
        }
        let now = UInt64(max(0, wallClock()))
        guard document.writtenAt <= now + Self.clockTolerance else {
            throw PrivateFileError(.damaged, "was written in the future")
        }
        let age = now - min(now, document.writtenAt)
        guard age <= UInt64(max(0, options.maximumAge.components.seconds)) else {
            throw PrivateFileError(.tooOld, "was written \(age) s ago")
        }
        return ConfigurationContent(entries: document.entries, index: nil)
    }

    /// Replaces the file.
    func write(_ content: ConfigurationContent) throws(PrivateFileError) {
        let document = ConfigurationFileFormat.Document(
            source: source,
            writtenAt: UInt64(max(0, wallClock())),
            entries: content.entries.filter { !options.isExcluded($0.key) }
        )
        let bytes = ConfigurationFileFormat.encode(document)
        guard bytes.count <= ConfigurationFileFormat.maximumSize else {
            throw PrivateFileError(.tooLarge, "would have more than \(ConfigurationFileFormat.maximumSize) bytes")
        }
        try file.replace(with: bytes, if: ConfigurationFileFormat.isReplaceable)
    }

    /// Another writer delays this one for at most a second; the next change of the configuration is written anyway.
    private var file: PrivateFile { PrivateFile(path: options.path, patience: .seconds(1)) }

    private func onBlockingThread<Output: Sendable>(
        _ body: @escaping @Sendable () throws(PrivateFileError) -> Output
    ) async -> Result<Output, PrivateFileError> {
        // `runIfActive` would not do: it gives up when the task is canceled.
        await withCheckedContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in
                continuation.resume(returning: Result { () throws(PrivateFileError) in try body() })
            }
        }
    }

    private var metadata: Logger.Metadata { ["consul.snapshot": "\(options.path)"] }

    private func metadata(with error: PrivateFileError) -> Logger.Metadata {
        metadata.merging(["consul.failure": "\(error)"]) { $1 }
    }
}
