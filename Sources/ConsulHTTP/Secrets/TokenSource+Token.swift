// SPDX-License-Identifier: Apache-2.0

extension TokenSource {
    /// Returns the token to send now; `nil` for no token.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tokenUnavailable``, or `CancellationError`.
    func token() async throws -> Secret? {
        switch source {
        case .none: nil
        case .value(let secret): try Self.checked(secret, from: "configuration", isRetryable: false)
        case .file(let path): try Self.token(in: await FileReads.shared.content(of: path), of: path)
        case .provider(let provide): try await Self.token(from: provide)
        }
    }

    /// Reads the token's file once, so that a mistake shows when a program starts and not at its first request.
    ///
    /// Does nothing for other sources: a closure is called only when a request is sent. The call blocks until the file
    /// is read.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tokenUnavailable``; the message names the file and the
    ///   problem.
    public func checkFile() throws(ConsulHTTPError) {
        guard case .file(let path) = source else { return }
        let content = Result { () throws(FileError) in try SmallFile.read(path, atMost: 65_536) }
        _ = try Self.token(in: content, of: path)
    }

    private static func token(in content: FileReads.Content, of path: String) throws(ConsulHTTPError) -> Secret {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try content.get()
        } catch {
            throw ConsulHTTPError(
                .tokenUnavailable,
                "the token file \(path) \(error.reason)",
                isRetryable: true,
                underlying: error
            )
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let trimmed = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard !trimmed.isEmpty else {
            throw ConsulHTTPError(.tokenUnavailable, "the token file \(path) is empty", isRetryable: true)
        }
        return try checked(Secret(String(decoding: trimmed, as: UTF8.self)), from: "file \(path)", isRetryable: true)
    }

    private static func token(from provide: @Sendable () async throws -> String) async throws -> Secret {
        let text: String
        do {
            text = try await provide()
        } catch let error as CancellationError {
            throw error
        } catch {
            // The error is not described: it comes from user code and may contain a secret.
            throw ConsulHTTPError(
                .tokenUnavailable,
                "the closure that provides the token failed with \(type(of: error))"
            )
        }
        return try checked(Secret(text), from: "closure", isRetryable: false)
    }

    private static func checked(
        _ secret: Secret,
        from origin: String,
        isRetryable: Bool
    ) throws(ConsulHTTPError) -> Secret {
        guard !secret.text.isEmpty, secret.isHeaderSafe else {
            throw ConsulHTTPError(
                .tokenUnavailable,
                "the token from the \(origin) is empty, or contains characters that are not allowed in a token",
                isRetryable: isRetryable
            )
        }
        return secret
    }
}
