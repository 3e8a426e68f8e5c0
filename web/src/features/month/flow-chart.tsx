import type { Month } from '@doudi/contracts';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useSay } from '../../language/index.tsx';
import Chart from '../../ui/chart.tsx';
import { count } from '../../ui/figures.ts';
import { kinds } from '../leads/filters.ts';
import type { FeedOrder } from './feed-table.tsx';

type Goal = { feeds: FeedOrder } | { leads: string };
type Node = { name: string; title: string; value: number; goal: Goal; loss: boolean };
type Link = { source: string; target: string; value: number };

const main = '#17436b';
const lost = '#8793a0';

/**
 * Two flows side by side, each true to its own unit: rows on the left, leads on the right. One scale for both would
 * draw a hundred thousand rows beside a few hundred leads, and the leads would vanish.
 */
export default function FlowChart({ month, onFeeds }: { month: Month; onFeeds: (order: FeedOrder) => void }) {
  const say = useSay();
  const navigate = useNavigate();
  const { flow, period } = month;
  const drawn = useMemo(() => {
    const rows = rowFlow(month, (key) => say(key));
    const leads = leadFlow(month, (key) => say(key));
    return {
      option: {
        tooltip: { trigger: 'item' as const, confine: true, formatter: (item: unknown) => tip(item) },
        series: [series(rows, { left: 8, right: '58%' }), series(leads, { left: '53%', right: 96 })],
      },
      goals: new Map([...rows.nodes, ...leads.nodes].map((node) => [node.name, node.goal])),
    };
  }, [month, say]);
  const pick = (name: string) => {
    const goal = drawn.goals.get(name);
    if (!goal) return;
    if ('feeds' in goal) onFeeds(goal.feeds);
    else void navigate(`/leads?period=${period}${goal.leads}`);
  };
  return (
    <div className="flow-chart">
      <Chart
        option={drawn.option}
        height={250}
        label={say('month.chartLabel', {
          period,
          received: flow.received,
          accepted: flow.accepted,
          quarantined: flow.quarantined,
          leads: flow.leads,
          visited: flow.visited,
          confirmed: flow.confirmed,
        })}
        onPick={({ data, name }) => pick((data as { target?: string } | null)?.target ?? name)}
      />
      <p className="muted legend">
        <span>{say('month.flowRows')}</span>
        <span>{say('month.flowLeads')}</span>
      </p>
    </div>
  );
}

type Words =
  | 'month.received'
  | 'month.accepted'
  | 'month.unchanged'
  | 'month.quarantined'
  | 'month.refused'
  | 'month.linked'
  | 'month.unlinked'
  | 'month.open'
  | 'month.visited'
  | 'month.confirmed'
  | 'month.notConfirmed'
  | `kind.${(typeof kinds)[number]}`;

function rowFlow({ flow }: Month, word: (key: Words) => string) {
  const feeds = (name: Words, value: number, order: FeedOrder, loss = false): Node => ({
    name,
    title: word(name),
    value,
    goal: { feeds: order },
    loss,
  });
  const kept = flow.accepted + flow.unchanged;
  const linked = Math.min(flow.linked, kept);
  const acceptedLinked = kept === 0 ? 0 : Math.round((flow.accepted * linked) / kept);
  const nodes = [
    feeds('month.received', flow.received, 'state'),
    feeds('month.accepted', flow.accepted, 'state'),
    feeds('month.unchanged', flow.unchanged, 'state'),
    feeds('month.quarantined', flow.quarantined, 'quarantined', true),
    feeds('month.refused', flow.refused, 'refused', true),
    feeds('month.linked', flow.linked, 'unlinked'),
    feeds('month.unlinked', flow.unlinked, 'unlinked', true),
  ];
  const links: Link[] = [
    { source: 'month.received', target: 'month.accepted', value: flow.accepted },
    { source: 'month.received', target: 'month.unchanged', value: flow.unchanged },
    { source: 'month.received', target: 'month.quarantined', value: flow.quarantined },
    { source: 'month.received', target: 'month.refused', value: flow.refused },
    { source: 'month.accepted', target: 'month.linked', value: acceptedLinked },
    { source: 'month.unchanged', target: 'month.linked', value: linked - acceptedLinked },
    { source: 'month.accepted', target: 'month.unlinked', value: flow.accepted - acceptedLinked },
    { source: 'month.unchanged', target: 'month.unlinked', value: flow.unchanged - (linked - acceptedLinked) },
  ];
  return { nodes, links };
}

function leadFlow({ leadsByKind, flow }: Month, word: (key: Words) => string) {
  const of = (kind: string) => leadsByKind.filter((row) => row.kind === kind);
  const sum = (rows: Month['leadsByKind'], pick: 'count' | 'open') => rows.reduce((all, row) => all + row[pick], 0);
  const open = sum(leadsByKind, 'open');
  const done = sum(leadsByKind, 'count') - open;
  const confirmed = Math.min(flow.confirmed, done);
  const leads = (name: Words, value: number, filter: string, loss = false): Node => ({
    name,
    title: word(name),
    value,
    goal: { leads: filter },
    loss,
  });
  const nodes = [
    ...kinds.map((kind) => leads(`kind.${kind}`, sum(of(kind), 'count'), `&kind=${kind}`)),
    leads('month.visited', done, '&status=verified'),
    leads('month.open', open, '&status=open', true),
    leads('month.confirmed', confirmed, '&status=verified'),
    leads('month.notConfirmed', done - confirmed, '&status=verified', true),
  ];
  const links: Link[] = [
    ...kinds.flatMap((kind) => {
      const rows = of(kind);
      const waiting = sum(rows, 'open');
      return [
        { source: `kind.${kind}`, target: 'month.visited', value: sum(rows, 'count') - waiting },
        { source: `kind.${kind}`, target: 'month.open', value: waiting },
      ];
    }),
    { source: 'month.visited', target: 'month.confirmed', value: confirmed },
    { source: 'month.visited', target: 'month.notConfirmed', value: done - confirmed },
  ];
  return { nodes, links };
}

function series(
  { nodes, links }: { nodes: Node[]; links: Link[] },
  place: { left: number | string; right: number | string },
) {
  const drawnLinks = links.filter((link) => link.value > 0);
  const used = new Set(drawnLinks.flatMap((link) => [link.source, link.target]));
  return {
    type: 'sankey' as const,
    ...place,
    top: 8,
    bottom: 8,
    nodeWidth: 10,
    nodeGap: 14,
    layoutIterations: 0,
    draggable: false,
    nodeAlign: 'left' as const,
    cursor: 'pointer',
    emphasis: { focus: 'none' as const, lineStyle: { color: '#8fa9c0', opacity: 1 } },
    lineStyle: { color: '#d5dee7', opacity: 1, curveness: 0.5 },
    label: { fontSize: 13, color: '#16202a', formatter: (item: { data: { title?: string } }) => item.data.title ?? '' },
    data: nodes
      .filter((node) => used.has(node.name))
      .map((node) => ({
        name: node.name,
        title: `${node.title} ${count(node.value)}`,
        itemStyle: { color: node.loss ? lost : main, borderWidth: 0 },
      })),
    links: drawnLinks,
  };
}

function tip(item: unknown): string {
  const { dataType, data, value } = item as { dataType?: string; data: { title?: string }; value: number };
  return dataType === 'node' ? (data.title ?? '') : count(value);
}
