// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Data for a command on standard input.
enum StandardInput {
    /// Returns the bytes that an argument stands for: those of standard input for `-`, else its own.
    static func bytes(of argument: String, atMost limit: Int) throws -> [UInt8] {
        argument == "-" ? try read(atMost: limit) : Array(argument.utf8)
    }

    /// Reads standard input to its end.
    ///
    /// - Parameter limit: The number of bytes that the command can use. One byte more is read, so that the command can
    ///   report data that is too long; the rest is not read.
    /// - Throws: ``ExitStatus/outputFailed`` if it cannot be read; the reason is on standard error.
    private static func read(atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = read(into: &buffer)
            if count > 0 {
                bytes += buffer[..<count]
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw Terminal.failure("cannot read standard input: \(Terminal.systemError())", ExitStatus.outputFailed)
            }
        }
        return Array(bytes.prefix(limit + 1))
    }

    private static func read(into buffer: inout [UInt8]) -> Int {
        #if canImport(Glibc)
        Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        #elseif canImport(Musl)
        Musl.read(STDIN_FILENO, &buffer, buffer.count)
        #elseif canImport(Darwin)
        Darwin.read(STDIN_FILENO, &buffer, buffer.count)
        #endif
    }
}
