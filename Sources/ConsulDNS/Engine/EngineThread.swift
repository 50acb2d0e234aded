// SPDX-License-Identifier: Apache-2.0

import CAres

/// A detached thread that runs one closure and ends. The closure itself signals its end where that is needed.
final class EngineThread {
    private let body: () -> Void

    private init(_ body: @escaping () -> Void) {
        self.body = body
    }

    /// Starts a thread. Returns false, without running the closure, if the system grants no thread.
    static func start(named name: String, _ body: @escaping () -> Void) -> Bool {
        let thread = Unmanaged.passRetained(EngineThread(body))
        let started = ca_thread_start(name, enterEngineThread, thread.toOpaque())
        if !started { thread.release() }
        return started
    }

    fileprivate static func enter(_ context: UnsafeMutableRawPointer) {
        Unmanaged<EngineThread>.fromOpaque(context).takeRetainedValue().body()
    }
}

private let enterEngineThread: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    if let context { EngineThread.enter(context) }
}
