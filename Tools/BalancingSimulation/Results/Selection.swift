// SPDX-License-Identifier: Apache-2.0

/// Selection of the number at a position of the sorted sequence, without a full sort (C. A. R. Hoare, "Find", 1961).
///
/// It is written for one type, for the sake of debug builds; see `EventQueue`.
enum Selection {
    static func element(at position: Int, of numbers: [Int64]) -> Int64 {
        var numbers = numbers
        return numbers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return element(at: min(max(position, 0), buffer.count - 1), of: start, count: buffer.count)
        }
    }

    private static func element(at position: Int, of numbers: UnsafeMutablePointer<Int64>, count: Int) -> Int64 {
        var (low, high) = (0, count &- 1)
        while low < high {
            let pivot = numbers[low &+ (high &- low) / 2]
            var (left, right) = (low, high)
            while left <= right {
                while numbers[left] < pivot { left &+= 1 }
                while numbers[right] > pivot { right &-= 1 }
                if left <= right {
                    (numbers[left], numbers[right]) = (numbers[right], numbers[left])
                    left &+= 1
                    right &-= 1
                }
            }
            if position <= right {
                high = right
            } else if position >= left {
                low = left
            } else {
                break
            }
        }
        return numbers[position]
    }
}
