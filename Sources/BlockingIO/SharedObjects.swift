internal import Platform

/// Finds the one object of a key for as long as somebody holds it, also across a reload.
public final class SharedObjects<Key: Hashable & Sendable, Object: AnyObject & Sendable>: Sendable {
    private struct Reference {
        weak var object: Object?
    }

    private let references = Guarded<[Key: Reference]>([:])

    /// No objects yet.
    public init() {}

    /// The object of `key`; made by `make` unless somebody holds one.
    public func object(of key: Key, make: () -> Object) -> Object {
        references.withLock { references in
            if let object = references[key]?.object { return object }
            if references.count % 256 == 255 { references = references.filter { $0.value.object != nil } }
            let object = make()
            references[key] = Reference(object: object)
            return object
        }
    }

    /// Every object that somebody holds, in no order.
    public var all: [Object] { references.withLock { $0.values.compactMap(\.object) } }
}
