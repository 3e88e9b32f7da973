import Platform
import Testing

struct OutputSpanTests {
    @Test(arguments: [0, 1, 7, 4096])
    func `bytes are copied behind what is there, up to the last place`(count: Int) {
        let copied = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var bytes: [UInt8] = [1, 2]
        bytes.append(addingCapacity: 2 * count + 1) { span in
            span.append(copying: copied.span)
            span.append(3)
            span.append(copying: copied.span)
        }
        #expect(bytes == [1, 2] + copied + [3] + copied)
    }
}
