// An appeal from notice to undone measure, a room through twenty drops, and a webhook, with the generated types.
// Reads from standard input: {"base_url", "tokens": {actor: token}, "examples": {operation: body}, "photo": path,
// "dispute": ref, "word": of this walk alone, "webhook": {"secret", "headers", "body"}}. Prints the last state of the notice.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/api.d.ts";
import { Room, type Entry } from "./room.js";

type Schemas = components["schemas"];
type Told = {
  base_url: string;
  tokens: { platform: string; merchant_owner: string; reviewer: string; consumer: string };
  photo: string;
  dispute: string;
  word: string;
  webhook: { secret: string; headers: Record<string, string>; body: string };
  examples: {
    issue_notice: Schemas["IssueNoticeInputRequest"];
    file_appeal: Schemas["FileAppealInputRequest"];
    record_opening: Schemas["OpeningInputRequest"];
    record_first_view: Schemas["FirstViewInputRequest"];
    decide_appeal: Schemas["DecideAppealInputRequest"];
    confirm_remedy: Schemas["ConfirmRemedyInputRequest"];
  };
};

const told: Told = JSON.parse(readFileSync(0, "utf8"));
const clientOf = (token: string) =>
  createClient<paths>({ baseUrl: told.base_url, headers: { Authorization: `Bearer ${token}` } });
const platform = clientOf(told.tokens.platform);
const merchant = clientOf(told.tokens.merchant_owner);
const reviewer = clientOf(told.tokens.reviewer);
const consumer = clientOf(told.tokens.consumer);
const DROPS = 20;
const once = () => ({ "Idempotency-Key": randomUUID() });

