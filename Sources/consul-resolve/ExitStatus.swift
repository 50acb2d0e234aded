// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// How a command ends; scripts rely on these numbers.
enum ExitStatus {
    /// Consul says that there is nothing healthy.
    static let empty = ExitCode(2)
    /// Consul could not be asked.
    static let unknown = ExitCode(3)
}
