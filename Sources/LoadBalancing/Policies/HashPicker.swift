// SPDX-License-Identifier: Apache-2.0

/// A picker that chooses by key.
final class HashPicker: BuiltInPicker {
    private let rendezvous: Rendezvous
    private let table: MaglevTable?
    private let turns: WeightedSequence
    private let loads: [EndpointLoad]
    private let loadBound: Double?

    init(_ candidates: [Candidate], usesTable: Bool, loadBound: Double?) {
        let (identities, weights) = (candidates.map(\.identity), candidates.map(\.weight))
        rendezvous = Rendezvous(identities: identities, weights: weights)
        table = usesTable ? MaglevTable(identities: identities, weights: weights) : nil
        turns = WeightedSequence(weights: weights)
        loads = candidates.map(\.load)
        self.loadBound = loadBound
    }

    func pick(for request: borrowing PickRequest) -> Int {
        guard let key = request.key?.value else { return turns[request.ticket] }
        let most = mostOutstanding
        if let table {
            let index = table.index(for: key)
            if request.isUsable(index), loads[index].outstanding < most { return index }
        }
        return rendezvous.first(for: key) { request.isUsable($0) && loads[$0].outstanding < most }
            ?? rendezvous.first(for: key) { request.isUsable($0) }
            ?? turns[request.ticket]
    }

    /// The number of requests under way below which an endpoint gets another one within the bound. The mean counts that
    /// request, too, so at least one endpoint always does. All endpoints are counted, so this is computed once for each
    /// pick.
    private var mostOutstanding: Int {
        guard let loadBound else { return .max }
        let all = loads.reduce(1) { $0 + $1.outstanding }
        let most = (loadBound * Double(all) / Double(loads.count)).rounded(.up)
        return most < 1e15 ? Int(most) : .max
    }
}
