#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addDepartmentCommands } from './cli/departments.ts';
import { openOutput, report } from './cli/output.ts';

// One door for data engineers and for `npm run demo`. Commands are loaded when called, so that `serve` never loads the engine.
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('doudi')
  .description('兜底：民政救助的监测、测算、线索与办理')
  .version(version)
  // So that `intake` and its subcommands may have options of the same name.
  .enablePositionalOptions()
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .showHelpAfterError('（doudi --help 列出全部命令）');

const json = () => new Option('--json', '只在标准输出打印一份 JSON').default(false);
const data = () => new Option('--data <dir>', '数据目录').default(process.env.DOUDI_DATA ?? 'data');
const packs = () => new Option('--packs <dir...>', '另加的规则包目录（同名者替换自带的）');
const now = () => new Option('--now <date>', '把时钟定在这一天（演示与复核用）');
const period = () => new Option('--period <YYYY-MM>', '月份').argParser(checkPeriod);

type Options = Record<string, unknown> & { json: boolean };
type Load = () => Promise<{
  command: (options: never, out: ReturnType<typeof openOutput>, args: string[]) => Promise<number | undefined>;
}>;

function action(load: Load) {
  return async (...given: unknown[]) => {
    const options = given.at(-2) as Options;
    const args = given
      .slice(0, -2)
      .flat()
      .filter((a): a is string => typeof a === 'string');
    const out = openOutput(options.json);
    try {
      const { command } = await load();
      const code = await command(options as never, out, args);
      out.end();
      process.exitCode = code ?? 0;
    } catch (error) {
      out.end();
      process.exitCode = report(error, options.json);
    }
  };
}

function checkPeriod(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError(`月份要写成 YYYY-MM，例如 2026-10；收到的是 ${text}`);
}

function checkDate(text: string): string {
  // Date.parse takes 2026-02-30 for the second of March.
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (at && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError(`日期要写成 YYYY-MM-DD，例如 2026-11-01；收到的是 ${text}`);
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`这里要一个非负整数；收到的是 ${text}`);
}

function share(text: string): number {
  const p = Number(text);
  if (text.trim() !== '' && p > 0 && p < 1) return p;
  throw new InvalidArgumentError(`这里要一个大于 0、小于 1 的数；收到的是 ${text}`);
}

program
  .command('demo')
  .description('造一个县，跑两个月，打开网页')
  .addOption(new Option('--persons <n>', '人口').argParser(whole).default(20000))
  .addOption(new Option('--months <n>', '月数').argParser(whole).default(2))
  .addOption(new Option('--seed <n>', '随机种子').argParser(whole).default(1))
  .addOption(new Option('--port <n>', '端口').argParser(whole).default(8080))
  .option('--no-serve', '只建不开网页')
  .option('--data <dir>', '数据目录（--no-serve 时默认新建一个）')
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/demo.ts')));

program
  .command('synth')
  .description('按各部门的样子造一个县的月度文件与真值')
  .requiredOption('--division <code>', '区划代码，如 321324')
  .addOption(new Option('--persons <n>', '人口').argParser(whole).makeOptionMandatory())
  .addOption(new Option('--months <n>', '月数').argParser(whole).default(2))
  .addOption(new Option('--seed <n>', '随机种子').argParser(whole).default(1))
  .requiredOption('--out <dir>', '写到哪个目录')
  .option('--end <YYYY-MM>', '最后一个月')
  .addOption(json())
  .action(action(() => import('./cli/commands/synth.ts')));

