// The room of a dispute, in which nothing is lost and nothing comes twice, whatever the network does.
//
// `onEntry` gets every message and event once, in order. Keep `last` and `outbox` where your app keeps things: with both, a
// Room goes on after a restart where it was.
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

struct Frame: Decodable, Sendable {
    let type: String
    let sequence: Int?
    let clientId, text, event, code: String?
    let retryAfter: Double?
}

struct NotLetIn: Error { let status: Int }

actor Room {
    static let silence = 30.0, longestPause = 30.0 // seconds; a heartbeat comes every ten
    static let later = ["too-many-requests", "unavailable", "server-error", "in-progress", "disk-full"]
    let site: String, token: String, ref: String
    let onEntry: @Sendable (Frame) -> Void
    let onRefused: @Sendable (_ clientId: String, _ code: String) -> Void
    let onTodoChanged: @Sendable (_ todo: Data) -> Void
    private(set) var last: Int // the number of the last entry that `onEntry` got
    private(set) var outbox: [(clientId: String, text: String)] // what is not on record yet
    private(set) var isConnected = false
    private var line: URLSessionWebSocketTask?
    private var rest: Task<Void, any Error>?
    private var hasLeft = false, todo = ""

    init(
        site: String, token: String, ref: String, last: Int = 0, outbox: [(clientId: String, text: String)] = [],
        onEntry: @escaping @Sendable (Frame) -> Void,
        onRefused: @escaping @Sendable (String, String) -> Void = { _, _ in },
        onTodoChanged: @escaping @Sendable (Data) -> Void = { _ in }
    ) {
        (self.site, self.token, self.ref, self.last, self.outbox) = (site, token, ref, last, outbox)
        (self.onEntry, self.onRefused, self.onTodoChanged) = (onEntry, onRefused, onTodoChanged)
    }

    /// Puts the text into the outbox, which it leaves once it is on record; its `client_id`.
    @discardableResult
    func say(_ text: String) async -> String {
        let clientId = UUID().uuidString
        outbox.append((clientId, text))
        if isConnected { await send(clientId, text) }
        return clientId
    }

    /// For the handler of pushes (`person.todo_changed`): reads what waits for the person, ends a pause between lines.
    func pushed() async throws {
        rest?.cancel()
        let (body, answer) = try await call("GET", "todo", todo.isEmpty ? [:] : ["If-None-Match": todo])
        if answer.statusCode == 304 { return }
        if answer.statusCode != 200 { throw NotLetIn(status: answer.statusCode) }
        todo = answer.value(forHTTPHeaderField: "ETag") ?? ""
        onTodoChanged(body)
    }

    /// Cuts the line, as an app in the background does; `run` makes another.
    func drop() {
        isConnected = false
        line?.cancel()
        line = nil
    }

    /// Ends `run`.
    func leave() {
        hasLeft = true
        rest?.cancel()
        drop()
    }

    /// Stays in the room until `leave`. Throws `NotLetIn` once this person has to sign in again, or is let in no more.
    func run() async throws {
        var pause = 0.0
        while !hasLeft {
            do {
                let line = URLSession.shared.webSocketTask(with: try await address())
                self.line = line
                line.resume()
                while let frame = try await next(of: line), self.line === line {
                    if !isConnected { // the first frame: the line is open on both sides
                        isConnected = true
                        await resend()
                    }
                    pause = 0
                    await take(frame)
                }
            } catch let refusal as NotLetIn {
                throw refusal
            } catch {
                if let code = line?.closeCode.rawValue, [4403, 4404].contains(code) { throw NotLetIn(status: code) }
            }
            drop()
            let seconds = pause
            rest = Task { try await Task.sleep(nanoseconds: UInt64(seconds * 1e9)) }
            _ = await rest?.result
            pause = min(Self.longestPause, 2 * pause + Double.random(in: 0...1)) // not everybody at the same moment
        }
    }

    private func address() async throws -> URL {
        let (body, answer) = try await call("POST", "ws-tickets", [:])
        if [401, 403].contains(answer.statusCode) { throw NotLetIn(status: answer.statusCode) }
        let ticket = try JSONDecoder().decode([String: String].self, from: body)["ticket"] ?? ""
        let socket = site.replacingOccurrences(of: "http", with: "ws", range: site.range(of: "http"))
        return URL(string: "\(socket)/ws/v1/disputes/\(ref)/?ticket=\(ticket)&after=\(last)")!
    }

    private func next(of line: URLSessionWebSocketTask) async throws -> Frame? {
        let watch = Task {
            try await Task.sleep(nanoseconds: UInt64(Self.silence * 1e9))
            line.cancel()
        }
        defer { watch.cancel() }
        guard case let .string(text) = try await line.receive() else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Frame.self, from: Data(text.utf8))
    }

    private func take(_ frame: Frame) async {
        if frame.type == "message" || frame.type == "event", let sequence = frame.sequence {
            if sequence > last { onEntry(frame) }
            last = max(last, sequence)
            outbox.removeAll { $0.clientId == frame.clientId }
        } else if frame.type == "error", Self.later.contains(frame.code ?? "") {
            try? await Task.sleep(nanoseconds: UInt64((frame.retryAfter ?? 1) * 1e9))
            await resend()
        } else if frame.type == "error", let id = frame.clientId, outbox.contains(where: { $0.clientId == id }) {
            outbox.removeAll { $0.clientId == id }
            onRefused(id, frame.code ?? "")
        }
    }

    private func resend() async {
        for (clientId, text) in outbox { await send(clientId, text) }
    }

    private func send(_ clientId: String, _ text: String) async {
        let frame = ["type": "message", "client_id": clientId, "text": text]
        guard let line, let bytes = try? JSONEncoder().encode(frame) else { return }
        try? await line.send(.string(String(decoding: bytes, as: UTF8.self))) // else it goes with the next line
    }

    private func call(_ method: String, _ path: String, _ headers: [String: String]) async throws -> (Data, HTTPURLResponse) {
        var request = URLRequest(url: URL(string: "\(site)/api/v1/\(path)")!)
        request.httpMethod = method
        if method == "POST" { request.httpBody = Data("{}".utf8) }
        let ours = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
        for (name, value) in headers.merging(ours, uniquingKeysWith: { one, _ in one }) {
            request.setValue(value, forHTTPHeaderField: name)
        }
        let (body, answer) = try await URLSession.shared.data(for: request)
        return (body, answer as! HTTPURLResponse)
    }
}
