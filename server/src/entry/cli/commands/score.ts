import { resolve } from 'node:path';
import { score } from '../../../modules/monitoring/batch.ts';
import { openInstallation } from '../../../platform/installation.ts';
import type { Output } from '../output.ts';

/** `doudi score`: leads against a truth made by others; the columns of truth.csv are in synth/README.md. */
export async function command(options: { data: string; truth: string; now?: string }, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const found = await score(installation, resolve(options.truth));
    const percent = (x: number | null) => (x === null ? '  —  ' : `${(x * 100).toFixed(1)}%`);
    out.result(
      found,
      found.kinds
        .map(
          (k) =>
            `${k.kind}: 埋 ${k.planted} 中 ${k.found} 线索 ${k.leads} 查全 ${percent(k.recall)} 查准 ${percent(k.precision)}\n${k.causes.map((c) => `    ${c.cause.padEnd(22)} 埋 ${c.planted} 中 ${c.found} 线索 ${c.leads} 查全 ${percent(c.recall)} 查准 ${percent(c.precision)}`).join('\n')}`,
        )
        .join('\n'),
    );
    return 0;
  } finally {
    await installation.close();
  }
}
