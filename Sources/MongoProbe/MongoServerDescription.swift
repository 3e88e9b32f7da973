/// What a server says of itself in answer to `hello` or `isMaster`.
///
/// Source: the MongoDB specification "Server Discovery And Monitoring", section "ServerDescription".
struct MongoServerDescription: Equatable {
    enum Role: Equatable {
        case standalone
        case mongos
        case primary
        case secondary
        case arbiter
        /// In a set, and neither primary nor secondary nor arbiter: starting, recovering or rolling back.
        case notReady
        /// Started as a member of a set whose configuration it does not have: never initiated, or removed.
        case unconfigured
    }

    var role: Role
    var setName: String?
    /// Its own name, as the set's configuration spells it.
    var me: String?
    /// The primary, by the name in the set's configuration.
    var primary: String?
    /// All members but arbiters, and hidden ones, which no `hello` names.
    var members: [String]
    /// What it says of writes, before `isReadOnly`; nil when it says nothing, as some proxies do.
    var isWritable: Bool?
    /// True where it takes no writes although it is primary, or in no set.
    var isReadOnly: Bool
    /// The versions of the wire protocol that it speaks.
    var wireVersions: ClosedRange<Int>

    /// The versions that libmongoc 1.23 speaks.
    static let spokenVersions = 6...17

    /// Reads an answer to `hello`.
    init(_ answer: BSONDocument) {
        setName = answer.text("setName")
        me = answer.text("me")
        primary = answer.text("primary")
        members = answer.texts("hosts") + answer.texts("passives")
        isWritable = Self.isWritable(answer)
        isReadOnly = answer.truth("readOnly") ?? false
        let (low, high) = (answer.number("minWireVersion") ?? 0, answer.number("maxWireVersion") ?? 0)
        wireVersions = low...max(low, high)
        role = Self.role(of: answer)
    }

    /// Whether a good answer is one to `hello`.
    static func isOne(_ answer: BSONDocument) -> Bool { isWritable(answer) != nil }

    private static func isWritable(_ answer: BSONDocument) -> Bool? { answer.truth("isWritablePrimary") ?? answer.truth("ismaster") }

    private static func role(of answer: BSONDocument) -> Role {
        if answer.text("msg") == "isdbgrid" { return .mongos }
        guard answer.text("setName") != nil else { return answer.truth("isreplicaset") ?? false ? .unconfigured : .standalone }
        if isWritable(answer) ?? false { return .primary }
        if answer.truth("secondary") ?? false { return .secondary }
        return answer.truth("arbiterOnly") ?? false ? .arbiter : .notReady
    }

    /// Whether clients may send it writes.
    var takesWrites: Bool { (isWritable ?? (role == .standalone || role == .mongos)) && !isReadOnly }

    var isSpoken: Bool { wireVersions.overlaps(Self.spokenVersions) }
}
