// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// Reads certificates and keys; errors name the file.
enum PEMFile {
    /// The maximum size of a file, far more than the system's whole list of authorities.
    private static let sizeLimit = 8 << 20

    /// Returns all certificates of a file, at least one.
    static func certificates(_ path: String) throws(ConsulHTTPError) -> [NIOSSLCertificate] {
        let bytes = try read(path)
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
            if !certificates.isEmpty { return certificates }
        } catch {
            throw ConsulHTTPError(.tls, "\(path) holds no certificate in PEM format", underlying: error)
        }
        throw ConsulHTTPError(.tls, "\(path) holds no certificate in PEM format")
    }

    /// Returns the private key of a file. The library's own error is omitted because it may contain parts of the key.
    static func privateKey(_ path: String) throws(ConsulHTTPError) -> NIOSSLPrivateKey {
        let bytes = try read(path)
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw ConsulHTTPError(.tls, "\(path) holds no private key in PEM format, or one with a passphrase")
        }
        return key
    }

    /// Returns the files of a directory, without those of its subdirectories.
    static func files(in directory: String) throws(ConsulHTTPError) -> [String] {
        do throws(FileError) {
            return try SmallFile.entries(of: directory)
        } catch {
            throw ConsulHTTPError(.tls, "the directory \(directory) \(error.reason)", underlying: error)
        }
    }

    private static func read(_ path: String) throws(ConsulHTTPError) -> [UInt8] {
        do throws(FileError) {
            return try SmallFile.read(path, atMost: sizeLimit)
        } catch {
            throw ConsulHTTPError(.tls, "\(path) \(error.reason)", underlying: error)
        }
    }
}
