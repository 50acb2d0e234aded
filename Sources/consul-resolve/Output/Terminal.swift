// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
@preconcurrency import Darwin
#endif

/// The standard streams: data goes to standard output, messages for people to standard error.
enum Terminal {
    /// True if output is colored: on a terminal that supports it, unless NO_COLOR (https://no-color.org) has a value.
    static var isColored: Bool {
        canRedraw && getenv("NO_COLOR").map({ $0.pointee == 0 }) ?? true
    }

    /// True if standard output is a terminal that understands cursor movement.
    static var canRedraw: Bool {
        guard isatty(STDOUT_FILENO) == 1, let terminal = getenv("TERM") else { return false }
        return String(cString: terminal) != "dumb"
    }

    /// True if messages appear on a terminal, and not in a log.
    static var showsMessages: Bool { isatty(STDERR_FILENO) == 1 }

    /// The size of the terminal; 24 rows of 80 columns if it is not known.
    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// True if standard output has no reader: the reading end of a pipe is closed, or the terminal is gone.
    static var isAbandoned: Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 0) == 1
    }

    /// Returns the text in bold, if the terminal supports it.
    static func bold(_ text: String) -> String { isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// Writes data to standard output at once: the reader of a pipe does not wait.
    ///
    /// - Throws: ``ExitStatus/outputFailed`` when it cannot be written: an incomplete result must not look complete.
    static func output(_ text: String) throws {
        try output(bytes: Array((text + "\n").utf8))
    }

    /// Writes bytes to standard output, as they are.
    ///
    /// - Throws: ``ExitStatus/outputFailed``.
    static func output(bytes: [UInt8]) throws {
        let number = write(bytes, to: STDOUT_FILENO)
        guard number != 0 else { return }
        // A reader that closes a pipe early has read enough.
        if number != EPIPE { say("cannot write the result: \(systemError(number))") }
        throw ExitStatus.outputFailed
    }

    // MARK: Messages

    /// Prints a message for people, on one line.
    static func say(_ text: String) { printUsage("consul-resolve: \(text.printable)") }

    /// Prints the reason that a command fails.
    ///
    /// - Returns: The exit status, for the caller to throw.
    static func failure(_ reason: String, _ status: ExitCode = ExitStatus.unknown) -> ExitCode {
        say(reason)
        return status
    }

    /// Prints lines that are already printable on standard error.
    static func printUsage(_ text: String) { _ = write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// Returns the system's text for an `errno`.
    static func systemError(_ number: Int32 = errno) -> String { String(cString: strerror(number)).lowercased() }

    // MARK: Writing

    /// Writes all bytes without the C library's buffers: a blocked write then holds none of the locks that the end of the
    /// process takes.
    ///
    /// - Returns: 0, or the `errno` of the write that failed.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let count = writeOnce(rest, to: descriptor)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno == EAGAIN {
                    // Another process that shares the descriptor made it non-blocking.
                    var output = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&output, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }

    private static func writeOnce(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Darwin)
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
