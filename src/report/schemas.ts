/** A JSON Schema (2020-12) of every document: `tkguard schema <command>`. The tests hold the documents to them. */
import { CHANGE_CODES } from '../domain/changes.ts';
import { FINDING_CODES, LEVELS } from '../domain/examination.ts';
import { GRADES } from '../domain/grade.ts';
import { COVERAGES, MEASURES, MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../domain/reading.ts';
import type { ReasonCode } from '../domain/reason.ts';
import { CAPTURED_FROM } from '../domain/snapshot.ts';

type Schema = Readonly<Record<string, unknown>>;
export type DocumentName =
  | 'sync'
  | 'inspect'
  | 'diff'
  | 'check'
  | 'snapshots'
  | 'formats'
  | 'why'
  | 'changes'
  | 'history'
  | 'shops'
  | 'mutes'
  | 'config'
  | 'doctor'
  | 'paths';

const text: Schema = { type: 'string' };
const integer: Schema = { type: 'integer' };
const count: Schema = { type: 'integer', minimum: 0 };
const flag: Schema = { type: 'boolean' };
const time: Schema = { type: 'string', format: 'date-time', description: 'ISO 8601 with offset' };
const dayOrTime: Schema = { type: 'string', description: 'a day (2026-11-02), or ISO 8601 with offset' };
const rateBp: Schema = { type: 'integer', minimum: 0, maximum: 10_000, description: 'basis points: 1550 is 15.50 %' };
const rateText: Schema = { type: 'string', pattern: '^\\d{1,3}\\.\\d{2}$', description: 'percent: "15.50"' };
const gapBp: Schema = { type: 'integer', description: 'special minus general, basis points' };

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

function oneOf(...values: readonly string[]): Schema {
  return { enum: values };
}

/** All keys required, no others allowed. */
function record(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

const rate = record({ rateBp: nullable(rateBp), rate: nullable(rateText), capturedAt: nullable(time) });
const shop = record({ id: nullable(text), keeperId: nullable(text), name: nullable(text) });
const policy = record({ minGainBp: integer, maxAgeMs: count, confirmMissing: count });
const verdict = oneOf('exit', 'keep', 'review');
const standing = oneOf('binding', 'closed', 'superseded', 'pending', 'not-joined');
const relation = oneOf('below', 'equal', 'above', 'unknown');
const scopeBasis = oneOf('item', 'shop-average', 'mixed');
const membershipStatus = oneOf(...MEMBERSHIPS);
const membership = record({
  status: nullable(membershipStatus),
  joinedAt: nullable(dayOrTime),
  approvedAt: nullable(dayOrTime),
});
const lastChange = nullable(record({ fromBp: rateBp, toBp: rateBp, lastSeenBefore: time, firstSeenAfter: time }));

const change = { fromBp: rateBp, toBp: rateBp, at: time };
const REASON_ARGUMENTS: Readonly<Record<ReasonCode, Readonly<Record<string, Schema>>>> = {
  'below-general': { gapBp },
  'below-min-gain': { gapBp, minGainBp: integer },
  'above-general': { gapBp },
  'no-gain': {},
  mixed: { below: count, above: count, itemsBelow: list(text) },
  'rate-cut': change,
  'general-raised': change,
  'no-general-rate': { lastSeenAt: nullable(time) },
  'no-special-rate': {},
  'zero-rate': {},
  'average-only': {},
  locked: {},
  conflict: { at: time },
  stale: { ageHours: count },
  'plan-stopped': { state: oneOf(...PLAN_STATES) },
  missing: { captures: count, needed: count },
  'pending-approval': {},
  'membership-unknown': {},
  'not-joined': { status: nullable(membershipStatus) },
  exited: { at: time, confirmedAt: nullable(time) },
  'exit-not-effective': { at: time },
  superseded: { by: text },
  'part-average': { items: count },
  'whole-plan': { verdict },
  'may-come-back': { plans: list(text) },
  'binding-unknown': { plans: list(text) },
  'shop-unclear': { shops: list(text) },
  'ends-soon': { endsAt: dayOrTime },
};
const reason: Schema = {
  oneOf: Object.entries(REASON_ARGUMENTS).map(([code, args]) => record({ code: { const: code }, ...args })),
};
const reasons = list({ $ref: '#/$defs/reason' });

const plan = record({
  verdict: nullable(verdict),
  reasons,
  standing,
  account: text,
  shop,
  plan: record({
    id: text,
    name: nullable(text),
    kind: nullable(oneOf(...PLAN_KINDS)),
    state: nullable(oneOf(...PLAN_STATES)),
    locked: nullable(flag),
    audit: nullable(flag),
    hidden: flag,
    endsAt: nullable(dayOrTime),
    exitId: nullable(text),
  }),
  membership,
  basis: nullable(oneOf('item', 'items', 'shop-average', 'mixed')),
  special: rate,
  general: rate,
  gapBp: nullable(gapBp),
  scopes: record({ below: count, equal: count, above: count, unknown: count }),
  items: list(
    record({
      itemId: nullable(text),
      title: nullable(text),
      relation,
      basis: nullable(scopeBasis),
      special: rate,
      general: rate,
      gapBp: nullable(gapBp),
      weight: count,
    }),
  ),
  context: record({ event: nullable(rate), marketing: nullable(rate) }),
  lastChange,
  ageMs: nullable(count),
  exit: {
    ...nullable(record({ page: text, exitId: nullable(text) })),
    description: 'where to exit, and the record to look for; null unless the verdict is exit',
  },
  muted: {
    ...nullable(record({ until: nullable(time), reason: nullable(text) })),
    description: 'judged all the same, but not counted in exit codes; until null: until it is taken back',
  },
  policy: { ...nullable(policy), description: 'where an exception holds for the plan or its shop; null: as above' },
});
const plans = list({ $ref: '#/$defs/plan' });
const PLAN_DEFS = { reason, plan };

function documentOf(
  name: DocumentName,
  properties: Readonly<Record<string, Schema>>,
  defs: Readonly<Record<string, Schema>> = {},
): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `tkguard ${name}`,
    ...record({ schema: { const: `tkguard.${name}/1` }, ...properties }),
    ...(Object.keys(defs).length > 0 ? { $defs: defs } : {}),
  };
}

