// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import Foundation

/// What the kernel has open for this process. Meaningful in a process of its own, where no other test opens anything.
public enum OpenDescriptors {
    /// How many there are.
    public static var count: Int { numbers.count }

    /// How many of them are sockets.
    ///
    /// Foundation gives each thread that starts a process a run loop, of three descriptors, for good. A test that starts
    /// processes, on whichever thread is free, has this number to rely on.
    public static var sockets: Int {
        numbers.count { number in
            var status = stat()
            return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
        }
    }

    /// Sees to it that a process which is started next is not given what is open now.
    ///
    /// That of an exit test would be given nearly all of it: connections that others close would stay open, ports would
    /// stay taken and pipes would not end, for as long as it lives, and those who wait for that would wait in vain.
    /// Foundation hands down what it is asked to, and that alone.
    public static func keepFromChildren() {
        // Foundation's children need the socket that they are about to be given; see ``Process/start()``.
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
