// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// Decides when the keys of a configuration are decoded, and which missing keys count as deleted.
///
/// A pure value: its methods take events and times, and ``nextAction(at:)`` returns the next action. It reads no clock,
/// sends no request, and decodes no value.
///
/// A key that an answer lacks is deleted only if that is proven: without permission Consul answers a recursive read
/// with fewer keys, or as if there were none (404), and a proxy in front of Consul may answer 404 too. A read of the
/// single key tells the cases apart.
struct ConfigurationReload: Sendable {
    /// The keys of one read.
    struct Answer: Hashable, Sendable {
        var values: [String: [UInt8]]
        var index: UInt64?
        var isFiltered = false
    }

    /// A question whether keys exist.
    struct Proof: Hashable, Sendable {
        /// The position of the read.
        var read: Int
        /// The missing keys, at most ``ConfigurationReload/longestProof``.
        var keys: [String]
        /// The index of the answer that lacks them.
        var index: UInt64?
        fileprivate var number: Int
    }

    /// Keys and values to decode.
    struct Candidate: Hashable, Sendable {
        var content: ConfigurationContent
        /// True for the content of the snapshot file.
        var isFromFile = false
    }

    enum Action: Hashable, Sendable {
        /// Wait for an event.
        case rest
        /// Wait for an event, at most until this time.
        case wait(until: Moment)
        /// Find out if the keys exist, and call ``proved(_:_:at:)``. Other actions may follow in the meantime.
        case prove(Proof)
        /// Decode the content, and call ``decoded(_:isValid:at:)`` before the next action.
        case decode(Candidate)
        /// Load the snapshot file, and call ``loaded(_:)``. Other actions may follow in the meantime.
        case load
        /// Write the content to the snapshot file, and call ``stored(_:at:)``. Other actions may follow in the
        /// meantime.
        case store(ConfigurationContent)
    }

    /// The greatest number of keys in one proof. If an answer lacks more, some of them stand for all.
    static let longestProof = 16
    /// The time between two attempts to prove a deletion.
    static let proofInterval = Duration.seconds(3)
    /// The time that Consul has for its first answer before the file is used, if there is no failure earlier.
    static let patience = Duration.seconds(2)

    private struct ReadState: Sendable {
        /// The last answer that counts.
        var accepted: Answer?
        /// A newer answer that lacks keys.
        var doubtful: Answer?
        /// The number of doubtful answers so far, by which a late proof of an earlier one is recognized.
        var number = 0
        var isProving = false
        var nextProof: Moment?
        /// The reason that the doubtful answer does not count.
        var refusal: ConsulHTTPError?
        /// The reason that Consul cannot be queried.
        var failure: ConsulHTTPError?
    }

    private enum FilePhase: Hashable {
        case unread, loading, done
        case loaded(ConfigurationContent)
    }

    private let source: ConfigurationSource
    private let quietTime: Duration
    private let longestDelay: Duration
    private let fileDue: Moment

    private var reads: [ReadState]
    /// The last content from Consul that was decoded, valid or not.
    private var settled: ConfigurationContent?
    private var firstChange: Moment?
    private var lastChange: Moment?
    private var hasValue = false
    private var filePhase: FilePhase
    private var schedule: StoreSchedule?

    /// True if the value is from the snapshot file.
    private(set) var isFromFile = false

    /// Creates the machine at the start of the watch.
    init(source: ConfigurationSource, options: ConfigurationOptions, at now: Moment) {
        self.source = source
        quietTime = options.quietTime.bounded
        longestDelay = options.longestDelay.bounded
        fileDue = now + Self.patience
        reads = source.reads.map { _ in ReadState() }
        filePhase = options.snapshot == nil ? .done : .unread
        schedule = options.snapshot.map { _ in StoreSchedule() }
    }

    /// The first reason that keys are unknown.
    var interruption: ConsulHTTPError? {
        for read in reads { if let error = read.failure ?? read.refusal { return error } }
        return nil
    }

    /// True if an answer is about to change the value. The end of a failure is reported together with that change.
    var isSettling: Bool { firstChange != nil || reads.contains { $0.doubtful != nil } }

    /// True if the snapshot file may have a value while there is none. Failures are reported together with that value.
    var awaitsFile: Bool { !hasValue && filePhase != .done }

    /// True if Consul says that it left out keys.
    var isFiltered: Bool { reads.contains { $0.accepted?.isFiltered == true } }
}

// MARK: - Events

extension ConfigurationReload {
    /// Records the state of a watch.
    ///
    /// - Parameters:
    ///   - answer: The last answer; `nil` if there is none.
    ///   - failure: The reason that Consul cannot be queried; `nil` if it can.
    mutating func received(_ answer: Answer?, failure: ConsulHTTPError?, of read: Int, at now: Moment) {
        reads[read].failure = failure
        guard var answer else { return }
        answer.values = answer.values.filter { source.contains($0.key, of: read) }
        guard !missingKeys(of: answer, from: read).isEmpty else { return accept(answer, from: read, at: now) }
        let isKnown = reads[read].doubtful?.values == answer.values
        reads[read].doubtful = answer
        // The same answer again is proven at the time that is already set.
        if isKnown { return }
        reads[read].number += 1
        reads[read].isProving = false
        reads[read].nextProof = now
    }