const judged = { generatedAt: time, asOf: time, policy };
const coded = record({
  code: text,
  args: { type: 'object', additionalProperties: { anyOf: [text, { type: 'number' }] } },
});

const snapshots = list(
  record({
    account: text,
    capturedAt: time,
    capturedFrom: oneOf(...CAPTURED_FROM),
    coverage: oneOf(...COVERAGES),
    rows: count,
  }),
);
const problems = list(record({ code: text, locator: count, field: text, found: text, expected: text }));
const knownSince = nullable(record({ importedAt: time, capturedAt: nullable(time) }));
const fileOutcome = record({
  file: text,
  status: oneOf('imported', 'known', 'left', 'held', 'refused', 'unreadable'),
  format: nullable(text),
  encoding: nullable(text),
  snapshots,
  rows: count,
  changedRows: count,
  refusal: nullable(coded),
  problems,
  notes: list(coded),
  knownSince,
});

const changedVerdict = record({
  account: text,
  shop: record({ id: nullable(text), name: nullable(text) }),
  plan: record({ id: text, name: nullable(text) }),
  from: nullable(text),
  to: nullable(text),
  stale: flag,
  reasons,
});
const rateField = record({
  field: text,
  unit: { ...nullable(oneOf('percent', 'basis-points', 'fraction')), description: 'null: not known, so not read' },
  measure: oneOf('commission', 'income'),
});
const planFacts = record({
  id: text,
  kind: nullable(oneOf(...PLAN_KINDS)),
  name: nullable(text),
  state: nullable(oneOf(...PLAN_STATES)),
  status: nullable(membershipStatus),
  joinedAt: nullable(dayOrTime),
  approvedAt: nullable(dayOrTime),
  exitId: nullable(text),
  locked: nullable(flag),
  audit: nullable(flag),
  hidden: nullable(flag),
  startsAt: nullable(dayOrTime),
  endsAt: nullable(dayOrTime),
});
const sampleRow = record({
  locator: { ...count, description: 'line of the file; in JSON, number of the row' },
  account: nullable(text),
  capturedAt: nullable(time),
  shop,
  item: nullable(record({ id: text, title: nullable(text) })),
  plan: planFacts,
  rate: nullable(
    record({
      rateBp: nullable(rateBp),
      rate: nullable(rateText),
      measure: oneOf('commission', 'income'),
      cell: { ...text, description: 'as it stands in the file' },
      sales: nullable(count),
    }),
  ),
});
const proposal = record({
  name: text,
  columns: list(
    record({
      source: text,
      column: nullable(text),
      by: nullable(oneOf('name', 'cells')),
      unit: { ...nullable(oneOf('percent', 'basis-points', 'fraction')), description: 'null: not certain' },
      unitBy: nullable(oneOf('header', 'percent-sign')),
      isIncome: { ...flag, description: 'a rate of income (commission and subsidy), which is never compared' },
      look: oneOf('empty', 'percent', 'number', 'id', 'time', 'link', 'text'),
      filled: count,
      cells: count,
      lowest: nullable(text),
      highest: nullable(text),
      allWhole: flag,
      percentSigns: count,
      samples: list(text),
    }),
  ),
  mapping: { type: 'object', description: 'as it stands in the configuration; "?" is for the user to fill' },
  fixed: {
    ...list(record({ place: text, value: text, source: text })),
    description: 'values in it that are fixed by the name of a column',
  },
  open: list(text),
});
const inspectedFile = record({
  file: text,
  status: oneOf('readable', 'known', 'held', 'refused', 'unreadable'),
  format: nullable(text),
  encoding: nullable(text),
  separator: nullable(text),
  snapshots,
  rates: list(rateField),
  columns: list(record({ name: text, column: nullable(text) })),
  rows: count,
  against: record({ added: count, changed: count, gone: count }),
  sample: list(sampleRow),
  refusal: nullable(coded),
  problems,
  problemCount: count,
  notes: list(coded),
  knownSince,
  proposal: nullable(proposal),
});
const rateEvidence = nullable(
  record({
    rateBp: nullable(rateBp),
    rate: nullable(rateText),
    raw: nullable(text),
    file: text,
    locator: nullable(count),
    firstReadAt: nullable(time),
    lastConfirmedAt: time,
    zero: flag,
    conflict: flag,
    absentCaptures: count,
    lastChange,
  }),
);

