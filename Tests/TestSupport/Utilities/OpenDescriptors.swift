// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import Foundation

/// What the kernel has open for this process. Meaningful in a process of its own, where no other test opens anything.
public enum OpenDescriptors {
    /// How many there are.
    public static var count: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }
}

#endif
