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
/// A process can be started without them. Then the first socket or epoll instance that it opens gets such a number, and
/// what it prints is sent there.
enum StandardDescriptors {
    /// Opens `/dev/null` in place of each one that is closed. Nothing else may be opened before.
    ///
    /// Each is opened for the wrong direction, as GNU's `stdopen` does: writing to it fails with EBADF, as it does with a
    /// closed descriptor, so a result that cannot be written is noticed. A program that takes the place of this one finds
    /// the descriptor closed, as it was.
    static func occupy() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
            // The system gives out the lowest free number, which is this one.
            _ = open("/dev/null", (number == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
        }
    }
}
