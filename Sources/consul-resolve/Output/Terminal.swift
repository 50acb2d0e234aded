// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
@preconcurrency import Darwin
#endif

/// Where words and data go: data to standard output, words for people to standard error.
enum Terminal {
    /// One of the two.
    enum Stream {
        case standardOutput
        case standardError

        var descriptor: Int32 {
            switch self {
            case .standardOutput: STDOUT_FILENO
            case .standardError: STDERR_FILENO
            }
        }
    }

    /// Whether standard output is looked at by somebody.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether to colour: on a terminal that can, unless NO_COLOR (https://no-color.org) is set to anything.
    static var isColored: Bool {
        canRedraw && getenv("NO_COLOR").map({ $0.pointee == 0 }) ?? true
    }

    /// Whether it can be drawn over: a terminal that is known to understand how.
    static var canRedraw: Bool {
        guard isInteractive, let terminal = getenv("TERM") else { return false }
        return String(cString: terminal) != "dumb"
    }

    /// How much fits on it; what most terminals began with where it does not tell.
    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Whether nobody can read standard output any more: the reading end of a pipe is closed, a terminal is gone.
    static var isAbandoned: Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 0) == 1
    }

    /// Text set off from the rest, where that is possible.
    static func bold(_ text: String) -> String { isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// Data. Written at once: a reader of a pipe is not kept waiting.
    ///
    /// - Throws: ``ExitStatus/outputFailed`` when it cannot be written: nobody should take half of it for all.
    static func output(_ text: String) throws {
        let number = write(text + "\n", to: .standardOutput)
        guard number != 0 else { return }
        // Whoever closes a pipe early has seen enough.
        if number != EPIPE { say("cannot write the result: \(String(cString: strerror(number)).lowercased())") }
        throw ExitStatus.outputFailed
    }

    /// Words for people, on one line.
    static func say(_ text: String) {
        write("consul-resolve: \(text.printable)\n", to: .standardError)
    }

    /// Writes the whole text, past the C library's buffers: a write that blocks holds none of the locks that the end of the
    /// process takes.
    ///
    /// - Returns: 0, or the `errno` of the write that failed.
    @discardableResult
    static func write(_ text: String, to stream: Stream) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = writeOnce(rest, to: stream.descriptor)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno == EAGAIN {
                    // A process that shares the descriptor has made it non-blocking.
                    var output = pollfd(fd: stream.descriptor, events: Int16(POLLOUT), revents: 0)
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
