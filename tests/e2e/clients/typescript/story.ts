// An appeal from notice to undone measure, with the types that openapi-typescript makes of the API document.
// Reads from standard input: {"base_url", "tokens": {actor: token}, "examples": {operation: body}}. Prints the last state.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

type Schemas = components["schemas"];
type Told = {
  base_url: string;
  tokens: { platform: string; merchant_owner: string; reviewer: string };
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
const once = () => ({ "Idempotency-Key": randomUUID() });

function got<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) throw new Error(`${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

const notice = got(
  await platform.POST("/api/v1/notices", {
    params: { header: once() },
    // Of another listing and order than the clients before: what was revoked is not said again.
    body: {
      ...told.examples.issue_notice,
      external_ref: `client-${randomUUID()}`,
      facts: told.examples.issue_notice.facts.replaceAll("88120", "66021"),
      measures: told.examples.issue_notice.measures.map((each) => ({ ...each, object_ref: "66021" })),
    },
  }),
);
const appeal = got(
  await merchant.POST("/api/v1/notices/{ref}/appeals", {
    params: { path: { ref: notice.ref }, header: once() },
    body: told.examples.file_appeal,
  }),
);
const path = { ref: appeal.ref };
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
process.stdout.write(after.state.code);
