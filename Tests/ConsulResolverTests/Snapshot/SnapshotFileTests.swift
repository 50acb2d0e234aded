// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSnapshot

struct SnapshotFileTests {
    let content = (try? SnapshotCoder.encode(.sample())) ?? []

    @Test func `A snapshot file is read as it was written, and only its owner may read it`() async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            try file.replace(with: content)
            #expect(try file.content() == content)
            #expect(try mode(file.path) == 0o600)
            try file.replace(with: [])
            #expect(try file.content() == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["snapshot"])
        }
    }

    @Test func `A snapshot file lies in the directory of its path`() {
        #expect(SnapshotFile(path: "snapshot").directory == ".")
        #expect(SnapshotFile(path: "/snapshot").directory == "/")
        #expect(SnapshotFile(path: "/var/lib/snapshot").directory == "/var/lib")
        // As a `Character`, this slash includes the accent behind it.
        #expect(SnapshotFile(path: "/var/\u{301}snapshot").directory == "/var")
    }

    @Test(arguments: [0o620, 0o602, 0o666])
    func `A snapshot file is not read if others may write it`(mode: mode_t) async throws {
        try await withFile { file in
            try #require(chmod(file.path, mode) == 0)
            expect(.untrusted, file)
        }
    }

    @Test func `A snapshot file may be readable by others`() async throws {
        try await withFile { file in
            try #require(chmod(file.path, 0o644) == 0)
            #expect(try file.content() == content)
        }
    }

    @Test func `A snapshot file is not read if it belongs to another user`() async throws {
        try await withFile { file in
            // Only root can give a file away; other users test with this file of root's.
            if geteuid() == 0 { try #require(chown(file.path, 65_534, 65_534) == 0) }
            expect(.untrusted, geteuid() == 0 ? file : SnapshotFile(path: "/etc/passwd"))
        }
    }

    @Test
    func `A snapshot file is not read if it is a link, a directory, a pipe or a device`() async throws {
        try await withFile { file in
            let link = SnapshotFile(path: file.path + "-link")
            try #require(symlink(file.path, link.path) == 0)
            expect(.untrusted, link)
            let pipe = SnapshotFile(path: file.path + "-pipe")
            try #require(mkfifo(pipe.path, 0o600) == 0)
            expect(.untrusted, pipe)
            expect(.untrusted, SnapshotFile(path: file.directory))
            expect(.untrusted, SnapshotFile(path: "/dev/zero"))
            expect(.missing, SnapshotFile(path: file.path + "-none"))
            expect(.missing, SnapshotFile(path: ""))
        }
    }

    @Test func `A snapshot file is not read if it is larger than any snapshot`() async throws {
        try await withFile { file in
            // A hole without bytes on the disk.
            try #require(truncate(file.path, off_t(SnapshotLimits.bytes) + 1) == 0)
            expect(.tooLarge, file)
        }
    }

    private func withFile(_ body: (SnapshotFile) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let file = SnapshotFile(path: directory + "/snapshot")
            try file.replace(with: content)
            try body(file)
        }
    }

    private func expect(_ code: PrivateFileError.Code, _ file: SnapshotFile) {
        let error = #expect(throws: PrivateFileError.self) { try file.content() }
        #expect(error?.code == code)
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o7777
    }
}
