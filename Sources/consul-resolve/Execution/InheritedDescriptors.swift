// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Which descriptors a process has before it opens any of its own: those, and no others, are for whoever takes its place.
///
/// Most are closed when something else is executed, because whoever opened them has said so. NIO does not say so of its
/// selectors, which live as long as the process. To close all but the first three would be wrong as well: a socket may be
/// handed on by number, as systemd does.
struct InheritedDescriptors {
    private let numbers: Set<Int32>

    /// Those that are open now.
    init() { numbers = Self.open }

    /// Has all others closed when something is executed.
    func closeOthersOnExecution() {
        for number in Self.open.subtracting(numbers) {
            let flags = fcntl(number, F_GETFD)
            if flags >= 0 { _ = fcntl(number, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    /// None where the system does not list them; then some are left open, which does no more than occupy numbers.
    private static var open: Set<Int32> {
        guard let directory = opendir("/dev/fd") else { return [] }
        defer { closedir(directory) }
        var numbers: Set<Int32> = []
        while let entry = readdir(directory) {
            // Not `entry.pointee.d_name`: that would copy 256 bytes of an entry that may be shorter.
            guard let name = UnsafePointer(entry).pointer(to: \.d_name) else { continue }
            let text = String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            if let number = Int32(text) { numbers.insert(number) }
        }
        numbers.remove(dirfd(directory))
        return numbers
    }
}
