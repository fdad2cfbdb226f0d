// An appeal from notice to undone measure, a room through twenty drops, and a webhook, with the generated client.
// Reads from standard input: {"base_url", "tokens": {actor: token}, "examples": {operation: body}, "photo": path,
// "dispute": ref, "word": of this walk alone, "webhook": {"secret", "headers", "body"}}. Prints the last state of the notice.
import AppealsClient
import Foundation
#if canImport(CryptoKit)
import CryptoKit
#endif

struct Wrong: Error { let why: String }

func check(_ holds: Bool, _ why: String) throws { if !holds { throw Wrong(why: why) } }

final class Heard: @unchecked Sendable { // what the room calls back with, from its own thread
    private let lock = NSLock()
    private var frames: [Frame] = [], refusals: [String] = [], todos = 0
    func entry(_ frame: Frame) { lock.withLock { frames.append(frame) } }
    func refused(_ why: String) { lock.withLock { refusals.append(why) } }
    func todo() { lock.withLock { todos += 1 } }
    var all: (frames: [Frame], refusals: [String], todos: Int) { lock.withLock { (frames, refusals, todos) } }
}

@main
struct Story {
    static let drops = 20

    struct Told: Decodable, Sendable {
        struct Webhook: Decodable, Sendable { let secret: String, headers: [String: String], body: String }
        struct Examples: Decodable, Sendable {
            let issue_notice: IssueNoticeInputRequest, file_appeal: FileAppealInputRequest
            let record_opening: OpeningInputRequest, record_first_view: FirstViewInputRequest
            let decide_appeal: DecideAppealInputRequest, confirm_remedy: ConfirmRemedyInputRequest
        }
        let base_url: String, tokens: [String: String], examples: Examples, photo: String
        let dispute: String, word: String, webhook: Webhook
    }

    static func main() async throws {
        let told = try CodableHelper().jsonDecoder.decode(Told.self, from: FileHandle.standardInput.readDataToEndOfFile())
        try await talked(told)
        let webhook = told.webhook
        try check(isSigned(webhook.secret, webhook.headers, webhook.body), "what the platform signed was refused")
        let changed = webhook.body.replacingOccurrences(of: "test", with: "tost")
        try check(!isSigned(webhook.secret, webhook.headers, changed), "a changed body was taken")
        print(try await appealed(told), terminator: "")
    }

    static func key() -> String { UUID().uuidString }

    static func by(_ actor: String, _ told: Told) -> AppealsClientAPIConfiguration {
        AppealsClientAPIConfiguration(
            basePath: told.base_url, customHeaders: ["Authorization": "Bearer \(told.tokens[actor] ?? "")"])
    }

    /// A notice is served, appealed with a photo, decided by a person on demand, and undone; its last state.
    static func appealed(_ told: Told) async throws -> String {
        let platform = by("platform", told), merchant = by("merchant_owner", told), reviewer = by("reviewer", told)
        let examples = told.examples
        var draft = examples.issue_notice
        draft.externalRef = "client-\(key())"
        let notice = try await NoticesAPI.issueNotice(
            idempotencyKey: key(), issueNoticeInputRequest: draft, apiConfiguration: platform)
        let ref = try await NoticesAPI.fileAppeal(
            ref: notice.ref, idempotencyKey: key(), fileAppealInputRequest: examples.file_appeal, apiConfiguration: merchant
        ).ref
        _ = try await AppealsAPI.stageEvidence(
            ref: ref, idempotencyKey: key(), caption: "The goods", file: URL(fileURLWithPath: told.photo), apiConfiguration: merchant)
        let submitted = try await AppealsAPI.submitEvidence(ref: ref, idempotencyKey: key(), apiConfiguration: merchant)
        try check(submitted.version == 1, "the photo is not the first version of the evidence")
        let demanded = try await AppealsAPI.demandHuman(ref: ref, idempotencyKey: key(), apiConfiguration: merchant)
        try check(demanded.humanDemanded, "the demand for a person is not on file")

        let held = try await ReviewQueueAPI.claim(
            idempotencyKey: key(), claimInputRequest: ClaimInputRequest(appeal: ref), apiConfiguration: reviewer)!
        try await AppealsAPI.recordOpening(
            ref: ref, idempotencyKey: key(), openingInputRequest: examples.record_opening, apiConfiguration: reviewer)
        _ = try await AppealsAPI.recordFirstView(
            ref: ref, idempotencyKey: key(), ifMatch: "\"\(held.version)\"",
            firstViewInputRequest: examples.record_first_view, apiConfiguration: reviewer)
        let seen = try await AppealsAPI.readAppeal(ref: ref, apiConfiguration: reviewer)
        var ruling = examples.decide_appeal
        ruling.items = held.items.map { RulingInputRequest(measure: $0.measure, outcome: .overturned) }
        ruling.differenceReason = .evidence
        let decided = try await AppealsAPI.decideAppeal(
            ref: ref, idempotencyKey: key(), ifMatch: "\"\(seen.version)\"",
            decideAppealInputRequest: ruling, apiConfiguration: reviewer)
        try check(decided.outcome?.code.rawValue == "OVERTURNED", "decided otherwise")
        let letter = try await AppealsAPI.readLetter(ref: ref, apiConfiguration: merchant)
        try check(letter.parts.count == 9, "the letter lacks a part")
        for remedy in try await NoticesAPI.readNotice(ref: notice.ref, apiConfiguration: platform).remedies {
            _ = try await RemediesAPI.confirmRemedy(
                ref: remedy.ref, idempotencyKey: key(), confirmRemedyInputRequest: examples.confirm_remedy, apiConfiguration: platform)
        }
        return try await NoticesAPI.readNotice(ref: notice.ref, apiConfiguration: merchant).state.code.rawValue
    }

