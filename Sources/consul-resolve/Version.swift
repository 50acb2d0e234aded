// SPDX-License-Identifier: Apache-2.0

/// The version of this package, as `--version` prints it.
enum Version {
    static let current = "0.1.0-dev"
}
