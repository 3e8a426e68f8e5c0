import { SankeyChart } from 'echarts/charts';
import { TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([SankeyChart, TooltipComponent, SVGRenderer]);

type Picked = { dataType?: string; name: string; data: unknown; seriesName?: string };

/**
 * One ECharts drawing as SVG. `label` says in a sentence what it shows; `onPick` receives what was clicked.
 * The numbers themselves always stand in a table or list beside it, which is what a screen reader reads.
 */
export default function Chart(props: {
  option: EChartsCoreOption;
  height: number;
  label: string;
  onPick?: (picked: Picked) => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const pick = useRef(props.onPick);
  pick.current = props.onPick;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const chart = init(element, null, { renderer: 'svg' });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: '#16202a' },
      ...props.option,
    });
    chart.on('click', (event) => {
      const { name, data, dataType, seriesName } = event;
      pick.current?.({ name, data, ...(dataType ? { dataType } : {}), ...(seriesName ? { seriesName } : {}) });
    });
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, [props.option]);
  return <div ref={host} role="img" aria-label={props.label} style={{ height: props.height, width: '100%' }} />;
}
