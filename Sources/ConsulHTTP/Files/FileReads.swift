// SPDX-License-Identifier: Apache-2.0

import NIOPosix

/// Reads small files on threads that may block, with at most one thread for each file.
///
/// A read from a mount that hangs does not return. It must block neither a thread of Swift's pool, which has one for
/// each processor, nor more than one thread of NIO's pool.
actor FileReads {
    typealias Content = Result<[UInt8], FileError>

    /// The shared instance of this process.
    static let shared = FileReads()

    private let read: @Sendable (String) -> Content
    private var running: [String: Task<Content, Never>] = [:]
    private var next: [String: Task<Content, Never>] = [:]

    /// - Parameter read: Reads a file; it may block.
    init(read: @escaping @Sendable (String) -> Content = FileReads.token) {
        self.read = read
    }

    /// Returns the content of a file, from a read that begins after this call: all callers that arrive during a read
    /// share the next one. Ignores cancellation.
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
            // The shared pool of the process is never shut down.
            return content ?? .failure(.system(0))
        }
        running[path] = task
        return task
    }

    private static func token(_ path: String) -> Content {
        Result { () throws(FileError) in try SmallFile.read(path, atMost: 65_536) }
    }
}
