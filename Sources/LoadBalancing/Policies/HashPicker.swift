// SPDX-License-Identifier: Apache-2.0

/// Picks by key.
final class HashPicker: BuiltInPicker {
    private let rendezvous: Rendezvous
    private let table: MaglevTable?
    private let turns: Turns
    private let loads: [EndpointLoad]
    private let loadBound: Double?

    init(_ candidates: [Candidate], usesTable: Bool, loadBound: Double?) {
        let (identities, weights) = (candidates.map(\.identity), candidates.map(\.weight))
        rendezvous = Rendezvous(identities: identities, weights: weights)
        table = usesTable ? MaglevTable(identities: identities, weights: weights) : nil
        turns = Turns(candidates)
        loads = candidates.map(\.load)
        self.loadBound = loadBound
    }

    func pick(for request: borrowing PickRequest) -> Int {
        guard let key = request.key?.value else { return turns[request.ticket] }
        if let table {
            let index = table.index(for: key)
            if request.isUsable(index), isWithinBound(index) { return index }
        }
        return rendezvous.first(for: key) { request.isUsable($0) && isWithinBound($0) }
            ?? rendezvous.first(for: key) { request.isUsable($0) }
            ?? turns[request.ticket]
    }

    /// Whether one more request would still be within the bound. The mean counts that request, too; so one endpoint at
    /// least always is.
    private func isWithinBound(_ index: Int) -> Bool {
        guard let loadBound else { return true }
        let all = loads.reduce(1) { $0 + $1.outstanding }
        let most = (loadBound * Double(all) / Double(loads.count)).rounded(.up)
        return Double(loads[index].outstanding) < most
    }
}
