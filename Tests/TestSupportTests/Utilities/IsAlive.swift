// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Returns true if a process with this ID exists. A zombie counts, so false means that the process has been reaped too.
func isAlive(_ pid: Int32) -> Bool {
    kill(pid, 0) == 0
}
