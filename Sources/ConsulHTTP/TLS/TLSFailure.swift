// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// Translates BoringSSL's error names to advice for the user.
enum TLSFailure {
    static func advice(on error: any Error) -> String {
        if error is RequiredName.Missing { return wrongName }
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname { return wrongName }
        if case NIOSSLError.failedToLoadPrivateKey = error { return "the private key is not that of the certificate" }
        // There are no codes to compare: the reason is a word in the text.
        let text = String(describing: error)
        return reasons.first { text.contains($0.word) }?.advice ?? "the handshake failed"
    }

    private static let wrongName = """
        the agent's certificate is for another name; set the server name that it is for (CONSUL_TLS_SERVER_NAME), \
        often server.<datacenter>.consul
        """

    private static let reasons: [(word: String, advice: String)] = [
        (
            "CERTIFICATE_VERIFY_FAILED",
            "the agent's certificate has expired, or its authority is not trusted; set the authority (CONSUL_CACERT)"
        ),
        ("unableToValidateCertificate", wrongName),
        ("WRONG_VERSION_NUMBER", "the port does not speak TLS; an agent's port for TLS is usually 8501"),
        ("HTTP_REQUEST", "the port does not speak TLS; an agent's port for TLS is usually 8501"),
        ("CERTIFICATE_REQUIRED", wantsCertificate),
        ("BAD_CERTIFICATE", wantsCertificate),
        ("UNKNOWN_CA", wantsCertificate),
        ("HANDSHAKE_FAILURE", wantsCertificate),
    ]

    private static let wantsCertificate = """
        the agent refused the connection; set a client certificate that it trusts (CONSUL_CLIENT_CERT, \
        CONSUL_CLIENT_KEY)
        """
}
