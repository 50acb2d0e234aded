// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct JSONNumberTests {
    @Test func `Integers keep all of their 64 bits`() throws {
        #expect(try JSONReader.decode(UInt64.self, "18446744073709551615") == .max)
        #expect(try JSONReader.decode(Int.self, "9223372036854775807") == .max)
        #expect(try JSONReader.decode(Int.self, "-9223372036854775808") == .min)
        #expect(try JSONReader.decode([Int].self, "[0,-0,-1,9007199254740993]") == [0, 0, -1, 9_007_199_254_740_993])
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "-18446744073709551615",
        "100000000000000000000", "-99999999999999999999999999999999",
    ])
    func `An integer that does not fit is refused`(text: String) {
        #expect(throws: JSONError(.integerOutOfRange, at: 0)) { try JSONReader.decode(Int.self, text) }
    }

    @Test func `A negative number is not an unsigned integer`() {
        #expect(throws: JSONError(.integerOutOfRange, at: 0)) { try JSONReader.decode(UInt64.self, "-1") }
    }

    @Test(arguments: ["1.0", "1e2", "1E-2", "0.5", "\"1\"", "true", "[]"])
    func `A value with more than digits is not an integer`(text: String) {
        #expect(throws: JSONError(.expectedInteger, at: 0)) { try JSONReader.decode(Int.self, text) }
    }

    @Test(arguments: ["0", "-0", "10", "0.0", "-1.50", "1e5", "1E+05", "1.7976931348623157e+308", "0e0"])
    func `A number in any valid format can be skipped`(text: String) {
        #expect(JSONReader.failure("[\(text)]") == nil)
    }

    @Test func `A number in any valid format is read as the nearest floating-point number`() throws {
        let text = "[0, -0, 10, 0.5, -1.50, 1e5, 1E+05, 1.7976931348623157e+308, 0.00001, null]"
        let expected = [0, 0, 10, 0.5, -1.5, 1e5, 1e5, .greatestFiniteMagnitude, 0.00001, 0]
        #expect(try JSONReader.decode([Double].self, text) == expected)
    }

    @Test(arguments: ["\"1\"", "true", "[]", "-", "01", ".5"])
    func `A value that is no number is not read as one`(text: String) {
        #expect(throws: JSONError.self) { try JSONReader.decode(Double.self, text) }
    }

    @Test(arguments: ["01", "-", "-a", "1.", "1.e1", "1e", "1e+", "-01", "00"])
    func `A number in an invalid format is refused`(text: String) {
        #expect(JSONReader.failure("[\(text)]") == JSONError(.badNumber, at: 1))
    }

    @Test(arguments: ["+1", ".5", "Infinity", "NaN", "0x10", "1_000"])
    func `A number in the format of another language is refused`(text: String) {
        #expect(JSONReader.failure("[\(text)]") != nil)
    }
}
