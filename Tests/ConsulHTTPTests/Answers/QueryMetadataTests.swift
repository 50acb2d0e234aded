// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct QueryMetadataTests {
    @Test func `Nothing is known of an answer without headers`() {
        #expect(QueryMetadata().index == nil)
    }
}
