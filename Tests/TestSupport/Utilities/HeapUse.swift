// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc

/// The C library's figures about its heap.
public enum HeapUse {
    /// The allocated bytes in all arenas; `nil` if the C library does not report them.
    ///
    /// `mallinfo2` would return the number, but the module for Glibc has no `malloc.h`, and a function that was looked
    /// up by name cannot return a structure. `malloc_info` writes XML.
    public static var bytes: Int? {
        typealias Info = @convention(c) (CInt, OpaquePointer) -> CInt
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "malloc_info") else { return nil }
        let info = unsafeBitCast(symbol, to: Info.self)
        var buffer: UnsafeMutablePointer<CChar>?
        var length = 0
        guard let file = open_memstream(&buffer, &length) else { return nil }
        defer { free(buffer) }
        guard info(0, OpaquePointer(file)) == 0, fclose(file) == 0, let buffer else { return nil }
        let text = String(cString: buffer)
        // The sums over all arenas follow the last of these.
        let sums = text.ranges(of: "</heap>").last.map { text[$0.upperBound...] } ?? text[...]
        guard let all = size(of: "system type=\"current\"", in: sums), let rest = size(of: "\"rest\"", in: sums),
            let fast = size(of: "\"fast\"", in: sums), let mapped = size(of: "\"mmap\"", in: sums)
        else { return nil }
        return all - fast - rest + mapped
    }

    private static func size(of element: String, in text: Substring) -> Int? {
        guard let start = text.firstRange(of: element) else { return nil }
        let tail = text[start.upperBound...]
        guard let size = tail.firstRange(of: "size=\"") else { return nil }
        return Int(tail[size.upperBound...].prefix { $0.isNumber })
    }
}
#endif
