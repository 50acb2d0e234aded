// SPDX-License-Identifier: Apache-2.0

extension HealthStatus: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        let isNull = try reader.readNull(in: bytes)
        self = isNull ? .unknown : HealthStatus(try reader.readText(in: bytes), in: bytes)
    }

    private init(_ word: JSONText, in bytes: Span<UInt8>) {
        // In this order, because nearly all statuses are passing.
        self =
            if word.isEqual(to: "passing", in: bytes) {
                .passing
            } else if word.isEqual(to: "critical", in: bytes) {
                .critical
            } else if word.isEqual(to: "warning", in: bytes) {
                .warning
            } else if word.isEqual(to: "maintenance", in: bytes) {
                .maintenance
            } else {
                .unknown
            }
    }
}