function got<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) throw new Error(`${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** A notice is served, appealed with a photo, decided by a person on demand, and undone; its last state. */
async function appealed(): Promise<string> {
  const notice = got(
    await platform.POST("/api/v1/notices", {
      params: { header: once() },
        body: { ...told.examples.issue_notice, external_ref: `client-${randomUUID()}` },
    }),
  );
  const appeal = got(
    await merchant.POST("/api/v1/notices/{ref}/appeals", {
      params: { path: { ref: notice.ref }, header: once() },
      body: told.examples.file_appeal,
    }),
  );
  const path = { ref: appeal.ref };
  const shown = new FormData();
  shown.append("caption", "The goods");
  shown.append("file", new Blob([readFileSync(told.photo)], { type: "image/jpeg" }), "goods.jpg");
  got(
    await merchant.POST("/api/v1/appeals/{ref}/evidence", {
      params: { path, header: once() },
      body: { caption: "The goods", file: "" },
      bodySerializer: () => shown,
    }),
  );
  const submitted = got(
    await merchant.POST("/api/v1/appeals/{ref}/submit-evidence", { params: { path, header: once() }, body: {} }),
  );
  if (submitted.version !== 1) throw new Error("the photo is not the first version of the evidence");
  const demanded = got(await merchant.POST("/api/v1/appeals/{ref}/demand-human", { params: { path, header: once() }, body: {} }));
  if (!demanded.human_demanded) throw new Error("the demand for a person is not on file");

  const held = got(
    await reviewer.POST("/api/v1/review-queue/claim", { params: { header: once() }, body: { appeal: appeal.ref } }),
  );
  await reviewer.POST("/api/v1/appeals/{ref}/open", { params: { path, header: once() }, body: told.examples.record_opening });
  got(
    await reviewer.POST("/api/v1/appeals/{ref}/record-first-view", {
      params: { path, header: { ...once(), "If-Match": `"${held.version}"` } },
      body: told.examples.record_first_view,
    }),
  );
  const seen = got(await reviewer.GET("/api/v1/appeals/{ref}", { params: { path } }));
  const decided = got(
    await reviewer.POST("/api/v1/appeals/{ref}/decide", {
      params: { path, header: { ...once(), "If-Match": `"${seen.version}"` } },
      body: {
        ...told.examples.decide_appeal,
        items: held.items.map((item) => ({ measure: item.measure, outcome: "OVERTURNED" as const })),
        difference_reason: "evidence",
      },
    }),
  );
  if (decided.outcome?.code !== "OVERTURNED") throw new Error(`decided ${decided.outcome?.code}`);
  const letter = got(await merchant.GET("/api/v1/appeals/{ref}/letter", { params: { path } }));
  if (letter.parts.length !== 9) throw new Error("the letter lacks a part");

  const owed = got(await platform.GET("/api/v1/notices/{ref}", { params: { path: { ref: notice.ref } } }));
  for (const remedy of owed.remedies) {
    got(
      await platform.POST("/api/v1/remedies/{ref}/confirm", {
        params: { path: { ref: remedy.ref }, header: once() },
        body: told.examples.confirm_remedy,
      }),
    );
  }
  const after = got(await merchant.GET("/api/v1/notices/{ref}", { params: { path: { ref: notice.ref } } }));
  return after.state.code;
}

/** Every message is heard once, in order, although the line is closed each time before the answer to one can come. */
async function talked() {
  const begunAfter = (await entries(0)).length; // numbers begin at 1 and have no gaps
  const heard: Entry[] = [];
  let todos = 0;
  const room = new Room(told.base_url, told.tokens.consumer, told.dispute, (entry) => heard.push(entry));
  room.last = begunAfter;
  room.onTodoChanged = () => todos++;
  room.onRefused = (clientId, code) => fail(`${clientId} was refused: ${code}`);
  room.onEnd = (why) => fail(`the room ended: ${why.message}`);
  await room.enter();
  const texts = Array.from({ length: DROPS }, (_, number) => `${told.word} 第${number}句`);
  for (const [number, text] of texts.entries()) {
    await until(() => room.isConnected);
    room.say(text);
    room.drop();
    if (number % 5 === 0) {
      // what the other side says while nobody listens
      const body = { client_id: randomUUID(), text: `Answer to ${text}`, lane: "both" as const };
      got(await merchant.POST("/api/v1/disputes/{ref}/messages", { params: { path: { ref: told.dispute }, header: once() }, body }));
    }
  }
  await until(() => room.outbox.size === 0);
  await room.pushed();
  if (todos !== 1) fail("nobody was told what waits");
  const onRecord = await entries(begunAfter);
  await until(() => room.last >= (onRecord.at(-1)?.sequence ?? 0));
  room.leave();
  const numbers = (list: { sequence: number }[]) => list.map((each) => each.sequence).join();
  if (numbers(heard) !== numbers(onRecord)) fail(`heard ${numbers(heard)}, on record ${numbers(onRecord)}`);
  const mine = heard.map((each) => each.text ?? "").filter((text) => texts.includes(text));
  if (mine.sort().join() !== texts.sort().join()) fail("a message was lost or doubled");
  if (heard.filter((each) => each.text?.startsWith("Answer to ")).length !== DROPS / 5) fail("an answer is missing");
}

/** What the room has on record behind that number. */
async function entries(after: number) {
  const found: Schemas["EntryOutput"][] = [];
  for (;;) {
    const query = { after: found.at(-1)?.sequence ?? after, limit: 100 };
    const page = got(await consumer.GET("/api/v1/disputes/{ref}/messages", { params: { path: { ref: told.dispute }, query } }));
    if (page.items.length === 0) return found;
    found.push(...page.items);
  }
}

/** Whether these bytes were signed with the secret within the last five minutes (Standard Webhooks 1.0.0). */
function isSigned(secret: string, headers: Record<string, string>, body: string): boolean {
  const sent = Number(headers["webhook-timestamp"]);
  if (!(Math.abs(Date.now() / 1000 - sent) < 300)) return false;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const wanted = createHmac("sha256", key).update(`${headers["webhook-id"]}.${sent}.${body}`).digest();
  return (headers["webhook-signature"] ?? "").split(" ").some((each) => {
    const given = Buffer.from(each.replace("v1,", ""), "base64");
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

async function until(holds: () => boolean) {
  const latest = Date.now() + 120_000;
  while (!holds()) {
    if (Date.now() > latest) fail("waited too long");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function fail(why: string): never {
  throw new Error(why);
}

await talked();
const { secret, headers, body } = told.webhook;
if (!isSigned(secret, headers, body)) fail("what the platform signed was refused");
if (isSigned(secret, headers, body.replace("test", "tost"))) fail("a changed body was taken");
process.stdout.write(await appealed());
