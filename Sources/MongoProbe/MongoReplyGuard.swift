/// Looks at an answer before libmongoc does, which trusts lengths and types inside a message and reads beyond its end.
///
/// Hands on what answers the checks' commands: whole messages with one document, of the kind that was asked for.
struct MongoReplyGuard {
    /// Source: the MongoDB wire protocol. `hello` may still go out as a query.
    private enum Operation {
        static let reply = 1
        static let query = 2004
        static let message = 2013
    }

    private static let headLength = 16
    /// Where the document of a reply begins, behind flags, a cursor and counts, and that of a message, behind flags and
    /// the kind of its section.
    private static let replyDocument = 36
    private static let messageDocument = 21
    private static let shortestDocument = 5
    /// What servers call `maxMessageSizeBytes`.
    private static let longestMessage = 48_000_000

    /// How many bytes one answer may have.
    let limit: Int
    /// What came of an answer that is not whole yet.
    private var pending: [UInt8] = []
    /// Answers that are good, from `start` on not handed out yet.
    private var ready: [UInt8] = []
    private var start = 0
    private var awaited = Operation.message
    private var request = 0
    /// The documents of the answers that are good, until somebody takes them.
    private var answers: [BSONDocument] = []
    /// True once an answer to a command, as far as its head says, was larger than `limit` and no larger than any may be.
    private(set) var isTooLarge = false

    init(limit: Int) { self.limit = limit }

    /// Whether there is something to hand out.
    var hasReady: Bool { start < ready.count }

    /// Takes note of a request as it goes out.
    mutating func awaitAnswer(to message: [UInt8]) {
        guard message.count >= Self.headLength else { return }
        request = message.littleEndian(at: 4)
        awaited = message.littleEndian(at: 12) == Operation.query ? Operation.reply : Operation.message
    }

    /// Takes bytes as they come in; after a false none may be asked for any more.
    mutating func take(_ bytes: some Collection<UInt8>) -> Bool {
        pending.append(contentsOf: bytes)
        while pending.count >= Self.headLength {
            let length = pending.littleEndian(at: 0)
            let document = awaited == Operation.reply ? Self.replyDocument : Self.messageDocument
            guard length >= document + Self.shortestDocument, pending.littleEndian(at: 8) == request,
                pending.littleEndian(at: 12) == awaited
            else { return false }
            guard length <= limit else {
                isTooLarge = awaited == Operation.message && length <= Self.longestMessage
                return false
            }
            guard pending.count >= length else { return true }
            let message = MongoReplyNormaliser.normalised(Array(pending[..<length]), from: document)
            guard isGood(message), BSONWalk.isSound(message, from: document) else { return false }
            pending.removeFirst(length)
            answers.append(BSONDocument(message, from: document))
            if hasReady { ready += message } else { (ready, start) = (message, 0) }
        }
        return true
    }

    /// The documents of the answers that came in since the last call.
    mutating func takeAnswers() -> [BSONDocument] {
        defer { answers = [] }
        return answers
    }

    private func isGood(_ message: [UInt8]) -> Bool {
        if awaited == Operation.reply { return message.littleEndian(at: 32) == 1 }  // That many documents.
        // None of the flags that change what follows, and a section that is a document.
        return message.littleEndian(at: 16) & 0xFFFF == 0 && message[20] == 0
    }

    /// Hands out at most `count` bytes.
    mutating func hand(_ count: Int) -> ArraySlice<UInt8> {
        let end = min(ready.count, start + count)
        defer { start = end }
        return ready[start..<end]
    }
}
