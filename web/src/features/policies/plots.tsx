import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent } from 'echarts/components';
import { use } from 'echarts/core';
import Chart from '../../ui/chart.tsx';

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent]);

/** Told apart by colour-blind eyes and on grey paper: dark, light, and two between, in this order. */
const palette = ['#17436b', '#c2570c', '#7fa8cf', '#b88a00', '#5b6670', '#8f1d14'];
// On grey paper the hatching tells what the colours no longer do.
const aria = { enabled: true, decal: { show: true } };
const common = {
  color: palette,
  tooltip: { trigger: 'axis' as const, confine: true },
  legend: { top: 0, itemWidth: 18, textStyle: { color: '#16202a' } },
};

const DASHES = ['solid', 'dashed', 'dotted'] as const;

export type Series = { name: string; values: readonly (number | null)[] };

/** Bars side by side or stacked over categories; `across` lays them flat, for names that need room. */
export function Bars(props: {
  label: string;
  categories: readonly string[];
  series: readonly Series[];
  stacked?: boolean;
  across?: boolean;
  unit: string;
  onPick?: (category: string, series: string) => void;
}) {
  const { categories, series, stacked, across, unit } = props;
  const names = { type: 'category' as const, data: [...categories], axisLabel: { color: '#16202a', interval: 0 } };
  const values = {
    type: 'value' as const,
    name: unit,
    nameTextStyle: { color: '#414d59' },
    axisLabel: { color: '#16202a' },
  };
  const option = {
    ...common,
    aria,
    grid: { left: 8, right: 72, top: 40, bottom: 8, containLabel: true },
    xAxis: across ? values : names,
    yAxis: across ? { ...names, inverse: true } : values,
    series: series.map((s) => ({
      type: 'bar' as const,
      name: s.name,
      data: [...s.values],
      barMaxWidth: 28,
      ...(stacked ? { stack: 'all' } : {}),
    })),
  };
  const height = across ? Math.max(200, 64 + categories.length * (stacked ? 26 : 20 * series.length)) : 260;
  const { onPick } = props;
  return (
    <Chart
      option={option}
      height={height}
      label={props.label}
      {...(onPick ? { onPick: ({ name, seriesName }) => onPick(name, seriesName ?? '') } : {})}
    />
  );
}

/** Values that hold from a day on, by place, as steps over time. */
export function Steps(props: {
  label: string;
  unit: string;
  lines: readonly { name: string; points: [string, number][] }[];
}) {
  const option = {
    ...common,
    grid: { left: 8, right: 120, top: 64, bottom: 8, containLabel: true },
    xAxis: { type: 'time' as const, axisLabel: { color: '#16202a' } },
    yAxis: {
      type: 'value' as const,
      name: props.unit,
      scale: true,
      nameTextStyle: { color: '#414d59' },
      axisLabel: { color: '#16202a' },
    },
    series: props.lines.map((line, at) => ({
      type: 'line' as const,
      name: line.name,
      step: 'end' as const,
      // More places than colours: the second round of colours is dashed, the third dotted, and each line ends in its name.
      lineStyle: { type: DASHES[Math.floor(at / palette.length) % DASHES.length] ?? 'solid' },
      endLabel: { show: true, formatter: '{a}', color: '#16202a' },
      symbolSize: 7,
      data: line.points,
    })),
  };
  return <Chart option={option} height={300} label={props.label} />;
}
