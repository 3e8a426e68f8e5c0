import { openInstallation } from '../../../platform/installation.ts';
import { verify } from '../../verify.ts';
import type { Output } from '../output.ts';

/** `doudi verify`: every promise that can be read from the data; exit 1 when one is broken. */
export async function command(options: { data: string; now?: string }, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const found = await verify(installation);
    out.result(
      found,
      found.checks
        .map((c) => `${c.ok ? '守' : '破'} ${c.name}${c.ok ? '' : `\n    ${c.broken.slice(0, 10).join('\n    ')}`}`)
        .join('\n'),
    );
    return found.ok ? 0 : 1;
  } finally {
    await installation.close();
  }
}