const intake = program
  .command('intake')
  .description('收下部门文件：逐行记账，接收、未变、隔离或拒收')
  // Its own options stand before a subcommand's name, so that the same ones may follow it.
  .enablePositionalOptions()
  .argument('<file...>', '文件；不写 --feed/--period 时按 <period>/<feed>.<ext> 认')
  .option('--feed <id>', '来源编号（doudi feeds list）')
  .addOption(period())
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/intake.ts')));
intake
  .command('preview')
  .description('看文件收下会怎样，什么也不留')
  .argument('<file...>')
  .option('--feed <id>', '来源编号')
  .addOption(period())
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/intake-preview.ts')));
intake
  .command('quarantine')
  .description('隔离的行：list 列出，show 打开，correct 更正，discard 不再处理')
  .argument('[what]', 'list、show、correct 或 discard', 'list')
  .requiredOption('--feed <id>', '来源编号')
  .addOption(period().makeOptionMandatory())
  .option('--row <n...>', '行号')
  .option('--set <column=value...>', '更正的栏')
  .option('--reason <code>', '只列这种原因')
  .option('--csv <file>', '另写一份更正模板（新文件）')
  .option('--why <text>', '不再处理的理由')
  .addOption(new Option('--limit <n>', '最多列多少行').argParser(whole).default(1000))
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/intake-quarantine.ts')));
intake
  .command('release')
  .description('放行隔离的行：重新核对，合格的计为接收')
  .requiredOption('--feed <id>', '来源编号')
  .addOption(period().makeOptionMandatory())
  .option('--row <n...>', '只放行这些行')
  .option('--file <csv>', '按更正文件改并放行')
  .option('--open', '全部待处理的行按现行契约重新核对')
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/intake-release.ts')));

program
  .command('run')
  .description('跑一个月；被中断后再执行会接着跑；再跑只重算受变化影响的家庭')
  .option('--full', '全部重算')
  .addOption(period().makeOptionMandatory())
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/run.ts')));

program
  .command('score')
  .description('拿真值给线索打分')
  .requiredOption('--truth <dir>', '真值目录（synth 写的，或同样列的）')
  .addOption(data())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/score.ts')));

const leads = program.command('leads').description('线索');
leads
  .command('list')
  .description('列出一个月的线索')
  .addOption(period())
  .addOption(data())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/leads-list.ts')));

const as = () => new Option('--as <username>', '以谁的名义（登录网页时的用户名）');
program
  .command('links')
  .description('认人复核：list、show、confirm、reject、undo、audit')
  .argument('<what>')
  .argument('[id]')
  .addOption(as())
  .option('--reason <text>', '理由，记入留痕')
  .option('--feed <id>', '只看一个来源')
  .addOption(new Option('--kind <kind>', '只看一类').choices(['probable', 'review', 'blind']))
  .addOption(new Option('--state <state>', '待办或已办').choices(['open', 'decided']))
  .addOption(new Option('--limit <n>', '最多列几条').argParser(whole))
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/links.ts')));

program
  .command('linkage')
  .description('认人模型：train 训练并提出、adopt 采用、models 查看')
  .argument('<what>')
  .argument('[hash]')
  .addOption(period())
  .addOption(as())
  .option('--reason <text>', '采用的理由')
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/linkage.ts')));

const feeds = program.command('feeds').description('部门来源');
feeds
  .command('describe')
  .alias('list')
  .description('说明每个来源的列、键、时效与用途')
  .addOption(packs())
  .addOption(json())
  .action(action(() => import('./cli/commands/feeds-describe.ts')));

addDepartmentCommands(program, { action, period, checkDate, data, packs, now, json });

program
  .command('schema')
  .description('政策引擎读取的结构（household）')
  .argument('<name>')
  .addOption(packs())
  .addOption(json())
  .action(action(() => import('./cli/commands/schema.ts')));

const date = () => new Option('--at <date>', '按哪一天的规则').argParser(checkDate);
const set = () => new Option('--set <parameter=value...>', '试改参数（受类型与上下限约束）');

program
  .command('assess')
  .description('测算给定的家庭（不用数据库）')
  .requiredOption('--input <file>', '家庭 JSON')
  .addOption(date().makeOptionMandatory())
  .addOption(set())
  .addOption(new Option('--engine <name>', '用哪个后端').choices(['sql', 'js']).default('js'))
  .addOption(packs())
  .addOption(json())
  .action(action(() => import('./cli/commands/assess.ts')));