const planName = record({ id: text, name: nullable(text), kind: nullable(oneOf(...PLAN_KINDS)) });
const itemName = nullable(record({ id: text, title: nullable(text) }));
const line: Schema = {
  ...nullable(count),
  description: 'line of the file, or row of a JSON file; null where it is not kept',
};

const changeRecord = record({
  code: oneOf(...CHANGE_CODES),
  account: text,
  shop,
  plan: planName,
  item: itemName,
  fromBp: nullable({ type: 'integer', description: 'basis points; of a crossing, special minus general' }),
  toBp: nullable(integer),
  from: { ...nullable(text), description: 'percent ("10.00"), or a state, a membership, a name' },
  to: nullable(text),
  lastSeenBefore: nullable(time),
  firstSeenAfter: time,
  source: {
    ...nullable(record({ file: text, line })),
    description: 'where it was first seen; null where the change is that something was not seen',
  },
});

const measure = {
  ...oneOf(...MEASURES),
  description: 'income: commission plus subsidy, compared with no commission rate',
};

const timeline = record({
  account: text,
  shop,
  plan: planName,
  measure,
  item: itemName,
  steps: list(
    record({
      from: time,
      to: time,
      specialBp: { ...nullable(rateBp), description: 'null: not known then, or not listed' },
      special: nullable(rateText),
      generalBp: nullable(rateBp),
      general: nullable(rateText),
      gapBp: nullable(gapBp),
      relation,
    }),
  ),
});

