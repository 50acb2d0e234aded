// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Kernel statistics of this process. Meaningful in a process of its own, in which no other test has clients.
enum EngineThreads {
    /// The IDs of the threads of DNS clients.
    static var ids: [String] {
        entries(of: "/proc/self/task").filter { text(of: "/proc/self/task/\($0)/comm") == "consul-dns\n" }
    }

    /// Returns the number of voluntary context switches of a thread: one for each time that it woke up.
    static func sleeps(of id: String) -> Int? {
        text(of: "/proc/self/task/\(id)/status")
            .split(separator: "\n")
            .first { $0.hasPrefix("voluntary_ctxt_switches:") }
            .flatMap { Int($0.split(whereSeparator: \.isWhitespace).last ?? "") }
    }

    private static func entries(of directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

#endif
