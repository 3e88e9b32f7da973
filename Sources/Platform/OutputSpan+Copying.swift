/// The standard library has no way to append another span.
extension OutputSpan<UInt8> {
    /// Copies all of `bytes`, for which there must be room.
    @inlinable
    public mutating func append(copying bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity, "No room for what is to be written.")
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe withUnsafeMutableBufferPointer { buffer, count in
                _ = unsafe buffer.extracting(count...).initialize(fromContentsOf: source)
                count += source.count
            }
        }
    }
}
