// SPDX-License-Identifier: Apache-2.0

import NIOPosix

/// Reads small files on a thread that may block, each of them on one thread at a time.
///
/// A read of a mount that hangs does not return. It must hold up neither a thread of Swift's own, of which there are as many
/// as processors, nor more than one of NIO's.
actor FileReads {
    typealias Content = Result<[UInt8], FileError>

    /// The reads of this process.
    static let shared = FileReads()

    private let read: @Sendable (String) -> Content
    private var running: [String: Task<Content, Never>] = [:]
    private var next: [String: Task<Content, Never>] = [:]

    /// - Parameter read: Reads a file, and may block.
    init(read: @escaping @Sendable (String) -> Content = FileReads.token) {
        self.read = read
    }

    /// The content of a file, from a read that begins after this was called: all who come while a read is under way share
    /// the next one. Does not heed cancellation.
    func content(of path: String) async -> Content {
        if let task = next[path] { return await task.value }
        guard let earlier = running[path] else { return await start(path).value }
        let task = Task {
            _ = await earlier.value
            next[path] = nil
            return await start(path).value
        }
        next[path] = task
        return await task.value
    }

    private func start(_ path: String) -> Task<Content, Never> {
        let task = Task { [read] in
            let content = try? await NIOThreadPool.singleton.runIfActive { read(path) }
            running[path] = nil
            // The pool of the process is never shut down.
            return content ?? .failure(.system(0))
        }
        running[path] = task
        return task
    }

    private static func token(_ path: String) -> Content {
        Result { () throws(FileError) in try SmallFile.read(path, atMost: 65_536) }
    }
}