program
  .command('policy')
  .description('规则：check、test、programmes、parameters、explain、simulate')
  .argument('<what>')
  .option('--division <code>', '区划代码')
  .option('--input <file>', '家庭 JSON')
  .option('--programme <id>', '只看一个项目')
  .option('--reform <file>', 'simulate：试算方案')
  .addOption(period())
  .addOption(data())
  .addOption(date())
  .addOption(set())
  .addOption(packs())
  .addOption(json())
  .action(
    action(() =>
      process.argv[3] === 'simulate' ? import('./cli/commands/policy-simulate.ts') : import('./cli/commands/policy.ts'),
    ),
  );

program
  .command('serve')
  .description('打开网页')
  .addOption(new Option('--port <n>', '端口').argParser(whole).default(8080))
  .addOption(new Option('--host <address>', '监听地址').default('127.0.0.1'))
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/serve.ts')));

program
  .command('worker')
  .description('办理网页提交的较长任务（serve 会自己启动它）')
  .addOption(data())
  .addOption(packs())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/worker.ts')));

program
  .command('verify')
  .description('核对数据里看得出的每一条承诺，指出是哪些行不守')
  .addOption(data())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/verify.ts')));

program
  .command('replay')
  .description('按当时的事实与规则重算过去的决定')
  .addOption(new Option('--sample <n>', '抽多少个').argParser(whole).default(100))
  .addOption(new Option('--seed <n>', '随机种子').argParser(whole).default(1))
  .addOption(period())
  .addOption(data())
  .addOption(now())
  .addOption(json())
  .action(action(() => import('./cli/commands/replay.ts')));

program
  .command('backup')
  .description('数据库、数据湖与密钥一起备份（目录内含密钥，请妥善保管）')
  .requiredOption('--out <dir>', '新的备份目录')
  .addOption(data())
  .addOption(json())
  .action(action(() => import('./cli/commands/backup.ts')));

program
  .command('restore')
  .description('从备份恢复到一个空的数据目录，并核对')
  .requiredOption('--from <dir>', '备份目录')
  .addOption(data())
  .addOption(json())
  .action(action(() => import('./cli/commands/restore.ts')));

const probability = () => new Option('--min-probability <p>', '从多大的把握起算相连').argParser(share).default(0.5);
const model = () => new Option('--model <file>', '用存下的模型，不再训练');
const saveModel = () => new Option('--save-model <file>', '把模型存成文件');
const review = () => new Option('--review <file>', '另写一份要人看的，带每项的比特');
const chart = () => new Option('--chart <file>', '另画一张权重图（SVG）');
const memory = () => new Option('--memory <MB>', '引擎至多用多少内存').argParser(whole).default(3072);

const link = program
  .command('link')
  .description('两份表里哪两行是同一个人（不用数据库；任何 CSV）')
  .option('--left <file>', '左边的 CSV')
  .option('--right <file>', '右边的 CSV')
  .option('--config <file>', 'doudi link init 写的配置')
  .option('--out <file>', '结果：left_id,right_id,probability')
  .addOption(probability())
  .option('--one-to-one', '每条记录至多对应一条')
  .option('--many', '一条可以对应多条')
  .addOption(model())
  .addOption(saveModel())
  .addOption(review())
  .addOption(chart())
  .addOption(memory())
  .addOption(json())
  .action(action(() => import('./cli/commands/link.ts')));
link
  .command('init')
  .description('猜出各列是什么，写成配置（打印在标准输出）')
  .argument('<file...>', '一份或两份 CSV')
  .addOption(json())
  .action(action(() => import('./cli/commands/link-init.ts')));

program
  .command('dedupe')
  .description('一份表里哪几行是同一个人（不用数据库；任何 CSV）')
  .requiredOption('--input <file>', 'CSV')
  .requiredOption('--config <file>', 'doudi link init 写的配置')
  .requiredOption('--out <file>', '结果：record_id,cluster_id')
  .addOption(probability())
  .addOption(model())
  .addOption(saveModel())
  .addOption(review())
  .addOption(chart())
  .addOption(memory())
  .addOption(json())
  .action(action(() => import('./cli/commands/dedupe.ts')));

try {
  await program.parseAsync();
} catch (error) {
  // Help and version end well; everything else that commander refuses is a usage error.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else throw error;
}
