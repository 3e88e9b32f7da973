import Testing

@testable import Alerting

struct FingerprintTests {
    // The expectations of `TestLabelSet…` in prometheus/common, model/labelset_test.go and metric_test.go.
    @Test(
        arguments: [
            ([:], 14_695_981_039_346_656_037),
            (["first_name": "electro", "occupation": "robot", "manufacturer": "westinghouse"], 5_911_716_720_268_894_962),
            (["x": "y"], 8_241_431_561_484_471_700), (["a": "bb", "b": "c"], 3_016_285_359_649_981_711),
            (["a": "b", "bb": "c"], 7_122_421_792_099_404_749),
        ] as [([String: String], UInt64)])
    func `the fingerprint is the one that Alertmanager computes`(labels: [String: String], number: UInt64) {
        #expect(UInt64(Alert.fingerprint(labels), radix: 16) == number)
    }

    @Test func `it has sixteen lower-case digits, the leading zeros included`() {
        #expect(Alert.fingerprint(["i": "690"]) == "0be4dfc910806b39")
        #expect(Alert.fingerprint(["x": "y"]) == "725f725716f98d94")
    }

    @Test func `names and values are told apart`() {
        let labels: [[String: String]] = [["ab": "c"], ["a": "bc"], ["a": "b", "c": ""], ["a": "", "b": "c"], ["abc": ""], ["": "abc"]]
        #expect(Set(labels.map(Alert.fingerprint)).count == labels.count)
    }
}
