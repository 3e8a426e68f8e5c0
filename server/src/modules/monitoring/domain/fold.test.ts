import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Action, type FoundState, fold, type LeadState, leadKey } from './fold.ts';

const rules = {
  today: '2026-11-03',
  period: '2026-10',
  growsAt: [5, 4] as const,
  lasting: new Set(['undue-vehicle', 'missed-subsistence']),
};

const finding = fc.record({
  householdId: fc.integer({ min: 1, max: 6 }).map(String),
  kindCause: fc.constantFrom(
    ['undue', 'undue-vehicle'] as const,
    ['missed', 'missed-subsistence'] as const,
    ['shock', 'shock-medical'] as const,
  ),
  level: fc.constantFrom('red' as const, 'orange' as const, 'yellow' as const, 'blue' as const),
  undetermined: fc.boolean(),
  metric: fc.option(fc.bigInt({ min: 0n, max: 100_000n }), { nil: null }),
});
const toFinding = ({
  kindCause,
  ...rest
}: { kindCause: readonly [FoundState['kind'], string] } & Omit<FoundState, 'kind' | 'cause'>): FoundState => ({
  ...rest,
  kind: kindCause[0],
  cause: kindCause[1],
});
const unique = <T extends { householdId: string; kind: string; cause: string }>(list: T[]): T[] => [
  ...new Map(list.map((x) => [leadKey(x), x])).values(),
];
const findings = fc.array(finding, { maxLength: 20 }).map((list) => unique(list.map(toFinding)));
const leads = fc
  .array(
    fc.record({
      base: finding,
      status: fc.constantFrom('open' as const, 'verified' as const, 'closed' as const),
      found: fc.boolean(),
      foundIn: fc.constantFrom('2026-09', '2026-10'),
      restUntil: fc.constantFrom(null, '2026-10-01', '2026-11-03', '2027-05-03'),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    unique(
      list.map(
        ({ base, status, found, foundIn, restUntil }, n): LeadState => ({
          ...toFinding(base),
          id: String(n),
          status,
          found,
          foundIn,
          restUntil: status === 'closed' ? restUntil : null,
        }),
      ),
    ),
  );

/** The state after the actions, as the database would hold it. */
function applied(before: readonly LeadState[], actions: readonly Action[]): LeadState[] {
  const after = new Map(before.map((l) => [l.id, { ...l }]));
  let next = 1000;
  for (const a of actions) {
    if (a.do === 'raise') {
      const id = String(next++);
      after.set(id, { ...a.finding, id, status: 'open', found: true, foundIn: rules.period, restUntil: null });
    } else {
      const lead = after.get(a.lead.id) as LeadState;
      if (a.do === 'grow')
        Object.assign(lead, {
          level: a.level,
          metric: a.finding.metric,
          undetermined: a.finding.undetermined,
          status: 'open',
          found: true,
        });
      if (a.do === 'confirm') lead.found = true;
      if (a.do === 'lose') lead.found = false;
      if (a.do === 'correct') {
        const { level, metric, undetermined } = a.finding;
        Object.assign(lead, { level, metric, undetermined, found: true });
      }
      if (a.do === 'withdraw') after.delete(a.lead.id);
      if (a.do === 'finish') Object.assign(lead, { status: 'closed', restUntil: null });
    }
  }
  return [...after.values()];
}
const inHand = (list: readonly LeadState[]) => list.filter((l) => l.status !== 'closed');

test('there is never more than one lead in hand for a household and cause', () => {
  fc.assert(
    fc.property(leads, findings, (before, found) => {
      const after = inHand(applied(before, fold(before, found, rules)));
      assert.equal(new Set(after.map(leadKey)).size, after.length);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('the same findings again raise, grow and lose nothing', () => {
  fc.assert(
    fc.property(leads, findings, (before, found) => {
      const once = applied(before, fold(before, found, rules));
      const again = fold(once, found, rules).filter((a) => !['confirm', 'rest'].includes(a.do));
      // A metric that stands for a burden may be 0 and cannot grow; nothing else may move.
      assert.deepEqual(again, []);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('the order of leads and findings does not matter', () => {
  fc.assert(
    fc.property(leads, findings, (before, found) => {
      assert.deepEqual(fold([...before].reverse(), [...found].reverse(), rules), fold(before, found, rules));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('every finding ends in a lead in hand, unless its cause rests', () => {
  fc.assert(
    fc.property(leads, findings, (before, found) => {
      const actions = fold(before, found, rules);
      const after = new Set(inHand(applied(before, actions)).map(leadKey));
      const resting = new Set(actions.filter((a) => a.do === 'rest').map((a) => leadKey(a.lead)));
      for (const f of found) assert.equal(after.has(leadKey(f)) !== resting.has(leadKey(f)), true);
    }),
    { seed: 4, numRuns: 500 },
  );
});

const base: LeadState = {
  id: '1',
  householdId: '7',
  kind: 'shock',
  cause: 'shock-medical',
  level: 'orange',
  undetermined: false,
  metric: 20_000_00n,
  status: 'closed',
  found: true,
  foundIn: '2026-09',
  restUntil: '2027-05-03',
};
const again = (over: Partial<FoundState>): FoundState => ({
  householdId: '7',
  kind: 'shock',
  cause: 'shock-medical',
  level: 'orange',
  undetermined: false,
  metric: 20_000_00n,
  ...over,
});

test('a resting cause stays silent below five quarters of what it was, and speaks from there on', () => {
  assert.equal(fold([base], [again({ metric: 24_999_99n })], rules)[0]?.do, 'rest');
  assert.equal(fold([base], [again({ metric: 25_000_00n })], rules)[0]?.do, 'raise');
  assert.equal(fold([base], [again({ level: 'red' })], rules)[0]?.do, 'raise');
  assert.equal(fold([{ ...base, restUntil: '2026-11-02' }], [again({})], rules)[0]?.do, 'raise');
  assert.equal(fold([{ ...base, restUntil: '2026-11-03' }], [again({})], rules)[0]?.do, 'rest');
});

test('what is no longer found stays with people, once said; only what they verified is finished; events are found once', () => {
  const lasting: LeadState = { ...base, kind: 'undue', cause: 'undue-vehicle', status: 'open', restUntil: null };
  assert.deepEqual(fold([lasting], [], rules), [{ do: 'lose', lead: lasting }]);
  assert.deepEqual(fold([{ ...lasting, found: false }], [], rules), []);
  assert.equal(fold([{ ...lasting, status: 'verified' }], [], rules)[0]?.do, 'finish');
  assert.deepEqual(fold([{ ...base, status: 'open', restUntil: null }], [], rules), []);
});

test('where a link was decided otherwise, leads are told by what is found now, and withdrawn when nothing is', () => {
  fc.assert(
    fc.property(leads, findings, (before, found) => {
      const corrected = new Set(['1', '2', '3']);
      const once = applied(before, fold(before, found, { ...rules, corrected }));
      const keys = new Set(found.map(leadKey));
      for (const lead of inHand(once)) {
        if (!corrected.has(lead.householdId)) continue;
        // What was no longer found before stays with people, and events of an earlier month; of all others only what is found is left.
        const told = before.find((l) => l.id === lead.id);
        const earlier = !rules.lasting.has(lead.cause) && told?.foundIn !== rules.period;
        if (!keys.has(leadKey(lead))) assert.equal(lead.found, earlier && told?.found === true);
        else assert.equal(lead.level, found.find((f) => leadKey(f) === leadKey(lead))?.level);
      }
    }),
    { seed: 6, numRuns: 500 },
  );
});

test('an event that an earlier month told is not withdrawn because a link of the household was decided later', () => {
  const corrected = new Set(['7']);
  const open: LeadState = { ...base, status: 'open', restUntil: null };
  assert.deepEqual(fold([open], [], { ...rules, corrected }), []);
  assert.equal(fold([{ ...open, foundIn: rules.period }], [], { ...rules, corrected })[0]?.do, 'withdraw');
});
