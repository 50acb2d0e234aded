// SPDX-License-Identifier: Apache-2.0

import CAres

/// A thread that runs one closure and ends. Detached: who must know that it has ended arranges to be told by the
/// closure.
final class EngineThread {
    private let body: () -> Void

    private init(_ body: @escaping () -> Void) {
        self.body = body
    }

    /// Returns false when the system grants no thread; then nothing is run.
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