    /// Every message is heard once, in order, although the line is cut each time before the answer to one can come.
    static func talked(_ told: Told) async throws {
        let begunAfter = try await entries(told, after: 0).count // numbers begin at 1 and have no gaps
        let heard = Heard()
        let room = Room(
            site: told.base_url, token: told.tokens["consumer"] ?? "", ref: told.dispute, last: begunAfter,
            onEntry: { heard.entry($0) }, onRefused: { heard.refused("\($0): \($1)") }, onTodoChanged: { _ in heard.todo() })
        let running = Task { try await room.run() }
        let texts = (0..<drops).map { "\(told.word) 第\($0)句" }
        for (number, text) in texts.enumerated() {
            try await until { await room.isConnected }
            await room.say(text)
            await room.drop()
            if number % 5 == 0 { // what the other side says while nobody listens
                _ = try await DisputesAPI.postMessage(
                    ref: told.dispute, idempotencyKey: key(),
                    postMessageInputRequest: PostMessageInputRequest(clientId: key(), text: "Answer to \(text)"),
                    apiConfiguration: by("merchant_owner", told))
            }
        }
        try await until { await room.outbox.isEmpty }
        try await room.pushed()
        let onRecord = try await entries(told, after: begunAfter)
        try await until { await room.last >= onRecord.last!.sequence }
        await room.leave()
        try await running.value
        let (frames, refusals, todos) = heard.all
        try check(todos == 1, "nobody was told what waits")
        try check(refusals.isEmpty, "\(refusals)")
        try check(frames.map { $0.sequence } == onRecord.map { $0.sequence }, "an entry was lost or doubled")
        let said = frames.map { $0.text ?? "" }
        try check(said.filter(texts.contains).sorted() == texts.sorted(), "a message was lost or doubled")
        try check(said.filter { $0.hasPrefix("Answer to ") }.count == drops / 5, "an answer is missing")
    }

    /// What the room has on record behind that number.
    static func entries(_ told: Told, after: Int) async throws -> [EntryOutput] {
        var found: [EntryOutput] = []
        while true {
            let page = try await DisputesAPI.readMessages(
                ref: told.dispute, after: found.last?.sequence ?? after, limit: 100, apiConfiguration: by("consumer", told))
            if page.items.isEmpty { return found }
            found += page.items
        }
    }

    /// Whether these bytes were signed with the secret within the last five minutes (Standard Webhooks 1.0.0).
    static func isSigned(_ secret: String, _ headers: [String: String], _ body: String) -> Bool {
        guard let sent = headers["webhook-timestamp"].flatMap(Double.init), abs(Date().timeIntervalSince1970 - sent) < 300,
            let key = Data(base64Encoded: secret.replacingOccurrences(of: "whsec_", with: "")),
            let id = headers["webhook-id"], let stamp = headers["webhook-timestamp"]
        else { return false }
        let signed = Data("\(id).\(stamp).\(body)".utf8)
        return (headers["webhook-signature"] ?? "").split(separator: " ").contains { each in
            guard let given = Data(base64Encoded: String(each.dropFirst("v1,".count))) else { return false }
            return isMac(given, of: signed, key: key)
        }
    }

    #if canImport(CryptoKit)
    static func isMac(_ given: Data, of signed: Data, key: Data) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: signed, using: SymmetricKey(data: key))
    }
    #else // Linux: a server takes swift-crypto, which has the same names; OpenSSL's function needs no package
    static func isMac(_ given: Data, of signed: Data, key: Data) -> Bool {
        typealias Algorithm = @convention(c) () -> OpaquePointer
        typealias Hmac = @convention(c) (
            OpaquePointer, UnsafePointer<UInt8>, Int32, UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt32>
        ) -> UnsafeMutablePointer<UInt8>?
        guard let library = dlopen("libcrypto.so.3", RTLD_NOW), let sha256 = dlsym(library, "EVP_sha256"),
            let hmac = dlsym(library, "HMAC")
        else { return false }
        var mac = [UInt8](repeating: 0, count: 32), size: UInt32 = 32
        _ = unsafeBitCast(hmac, to: Hmac.self)(
            unsafeBitCast(sha256, to: Algorithm.self)(), [UInt8](key), Int32(key.count), [UInt8](signed), signed.count, &mac, &size)
        return given.count == mac.count && zip(given, mac).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
    #endif

    static func until(_ holds: () async -> Bool) async throws {
        let latest = Date().addingTimeInterval(120)
        while !(await holds()) {
            try check(Date() < latest, "waited too long")
            try await Task.sleep(nanoseconds: 10_000_000)
        }
    }
}
