import { basename } from 'node:path';
import { type Preview, previewFile } from '../../../modules/intake/batch.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready, withIntake } from '../../worker/ready.ts';
import type { Output } from '../output.ts';
import { account, deliveryOf } from './intake.ts';

interface Options {
  feed?: string;
  period?: string;
  data: string;
  packs?: string[];
  now?: string;
}

/** `doudi intake preview`: what would become of files, without keeping anything of them. */
export async function command(options: Options, out: Output, files: string[]): Promise<number> {
  const named = files.map((file) => ({ file, ...deliveryOf(file, options) }));
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const previews = await withIntake(installation, async (deps) => {
      const seen: (Preview & { file: string })[] = [];
      for (const { file, feed, period } of named) {
        out.progress(`预览 ${period} ${feed}`);
        const preview = await previewFile(deps, { file, feed, period, receivedAt: installation.clock.now() });
        seen.push({ file: basename(file), ...preview });
      }
      return seen;
    });
    out.result(previews, previews.map(inWords).join('\n'));
    return 0;
  } finally {
    await installation.close();
  }
}

function inWords(p: Preview): string {
  const lines = [`${p.period} ${p.feed}（预览，未入库）: ${account(p)}${p.repeated ? '（与已收的文件相同）' : ''}`];
  for (const s of p.sections) if (s.name !== null) lines.push(`  ${s.name}：${s.rows} 行`);
  if (p.unknown.length > 0) lines.push(`  未读：${p.unknown.join('、')}`);
  if (p.absent.length > 0) lines.push(`  缺少的可选栏：${p.absent.join('、')}`);
  const d = p.difference;
  if (d) {
    const what = d.supersedes ? `将替换 ${d.against} 已收的文件` : `与 ${d.against} 相比`;
    lines.push(`  ${what}：新增 ${d.added}、变更 ${d.changed}、消失 ${d.gone}、相同 ${d.same}`);
  }
  for (const f of p.faults) {
    const places = f.places.map((at) => `${at.section ? `${at.section} ` : ''}第 ${at.line} 行`).join('、');
    lines.push(`  ${f.count} 行：${f.message}（${places}${f.count > f.places.length ? ' 等' : ''}）；${f.cure}`);
  }
  return lines.join('\n');
}