const reading = record({
  capturedAt: time,
  account: text,
  shop,
  plan: planName,
  measure,
  item: itemName,
  rateBp: { ...nullable(rateBp), description: 'null: the export lists the rate as unknown' },
  rate: nullable(rateText),
  file: { type: 'string', description: 'the file of this very capture' },
  line: { ...line, description: 'line of the file; kept only where a value was first read in a row of captures' },
  raw: { ...nullable(text), description: 'the cell as it stood; kept where line is' },
});

const planEvidence = record({
  plan: record({ id: text, name: nullable(text) }),
  accounts: list(text),
  bad: flag,
  joined: flag,
  firstSeen: time,
  lastSeen: time,
  cuts: count,
  crossedBelow: count,
  raises: count,
  largestCutBp: nullable(rateBp),
  largestCut: nullable(rateText),
  daysToFirstCut: nullable(count),
  closedAfterDays: nullable(count),
  locked: flag,
  lockBroken: flag,
});

const merchant = record({
  grade: oneOf(...GRADES),
  shop,
  watched: count,
  bad: count,
  confidence: record({ lowerPermille: count, upperPermille: count, lower: text, upper: text }),
  daysObserved: count,
  cuts: count,
  crossedBelow: count,
  closedSoon: count,
  raises: count,
  largestCutBp: nullable(rateBp),
  largestCut: nullable(rateText),
  daysToFirstCut: nullable(count),
  locked: count,
  locksHonoured: count,
  plans: list(planEvidence),
});

const countsOf = (codes: readonly string[]) => record(Object.fromEntries(codes.map((code) => [code, count])));

