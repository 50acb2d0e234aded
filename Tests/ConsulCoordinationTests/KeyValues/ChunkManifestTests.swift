// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

struct ChunkManifestTests {
    private let size = KeyValueStore.maximumValueSize

    @Test(arguments: [(0, 0), (1, 1), (524_288, 1), (524_289, 2), (1_048_576, 2)])
    func `A value is cut into as few chunks as possible`(size: Int, chunks: Int) {
        #expect(ChunkManifest(of: [UInt8](repeating: 7, count: size), id: 1).chunks == chunks)
    }

    @Test func `A manifest survives its conversion to bytes and back`() {
        let manifest = ChunkManifest(of: Array("value".utf8), id: .max)
        #expect(ChunkManifest(manifest.bytes) == manifest)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"Generation":"a","Size":5}"#, #"{"Generation":"","Size":5,"Chunks":1,"Checksum":0}"#,
        #"{"Generation":"a","Size":-1,"Chunks":1,"Checksum":0}"#,
        #"{"Generation":"a","Size":524289,"Chunks":1,"Checksum":0}"#,
        #"{"Generation":"a","Size":5,"Chunks":129,"Checksum":0}"#,
        #"{"Generation":"a","Size":5,"Chunks":9223372036854775807,"Checksum":0}"#,
    ])
    func `A text that lists no possible chunks is no manifest`(text: String) {
        #expect(ChunkManifest(Array(text.utf8)) == nil)
    }

    @Test func `Chunks are only accepted together, in order and unchanged`() {
        let manifest = ChunkManifest(of: [1, 2, 3, 4], id: 1)
        #expect(manifest.assemble([[1, 2], [3, 4]]) == [1, 2, 3, 4])
        #expect(manifest.assemble([[3, 4], [1, 2]]) == nil)
        #expect(manifest.assemble([[1, 2], [3]]) == nil)
        #expect(manifest.assemble([[1, 2], [3, 5]]) == nil)
    }

    @Test func `All keys of a generation are portable, and lie in its folder`() {
        let manifest = ChunkManifest(of: [1], id: 0xAB)
        let keys = [manifest.chunk(0, of: "k"), manifest.chunk(127, of: "k"), manifest.copy(of: "k")]
        #expect(keys.allSatisfy(KeyRules.isPortable))
        #expect(keys.allSatisfy { $0.hasPrefix("k/.chunks/00000000000000ab/") })
    }
}