    /// Records the outcome of a proof.
    ///
    /// - Parameter refusal: `nil` if the keys do not exist; otherwise the reason that this is unknown.
    mutating func proved(_ proof: Proof, _ refusal: ConsulHTTPError?, at now: Moment) {
        guard let answer = reads[proof.read].doubtful, reads[proof.read].number == proof.number else { return }
        reads[proof.read].isProving = false
        guard let refusal else { return accept(answer, from: proof.read, at: now) }
        reads[proof.read].refusal = refusal
        reads[proof.read].nextProof = now + Self.proofInterval
    }

    /// Records the outcome of decoding.
    mutating func decoded(_ candidate: Candidate, isValid: Bool, at now: Moment) {
        if candidate.isFromFile {
            filePhase = .done
            (hasValue, isFromFile) = (isValid, isValid)
            return
        }
        settled = candidate.content
        (firstChange, lastChange) = (nil, nil)
        guard isValid else { return }
        (hasValue, isFromFile) = (true, false)
        filePhase = .done
        schedule?.changed(to: candidate.content, at: now)
    }

    /// Records the content of the snapshot file; `nil` if there is none that can be used.
    mutating func loaded(_ content: ConfigurationContent?) {
        guard filePhase == .loading else { return }
        filePhase = content.map { .loaded($0) } ?? .done
    }

    /// Records the end of a write of the snapshot file.
    mutating func stored(_ isSuccess: Bool, at now: Moment) {
        schedule?.finished(isSuccess, at: now)
    }
}

// MARK: - Decisions

extension ConfigurationReload {
    /// Returns the next action.
    mutating func nextAction(at now: Moment) -> Action {
        var next: Moment?
        /// Returns true if the time has come, and otherwise remembers it.
        func isDue(_ moment: Moment?) -> Bool {
            guard let moment else { return false }
            if moment <= now { return true }
            next = min(next ?? moment, moment)
            return false
        }

        if isDue(changeDue), let content { return .decode(Candidate(content: content)) }
        if !hasValue {
            if case .loaded(let content) = filePhase {
                return .decode(Candidate(content: content, isFromFile: true))
            }
            // Content that Consul has and that is not valid is no obstacle: the file has the last valid one.
            if filePhase == .unread, interruption != nil || settled != nil || isDue(fileDue) {
                filePhase = .loading
                return .load
            }
        }
        for read in reads.indices where !reads[read].isProving && isDue(reads[read].nextProof) {
            if let proof = proof(for: read) { return .prove(proof) }
        }
        // Content that Consul does not confirm at the moment gets no younger.
        if interruption == nil, isDue(schedule?.due), let content = schedule?.begin() { return .store(content) }
        return next.map { .wait(until: $0) } ?? .rest
    }

    /// The time at which the current keys are decoded; `nil` if they are settled, or not known yet.
    private var changeDue: Moment? {
        guard let firstChange, let lastChange else { return nil }
        return settled == nil ? lastChange : min(lastChange + quietTime, firstChange + longestDelay)
    }

    /// The current content; `nil` before each read has an answer.
    private var content: ConfigurationContent? {
        let answers = reads.compactMap(\.accepted)
        guard answers.count == reads.count else { return nil }
        return ConfigurationContent(
            entries: source.entries(of: answers.map(\.values)),
            index: answers.compactMap(\.index).max()
        )
    }

    private mutating func accept(_ answer: Answer, from read: Int, at now: Moment) {
        let isSame = reads[read].accepted?.values == answer.values
        reads[read].accepted = answer
        reads[read].doubtful = nil
        reads[read].refusal = nil
        reads[read].nextProof = nil
        reads[read].isProving = false
        reads[read].number += 1
        guard !isSame, let content else { return }
        // A change that was taken back in time is not reported.
        if content.entries == settled?.entries {
            (firstChange, lastChange) = (nil, nil)
        } else {
            firstChange = firstChange ?? now
            lastChange = now
        }
    }

    /// Returns the keys whose absence has to be proven: those of the last answer that this one lacks, and for a first
    /// answer without keys the prefix itself.
    private func missingKeys(of answer: Answer, from read: Int) -> [String] {
        guard let accepted = reads[read].accepted else {
            return answer.values.isEmpty ? [source.reads[read].key] : []
        }
        return accepted.values.keys.filter { answer.values[$0] == nil }
    }

    private mutating func proof(for read: Int) -> Proof? {
        reads[read].nextProof = nil
        guard let answer = reads[read].doubtful else { return nil }
        reads[read].isProving = true
        let missing = missingKeys(of: answer, from: read).sorted()
        // Permissions go by prefix, so keys at equal distances are likely to include one of each kind.
        let count = min(missing.count, Self.longestProof)
        let keys = (0..<count).map { missing[$0 * missing.count / count] }
        return Proof(read: read, keys: keys, index: answer.index, number: reads[read].number)
    }
}