export const JSON_SCHEMAS: Readonly<Record<DocumentName, object>> = {
  sync: documentOf(
    'sync',
    {
      generatedAt: time,
      asOf: time,
      dryRun: flag,
      summary: record({
        imported: count,
        known: count,
        left: count,
        held: count,
        refused: count,
        unreadable: count,
        rows: count,
        changedRows: count,
        changes: count,
      }),
      files: list(fileOutcome),
      changes: list(changedVerdict),
      warnings: { ...list(coded), description: 'what did not stop the sync, but is not well' },
    },
    { reason },
  ),
  inspect: documentOf(
    'inspect',
    {
      generatedAt: time,
      summary: record({
        readable: count,
        refused: count,
        unreadable: count,
        added: count,
        changed: count,
        gone: count,
        changes: count,
      }),
      files: list(inspectedFile),
      ledger: oneOf('none', 'read', 'unreadable'),
      ledgerReason: nullable(coded),
      changes: list(changedVerdict),
    },
    { reason },
  ),
  diff: documentOf(
    'diff',
    {
      ...judged,
      summary: record({ exit: count, keep: count, review: count, superseded: count, notJoined: count, muted: count }),
      plans,
    },
    PLAN_DEFS,
  ),
  check: documentOf(
    'check',
    {
      ...judged,
      query: record({ text, kind: nullable(oneOf('item', 'plan', 'shop')), id: nullable(text) }),
      verdict,
      reasons: list({ anyOf: [{ $ref: '#/$defs/reason' }, record({ code: { const: 'no-such-id' } })] }),
      exitCode: { enum: [0, 1, 3] },
      answers: list(
        record({
          account: text,
          shop,
          verdict,
          reasons,
          plans,
          better: list(
            record({
              via: oneOf('general', 'joined', 'joinable', 'event', 'marketing'),
              planId: text,
              planName: nullable(text),
              rateBp,
              rate: rateText,
              capturedAt: time,
              audit: nullable(flag),
            }),
          ),
        }),
      ),
    },
    PLAN_DEFS,
  ),
  snapshots: documentOf('snapshots', {
    snapshots: list(
      record({
        id: integer,
        capturedAt: time,
        capturedFrom: oneOf(...CAPTURED_FROM),
        importedAt: time,
        account: text,
        format: text,
        coverage: oneOf(...COVERAGES),
        rows: count,
        file: text,
        encoding: text,
        sha256: text,
        held: nullable(coded),
      }),
    ),
  }),
  mutes: documentOf('mutes', {
    generatedAt: time,
    mutes: list(
      record({
        shop,
        plan: record({ id: text, name: nullable(text) }),
        account: { ...nullable(text), description: 'null: every account' },
        since: nullable(time),
        until: { ...nullable(time), description: 'null: until it is taken back' },
        from: oneOf('command', 'config'),
        reason: nullable(text),
      }),
    ),
  }),
  formats: documentOf('formats', {
    formats: list(
      record({
        id: text,
        kind: text,
        gives: list(text),
        needs: list(text),
        exampleName: text,
        rates: list(rateField),
        addresses: list(text),
        example: text,
      }),
    ),
  }),
  why: documentOf(
    'why',
    {
      ...judged,
      plan: { $ref: '#/$defs/plan' },
      rule: oneOf('only-approved', 'latest-approved', 'undecided', 'superseded', 'closed', 'pending', 'not-joined'),
      membership: nullable(
        record({
          status: membershipStatus,
          joinedAt: nullable(dayOrTime),
          approvedAt: nullable(dayOrTime),
          seenAt: time,
          file: text,
          locator: nullable(count),
          conflict: flag,
          absentCaptures: count,
        }),
      ),
      comparisons: list(
        record({
          itemId: nullable(text),
          title: nullable(text),
          relation,
          basis: nullable(scopeBasis),
          gapBp: nullable(gapBp),
          weight: count,
          stale: flag,
          special: rateEvidence,
          general: rateEvidence,
        }),
      ),
      others: list(
        record({
          verdict: nullable(verdict),
          standing,
          plan: record({ id: text, name: nullable(text) }),
          membership,
          rateBp: nullable(rateBp),
          rate: nullable(rateText),
        }),
      ),
    },
    PLAN_DEFS,
  ),
  changes: documentOf('changes', {
    generatedAt: time,
    since: time,
    until: time,
    newestCapturedAt: nullable(time),
    confirmMissing: count,
    summary: countsOf(CHANGE_CODES),
    changes: list(changeRecord),
  }),
  history: documentOf('history', {
    generatedAt: time,
    since: nullable(time),
    until: time,
    newestCapturedAt: nullable(time),
    query: record({ text, kind: oneOf('item', 'plan', 'shop'), id: text }),
    timelines: list(timeline),
    readings: list(reading),
  }),
  shops: documentOf('shops', {
    generatedAt: time,
    asOf: time,
    newestCapturedAt: nullable(time),
    confirmMissing: count,
    formula: { type: 'string', description: 'how a grade follows from the numbers' },
    summary: countsOf(GRADES),
    shops: list(merchant),
  }),
  doctor: documentOf('doctor', {
    generatedAt: time,
    summary: countsOf(LEVELS),
    findings: list(
      record({
        level: oneOf(...LEVELS),
        code: oneOf(...FINDING_CODES),
        args: { type: 'object', additionalProperties: { anyOf: [text, { type: 'number' }] } },
      }),
    ),
  }),
  paths: documentOf('paths', {
    paths: list(record({ name: oneOf('database', 'backups', 'config'), path: nullable(text), exists: flag })),
  }),
  config: documentOf('config', {
    path: { ...nullable(text), description: 'the file, whether or not it is there' },
    exists: flag,
    settings: list(
      record({
        key: { type: 'string', description: 'place in the file: policy.minGain, sources[0].path' },
        value: nullable(text),
        from: oneOf('flag', 'environment', 'file', 'locale', 'default'),
        name: { ...nullable(text), description: 'of the flag or the variable' },
        line: { ...nullable(count), description: 'line of the file' },
      }),
    ),
  }),
};
