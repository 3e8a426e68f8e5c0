import { type Command, Option } from 'commander';
import type { Output } from './output.ts';

type Run = (options: never, out: Output, args: string[]) => Promise<number | undefined>;

/** What every command of the door shares. */
export interface CommandParts {
  action(load: () => Promise<{ command: Run }>): (...given: unknown[]) => Promise<void>;
  period(): Option;
  checkDate(text: string): string;
  data(): Option;
  packs(): Option;
  now(): Option;
  json(): Option;
}

/** The commands about what departments send: consents, lists, requests, quality, and what is destroyed in time. */
export function addDepartmentCommands(program: Command, parts: CommandParts): void {
  const { action, period, data, packs, now, json } = parts;
  const at = (text: string) => new Option('--at <date>', text).argParser(parts.checkDate);
  const purpose = () => new Option('--purpose <text>', '用途，随记录留存').makeOptionMandatory();
  const end = (command: Command, run: () => Promise<Run>) =>
    command
      .addOption(data())
      .addOption(packs())
      .addOption(now())
      .addOption(json())
      .action(action(async () => ({ command: await run() })));

  const authorisations = program
    .command('authorisations')
    .description('核对授权：没有有效授权的人，其财产数据一律拒收');
  end(
    authorisations.command('import').description('登记授权清单（CSV，见 docs/exchange.md）').argument('<file>'),
    async () => (await import('./commands/authorisations.ts')).importList,
  );
  end(
    authorisations.command('list').description('列出授权（只有编号）').addOption(at('只列这一天有效的')),
    async () => (await import('./commands/authorisations.ts')).list,
  );
  end(
    authorisations
      .command('revoke')
      .description('撤回一份授权')
      .argument('<id>')
      .requiredOption('--reason <text>', '事由')
      .addOption(at('自哪一天起（默认今天）')),
    async () => (await import('./commands/authorisations.ts')).revoke,
  );

  const exchange = program.command('exchange').description('名单核对：发出名单，收回反馈，到期销毁');
  end(
    exchange
      .command('send')
      .description('为一个月（在册与待核查的家庭）或一条线索开列名单')
      .argument('<feed>')
      .addOption(purpose())
      .addOption(period())
      .option('--case <lead>', '线索编号')
      .option('--out <dir>', '写到哪个目录', '.')
      .option('--password-file <file>', '口令文件；不存在的，生成一个'),
    async () => (await import('./commands/exchange.ts')).send,
  );
  end(
    exchange
      .command('receive')
      .description('收反馈：只留名单上的人')
      .argument('<feed>')
      .argument('<file>')
      .addOption(period())
      .option('--password-file <file>', '反馈加密的，写发出时的口令文件'),
    async () => (await import('./commands/exchange.ts')).receive,
  );
  end(
    exchange.command('list').description('发出名单的记录'),
    async () => (await import('./commands/exchange.ts')).list,
  );

  const sharing = program.command('sharing').description('共享申请：部门不报送时的申请、时限与升级');
  end(sharing.command('list').description('列出申请与时限'), async () => (await import('./commands/sharing.ts')).list);
  end(
    sharing
      .command('request')
      .description('提出申请，时限自今天起算')
      .argument('<feed>')
      .addOption(purpose())
      .addOption(period())
      .option('--correction', '申请校核（而不是提供）', false)
      .option('--unconditional', '目录中属无条件共享', false),
    async () => (await import('./commands/sharing.ts')).request,
  );
  end(
    sharing
      .command('record')
      .description('记录进展：extended、agreed、refused、provided、corrected、escalated、withdrawn')
      .argument('<id>')
      .argument('<event>')
      .addOption(at('哪一天发生的（默认今天）'))
      .option('--note <text>', '说明', ''),
    async () => (await import('./commands/sharing.ts')).record,
  );

  const quality = program.command('quality').description('数据质量：月报、警示与确认');
  end(
    quality
      .command('report')
      .description('出具一个部门的月度反馈')
      .requiredOption('--department <name>', '部门，写法与契约相同')
      .addOption(period().makeOptionMandatory())
      .option('--out <file>', '写成 Word 文档（.docx）'),
    async () => (await import('./commands/quality.ts')).report,
  );
  end(
    quality.command('alarms').description('一个月需要核实的情况').addOption(period().makeOptionMandatory()),
    async () => (await import('./commands/quality.ts')).alarms,
  );
  end(
    quality
      .command('accept')
      .description('确认一次可疑的报送属实')
      .argument('<delivery>')
      .requiredOption('--reason <text>', '向谁核实、结果如何'),
    async () => (await import('./commands/quality.ts')).accept,
  );

  const retention = program.command('retention').description('到期销毁：原始文件、核对名单与反馈');
  end(retention.command('run').description('销毁到期的'), async () => (await import('./commands/retention.ts')).run);
  end(retention.command('list').description('销毁记录'), async () => (await import('./commands/retention.ts')).list);
}
