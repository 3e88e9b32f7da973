internal import CMongoc

/// A command as BSON, made once and only read from then on.
@safe
final class MongoCommand: @unchecked Sendable {
    // Sendable because the document is never changed after `init`.
    let document: OpaquePointer

    /// - Parameter json: the members of a command that is known to be good.
    init(_ json: String) {
        let json = "{\(json)}"
        var error = bson_error_t()
        guard let document = unsafe bson_new_from_json(json, json.utf8.count, &error) else {
            preconditionFailure("not a command: \(json)")
        }
        unsafe self.document = document
    }

    deinit { unsafe bson_destroy(document) }
}

/// What a server made of a command.
enum MongoReply {
    case answered(BSONDocument)
    case refused(MongoServerError)
}

/// What of the commands of a check a server was found to understand; kept with the session.
struct MongoDialect {
    /// Ways to ask a server for its description, the first of which is tried first.
    static let descriptions = [MongoCommand(#""hello": 1"#), MongoCommand(#""isMaster": 1"#)]
    /// Which of them to begin with.
    var description = 0

    /// How the collections of a database are asked for.
    enum Listing: CaseIterable {
        /// The filter keeps the answer empty; `authorizedCollections` would hide missing rights.
        case all
        /// What a user may ask whose rights are on collections and not on the database.
        case authorised
        /// As the shells of MongoDB ask.
        case plain
        case bare

        /// A batch of one, for servers that have no filter.
        private static let commands: [Listing: MongoCommand] = [
            .all: MongoCommand(#""listCollections": 1, "nameOnly": true, "filter": {"name": ""}, "cursor": {"batchSize": 1}"#),
            .authorised: MongoCommand(
                #""listCollections": 1, "nameOnly": true, "authorizedCollections": true, "filter": {"name": ""}, "cursor": {"batchSize": 1}"#
            ),
            .plain: MongoCommand(#""listCollections": 1, "cursor": {"batchSize": 1}"#),
            .bare: MongoCommand(#""listCollections": 1"#),
        ]

        /// What to ask after a refusal; `.some(nil)` is nothing more, nil is that the refusal counts.
        func next(after meaning: MongoServerError.Meaning) -> Listing?? {
            switch (self, meaning) {
            case (.all, .unauthorised): .authorised
            case (_, .unauthorised): nil
            case (.all, _), (.authorised, _): .plain
            case (.plain, _): .bare
            case (.bare, _): .some(nil)
            }
        }

        var command: MongoCommand { Self.commands[self] ?? MongoCommand(#""listCollections": 1"#) }
    }

    /// How to ask; nil once the server was found to have no such command.
    var listing: Listing? = .all
}
