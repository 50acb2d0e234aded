// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The descriptors that are open before the process opens its own. Only these pass to a program that replaces the
/// process.
///
/// Most other descriptors are close-on-exec. NIO does not set that flag on its selectors, which live as long as the
/// process. Closing all but the first three would be wrong as well: a caller may pass a socket by number, as systemd
/// does.
struct InheritedDescriptors {
    private let numbers: Set<Int32>

    /// Records the descriptors that are open now.
    init() { numbers = Self.open }

    /// Sets close-on-exec on all other descriptors.
    func closeOthersOnExecution() {
        for number in Self.open.subtracting(numbers) {
            let flags = fcntl(number, F_GETFD)
            if flags >= 0 { _ = fcntl(number, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    /// The open descriptors; empty if the system does not list them. Then some stay open after an exec, which only
    /// occupies numbers.
    private static var open: Set<Int32> {
        guard let directory = opendir("/dev/fd") else { return [] }
        defer { closedir(directory) }
        var numbers: Set<Int32> = []
        while let entry = readdir(directory) {
            // `entry.pointee.d_name` would copy 256 bytes of an entry that may be shorter.
            guard let name = UnsafePointer(entry).pointer(to: \.d_name) else { continue }
            let text = String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            if let number = Int32(text) { numbers.insert(number) }
        }
        numbers.remove(dirfd(directory))
        return numbers
    }
}
