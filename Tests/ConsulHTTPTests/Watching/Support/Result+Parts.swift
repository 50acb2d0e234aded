// SPDX-License-Identifier: Apache-2.0

extension Result {
    var isSuccess: Bool { failure == nil }

    var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
