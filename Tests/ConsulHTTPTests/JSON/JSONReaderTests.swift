// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct JSONReaderTests {
    @Test func `Members and elements are read in order, with white space anywhere between them`() throws {
        let text = " {\t\"a\" : [ 1 ,\r\n2 ] , \"b\":{} , \"c\":[] }\n"
        #expect(
            try JSONReader.decode(JSONTree.self, text)
                == .object(["a": .array([.number("1"), .number("2")]), "b": .object([:]), "c": .array([])])
        )
    }

    @Test func `Null is read as the empty value of every type`() throws {
        #expect(try JSONReader.decode(String.self, "null") == "")
        #expect(try JSONReader.decode([String].self, "null") == [])
        #expect(try JSONReader.decode([String: Bool].self, #"{"a":null}"#) == ["a": false])
        #expect(try JSONReader.decode([UInt64].self, "[null,1]") == [0, 1])
        #expect(try JSONReader.decode([Int?].self, "[null,1]") == [nil, 1])
    }

    @Test func `The last of equal keys wins`() throws {
        #expect(try JSONReader.decode([String: Int].self, #"{"a":1,"b":2,"\u0061":3}"#) == ["a": 3, "b": 2])
    }

    @Test(arguments: ["DNSDisableCompression", "dnsDISABLEcompression", #"DNSDisable\u0043ompression"#])
    func `A key matches its name in any case and with escapes`(key: String) throws {
        let info = try AgentInfo(#"{"DebugConfig":{"\#(key)":true}}"#)
        #expect(info.dns.disablesCompression == true)
    }

    @Test(arguments: ["DNSDisableCompressio", "DNSDisableCompressionn", "DNSDisableCompressioN\\u0000", "", "X"])
    func `A key that is almost a name does not match it`(key: String) throws {
        let info = try AgentInfo(#"{"DebugConfig":{"\#(key)":true}}"#)
        #expect(info.dns == AgentInfo.DNSSettings())
    }

    @Test func `A value with any content can be skipped`() throws {
        let text = #"[{"a":[[],{},"]}",-0.5e+7,true,false,null,{"b":{"c":[1,2]}}]},"next"]"#
        let bytes = Array(text.utf8)
        let span = bytes.span
        let next = try JSONReader.document(span) { reader throws(JSONError) in
            _ = try reader.beginArray(in: span)
            _ = try reader.nextElement(in: span)
            try reader.skipValue(in: span)
            _ = try reader.nextElement(in: span)
            let next = try reader.read(String.self, in: span)
            _ = try reader.nextElement(in: span)
            return next
        }
        #expect(next == "next")
    }

    @Test func `Documents are read up to a depth of 64`() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(JSONReader.failure(deep) == nil)
        #expect(JSONReader.failure("[\(deep)]") == JSONError(.tooDeep, at: 64))
        // The use of the stack does not grow with the document.
        let endless = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
        #expect(JSONReader.failure(endless) == JSONError(.tooDeep, at: 64))
    }

    @Test func `Nested objects and arrays are distinguished at every level`() {
        let open = String(repeating: #"[{"a":"#, count: 32)
        let close = String(repeating: "}]", count: 32)
        #expect(JSONReader.failure("\(open)1\(close)") == nil)
        #expect(JSONReader.failure("\(open)1]\(close)") == JSONError(.expectedCommaOrEnd, at: open.utf8.count + 1))
    }
}
