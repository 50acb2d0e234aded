// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Whether a process of this number exists, a zombie included: one that is gone has been reaped too.
func isAlive(_ pid: Int32) -> Bool {
    kill(pid, 0) == 0
}
