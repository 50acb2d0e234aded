// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Descriptors 0 to 2: standard input, output and error.
///
/// A process can be started without them. Then its first socket or epoll instance gets such a number, and its output
/// would go there.
enum StandardDescriptors {
    /// Opens `/dev/null` in place of each one that is closed. Must be called before the process opens other
    /// descriptors.
    ///
    /// Each is opened for the wrong direction, as GNU's `stdopen` does: writing to it fails with EBADF, as with a
    /// closed descriptor, so the command notices that the result cannot be written. A program that replaces this one
    /// finds the descriptor closed, as before.
    static func occupy() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
            // The system returns the lowest free number, which is this one.
            _ = open("/dev/null", (number == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
        }
    }
}
