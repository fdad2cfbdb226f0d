// The room of a dispute, in which nothing is lost and nothing comes twice, whatever the network does.
//
// `onEntry` gets every message and event once, in order. Keep `last` and `outbox` where your app keeps things: with both, a
// Room goes on after a restart where it was. Needs `fetch` and `WebSocket`: a browser, React Native, Node 22.
export type Entry = { type: "message" | "event"; sequence: number; client_id?: string; text?: string; [name: string]: unknown };
type Failure = { type: "error"; code: string; client_id?: string; retry_after?: number };
type Frame = Entry | Failure | { type: "heartbeat" | "presence" | "typing" | "read" };

const SILENCE = 30_000; // a heartbeat comes every ten seconds
const FOR_GOOD = [4403, 4404]; // not allowed any more, no such room
const LATER = ["too-many-requests", "unavailable", "server-error", "in-progress", "disk-full"];
const LONGEST_PAUSE = 30_000;

export class Room {
  onRefused = (_clientId: string, _code: string) => {};
  onTodoChanged = (_todo: unknown) => {};
  onEnd = (_why: Error) => {}; // this person has to sign in again, or is let in no more
  last = 0; // the number of the last entry that `onEntry` got
  outbox = new Map<string, string>(); // what is not on record yet: text by `client_id`
  isConnected = false;
  private line?: WebSocket;
  private hasLeft = false;
  private todo = "";
  private pause = 0;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private site: string, private token: string, private ref: string, private onEntry: (entry: Entry) => void) {}

  /** Puts the text into the outbox, which it leaves once it is on record; its `client_id`. */
  say(text: string): string {
    const clientId = crypto.randomUUID();
    this.outbox.set(clientId, text);
    this.send(clientId, text);
    return clientId;
  }

  /** For the handler of pushes (`person.todo_changed`): reads what waits for the person, ends a pause between lines. */
  async pushed() {
    if (!this.line && !this.hasLeft) this.again(0);
    const answer = await this.call("todo", { headers: this.todo ? { "If-None-Match": this.todo } : {} });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(`${answer.status}`);
    this.todo = answer.headers.get("ETag") ?? "";
    this.onTodoChanged(await answer.json());
  }

  leave() {
    this.hasLeft = true;
    clearTimeout(this.timer);
    this.line?.close();
  }

  /** Closes the line, as an app in the background does; another is made. */
  drop() {
    const line = this.line;
    this.lost(line);
    line?.close();
  }

  /** Stays in the room until `leave`. */
  async enter() {
    try {
      const answer = await this.call("ws-tickets", { method: "POST", body: "{}" });
      if ([401, 403].includes(answer.status)) return this.onEnd(new Error(`${answer.status}`));
      const { ticket } = await answer.json();
      if (this.hasLeft) return;
      const address = `${this.site.replace("http", "ws")}/ws/v1/disputes/${this.ref}/?ticket=${ticket}&after=${this.last}`;
      const line = (this.line = new WebSocket(address));
      line.onmessage = (came) => line === this.line && this.take(JSON.parse(String(came.data)));
      line.onclose = (end) => (FOR_GOOD.includes(end.code) ? this.onEnd(new Error(end.reason)) : this.lost(line));
      line.onerror = () => this.lost(line);
      this.listen();
    } catch {
      this.again();
    }
  }

  private take(frame: Frame) {
    this.pause = 0;
    this.listen();
    if (!this.isConnected) {
      this.isConnected = true; // the first frame is a heartbeat: both sides are there
      this.resend();
    }
    if (frame.type === "message" || frame.type === "event") {
      if (frame.sequence > this.last) this.onEntry(frame);
      this.last = Math.max(this.last, frame.sequence);
      this.outbox.delete(frame.client_id ?? "");
    } else if (frame.type === "error" && LATER.includes(frame.code)) {
      setTimeout(() => this.resend(), 1000 * (frame.retry_after ?? 1));
    } else if (frame.type === "error" && this.outbox.delete(frame.client_id ?? "")) {
      this.onRefused(frame.client_id ?? "", frame.code);
    }
  }

  private lost(line?: WebSocket) {
    if (!line || line !== this.line) return;
    this.line = undefined;
    this.isConnected = false;
    if (!this.hasLeft) this.again();
  }

  private again(pause = this.pause) {
    this.pause = Math.min(LONGEST_PAUSE, 2 * this.pause + 1000 * Math.random()); // not everybody at the same moment
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.enter(), pause);
  }

  private listen() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drop(), SILENCE);
  }

  private resend() {
    for (const [clientId, text] of this.outbox) this.send(clientId, text);
  }

  private send(clientId: string, text: string) {
    if (this.isConnected) this.line?.send(JSON.stringify({ type: "message", client_id: clientId, text }));
  }

  private call(path: string, init: RequestInit) {
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json", ...init.headers };
    return fetch(`${this.site}/api/v1/${path}`, { ...init, headers });
  }
}
