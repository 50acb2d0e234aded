// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import Foundation

/// The open file descriptors of this process. Meaningful only in a process of its own, where no other test opens any.
public enum OpenDescriptors {
    /// The number of open descriptors.
    public static var count: Int { numbers.count }

    /// The number of open descriptors that are sockets.
    ///
    /// Foundation creates a run loop, with three descriptors, for each thread that starts a process, and keeps it. A
    /// test that starts processes, on arbitrary threads, can rely on the number of sockets only.
    public static var sockets: Int {
        numbers.count { number in
            var status = stat()
            return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
        }
    }

    /// Keeps the next child process from inheriting the descriptors that are open now.
    ///
    /// The process of an exit test would inherit nearly all of them. Until it ends, connections that others close would
    /// stay open, ports would stay taken, and pipes would not end, so tests that wait for any of that would wait
    /// forever. Foundation passes on only the descriptors it is told to.
    public static func keepFromChildren() {
        // Foundation's children need the socket that they inherit; see ``Process/start()``.
        Process.whileNoneStarts {
            for number in numbers where number > STDERR_FILENO { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
    }

    private static var numbers: [CInt] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { CInt($0) }
    }
}

#endif
